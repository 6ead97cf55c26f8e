import * as z from 'zod'
import { readWith } from '../../catalog/dialects/schema-error.ts'
import { type Batch, type BatchStore, noBatch, noFile, type StoredFile } from '../../core/calls/batch.ts'
import { callerFields } from '../../core/calls/caller-names.ts'
import { GatewayError } from '../../core/errors.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import type { ResourceCall, ResourceMethods, ResourceReply } from '../data-plane/paths/serve-resource.ts'
import { bodyTexts, metadataHeader } from '../data-plane/request/call-labels.ts'
import { batchObject } from './batch-object.ts'
import { askBatchHolder, createAtHolder } from './batches-at-accounts.ts'
import { listObject, readPage } from './file-resources.ts'
import { batchPurpose, nameOfAccount } from './files-at-accounts.ts'
import { accountOf } from './held-batch.ts'
import { askInline, createInline, type InlineOptions, inlineAccount } from './inline-batches.ts'

export interface BatchResourcesOptions extends InlineOptions {
  newBatchId(): string
  /** There is something to do. */
  wake(): void
}

const MAX_OPEN_BATCHES = 100
export const WINDOW_MS = 24 * 3600 * 1000

const Named = z.looseObject({ input_file_id: z.string() })
/** What is worked off here takes; another account may take more. */
const Request = z.looseObject({
  input_file_id: z.string(),
  endpoint: z.string(),
  completion_window: z.literal('24h'),
  metadata: z.record(z.string().max(64), z.string().max(512)).nullish(),
})

/** Batches as OpenAI has them, worked off here: https://platform.openai.com/docs/api-reference/batch */
export function batchResources(
  options: BatchResourcesOptions,
): readonly (readonly [path: string, methods: ResourceMethods])[] {
  const { store, now } = options
  const found = (workspace: string, id: string): Batch => {
    const batch = store.batch(workspace, id)
    if (batch?.dialect !== 'openai') throw noBatch(id)
    return batch
  }
  return [
    [
      '/v1/batches',
      {
        POST: (call) => create(call, options),
        GET({ principal: { workspace }, query }) {
          const page = readPage(query, 20, 100)
          return {
            json: listObject(
              store.batches(workspace, 'openai', { ...page, limit: page.limit + 1 }),
              page.limit,
              batchObject,
            ),
          }
        },
      },
    ],
    [
      '/v1/batches/{id}',
      {
        GET(call) {
          const batch = found(call.principal.workspace, call.id)
          return batch.held === undefined ? { json: batchObject(batch) } : askHolder(call, batch, options)
        },
      },
    ],
    [
      '/v1/batches/{id}/cancel',
      {
        POST(call) {
          const { id } = call
          const { workspace } = call.principal
          const batch = found(workspace, id)
          if (batch.held !== undefined) return askHolder(call, batch, options, '/cancel')
          if (!store.cancelBatch(workspace, id, now())) {
            const { status } = found(workspace, id)
            throw new GatewayError('conflict', `The batch is ${status} already and cannot be cancelled.`)
          }
          options.wake()
          return { json: batchObject(found(workspace, id)) }
        },
      },
    ],
  ]
}

function askHolder(
  call: ResourceCall,
  batch: Batch,
  options: BatchResourcesOptions,
  step: '' | '/cancel' = '',
): Promise<ResourceReply> {
  const account = accountOf(call, batch)
  return account.provider.inlineBatches === undefined
    ? askBatchHolder(call, batch, options, step)
    : askInline(call, batch, account, options, step === '/cancel')
}

async function create(call: ResourceCall, options: BatchResourcesOptions): Promise<ResourceReply> {
  const { principal } = call
  const { store, now, newBatchId, endpointAt, wake } = options
  const wire = await call.json()
  const { input_file_id: inputFile } = readWith(Named, wire.json)
  const { workspace, key } = principal
  const file = store.file(workspace, inputFile)
  const inline = file?.account === undefined ? inlineAccount(call) : undefined
  if (file !== undefined && inline === undefined) refuseOtherPlace(call, file)
  // The lines of another have not been read.
  if (file?.account !== undefined && file.purpose === batchPurpose)
    return await createAtHolder(call, wire, file, options)
  const { endpoint, completion_window: completionWindow, metadata } = readWith(Request, wire.json)
  if (endpointAt(endpoint) === undefined)
    throw new GatewayError(
      'invalid_request',
      'Calls at this `endpoint` cannot be made in a batch; `/v1/chat/completions`, `/v1/responses`, `/v1/messages` and `/v1/embeddings` can, among others.',
      { param: 'endpoint' },
    )
  if (file?.purpose !== batchPurpose) throw noFile(inputFile, 'input_file_id')
  if (Object.keys(metadata ?? {}).length > 16)
    throw new GatewayError('invalid_request', '`metadata` takes 16 entries at the most.', { param: 'metadata' })
  if (inline !== undefined) {
    const asked = { endpoint, file, ...(metadata == null ? {} : { metadata }) }
    return await createInline(call, inline, asked, options)
  }
  checkOpenBatches(store, workspace)
  const createdAt = now()
  const batch: Batch = {
    id: newBatchId(),
    dialect: 'openai',
    workspace,
    key,
    endpoint,
    inputFile,
    completionWindow,
    ...(metadata == null ? {} : { metadata }),
    headers: headOfLines(call, metadata ?? {}),
    status: 'validating',
    times: { validating: createdAt },
    expiresAt: createdAt + WINDOW_MS,
    counts: { total: 0, completed: 0, failed: 0 },
    usage: { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, reasoningTokens: 0 },
  }
  store.addBatch(batch)
  wake()
  return { json: batchObject(batch) }
}

/** Who makes the batch makes its calls: what its head says of them each call says, and by that it is judged. */
export function headOfLines(
  { labels }: Pick<ResourceCall, 'labels'>,
  metadata: JsonObject = {},
): Readonly<Record<string, string>> {
  const named = Object.entries(bodyTexts(metadata)).filter(([name]) => callerFields.has(name))
  return metadataHeader({ ...Object.fromEntries(named), ...labels.metadata })
}

/** A batch is worked off where its file lies: whoever names another account would wait, or pay, for what they did not ask for. */
function refuseOtherPlace(call: ResourceCall, file: StoredFile): void {
  const named = nameOfAccount(call)
  if (named === undefined || call.runtime.accountFor(call.principal, named).id === file.account) return
  const place = file.account === undefined ? 'kept here' : `at the account \`${file.account}\``
  throw new GatewayError(
    'invalid_request',
    `The file is ${place}, and a batch of it is worked off there. Send the file with the name of the account, too.`,
    { param: 'input_file_id' },
  )
}

/** Throws `quota_exceeded`. */
export function checkOpenBatches(store: BatchStore, workspace: string): void {
  if (store.countOpenBatches(workspace) < MAX_OPEN_BATCHES) return
  throw new GatewayError('quota_exceeded', `This workspace has ${MAX_OPEN_BATCHES} batches that have not ended.`)
}
