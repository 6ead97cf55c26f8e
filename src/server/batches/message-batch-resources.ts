import { setImmediate } from 'node:timers/promises'
import { type Batch, type BatchStore, noBatch, type Page } from '../../core/calls/batch.ts'
import type { RequestWire } from '../../core/calls/call.ts'
import { GatewayError } from '../../core/errors.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import type { ResourceCall, ResourceMethods, ResourceReply } from '../data-plane/paths/serve-resource.ts'
import { checkOpenBatches, headOfLines, WINDOW_MS } from './batch-resources.ts'
import type { FileFolder } from './file-folder.ts'
import { batchPurpose } from './files-at-accounts.ts'
import type { KeptFiles } from './kept-files.ts'
import { endOf, messageBatchesPath, messageBatchObject } from './message-batch-object.ts'
import { askHolder, createAtHolder, removeAtHolder, resultsAtHolder } from './message-batches-at-accounts.ts'
import { messageRequests, requestLines } from './message-requests.ts'

export interface MessageBatchResourcesOptions {
  readonly store: BatchStore
  readonly folder: FileFolder
  readonly files: KeptFiles
  now(): number
  newBatchId(): string
  /** There is something to do. */
  wake(): void
}

const USUAL_PAGE = 20
const MAX_PAGE = 1000

/** Batches as Anthropic has them: https://docs.anthropic.com/en/api/creating-message-batches */
export function messageBatchResources(
  options: MessageBatchResourcesOptions,
): readonly (readonly [path: string, methods: ResourceMethods])[] {
  const { store, folder, now } = options
  const found = ({ principal: { workspace }, id }: ResourceCall): Batch => {
    const batch = store.batch(workspace, id)
    if (batch?.dialect !== 'anthropic') throw noBatch(id)
    return batch
  }
  const shown = (batch: Batch): JsonObject => messageBatchObject(batch, now())
  const one = `${messageBatchesPath}/{id}`
  return [
    [
      messageBatchesPath,
      { POST: (call) => create(call, options), GET: (call) => ({ json: list(call, store, shown) }) },
    ],
    [
      one,
      {
        GET(call) {
          const batch = found(call)
          return batch.held === undefined ? { json: shown(batch) } : askHolder(call, batch, store)
        },
        DELETE(call) {
          const batch = found(call)
          return batch.held === undefined ? remove(batch, options) : removeAtHolder(call, batch, store)
        },
      },
    ],
    [
      `${one}/cancel`,
      {
        POST(call) {
          const batch = found(call)
          if (batch.held !== undefined) return askHolder(call, batch, store, '/cancel')
          const isNew = store.cancelBatch(batch.workspace, batch.id, now())
          const cancelled = found(call)
          if (endOf(cancelled) !== undefined) throw conflict('The batch has ended and cannot be cancelled.')
          if (isNew) options.wake()
          return { json: shown(cancelled) }
        },
      },
    ],
    [
      `${one}/results`,
      {
        async GET(call) {
          const batch = found(call)
          if (batch.held !== undefined) return await resultsAtHolder(call, batch)
          const { outputFile, id } = batch
          const stream = outputFile === undefined ? undefined : await folder.stream(outputFile).catch(() => undefined)
          const yet = endOf(batch) === undefined ? ' yet: it has not ended' : ''
          if (stream === undefined) throw new GatewayError('not_found', `The batch "${id}" has no results${yet}.`)
          return { stream, contentType: 'application/x-jsonl' }
        },
      },
    ],
  ]
}

async function create(call: ResourceCall, options: MessageBatchResourcesOptions): Promise<ResourceReply> {
  const wire = await call.json()
  const requests = messageRequests(wire)
  // Calls of clients have their turn: a body may hold many requests.
  await setImmediate()
  return (
    (await createAtHolder(call, wire, requests, options)) ?? (await createHere(call, wire, requests.length, options))
  )
}

/** Its requests become lines of a file, which are run like those of any other. */
async function createHere(
  { principal: { workspace, key }, headers, labels }: ResourceCall,
  wire: RequestWire,
  total: number,
  { store, files, now, newBatchId, wake }: MessageBatchResourcesOptions,
): Promise<ResourceReply> {
  checkOpenBatches(store, workspace)
  const bytes = requestLines(wire)
  const leave = files.reserve(workspace, bytes.length)
  const id = newBatchId()
  try {
    const { id: inputFile } = await files.keep(workspace, {
      purpose: batchPurpose,
      name: `${id}.jsonl`,
      content: bytes,
    })
    const createdAt = now()
    const batch: Batch = {
      id,
      dialect: 'anthropic',
      workspace,
      key,
      endpoint: '/v1/messages',
      inputFile,
      completionWindow: '24h',
      headers: { ...ownHeaders(headers), ...headOfLines({ labels }) },
      status: 'validating',
      times: { validating: createdAt },
      expiresAt: createdAt + WINDOW_MS,
      counts: { total, completed: 0, failed: 0 },
    }
    store.addBatch(batch)
    wake()
    return { json: messageBatchObject(batch, createdAt) }
  } finally {
    leave()
  }
}

/** What a batch asks for in its head, its calls ask for (`anthropic-beta`). */
function ownHeaders(headers: ResourceCall['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('anthropic-')))
}

async function remove(batch: Batch, { store, files }: MessageBatchResourcesOptions): Promise<ResourceReply> {
  const { workspace, id, inputFile, outputFile } = batch
  if (endOf(batch) === undefined) throw conflict('The batch has not ended; cancel it, and delete it then.')
  store.removeBatch(workspace, id)
  for (const file of [inputFile, outputFile]) if (file !== undefined) await files.remove(workspace, file)
  return { json: { id, type: 'message_batch_deleted' } }
}

function list(
  { principal: { workspace }, query }: ResourceCall,
  store: BatchStore,
  shown: (batch: Batch) => JsonObject,
): JsonObject {
  const { page, isBefore } = readPage(query)
  const batches = store.batches(workspace, 'anthropic', { ...page, limit: page.limit + 1 })
  const data = batches.slice(0, page.limit)
  if (isBefore) data.reverse()
  return {
    data: data.map(shown),
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: batches.length > page.limit,
  }
}

/** Newest first. Those before one are looked for from there backwards. */
function readPage(query: URLSearchParams): { readonly page: Page; readonly isBefore: boolean } {
  const limit = Number(query.get('limit') ?? USUAL_PAGE)
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE)
    throw new GatewayError('invalid_request', `\`limit\` must be a whole number from 1 to ${MAX_PAGE}.`, {
      param: 'limit',
    })
  const [after, before] = [query.get('after_id') ?? '', query.get('before_id') ?? '']
  if (after !== '' && before !== '')
    throw new GatewayError('invalid_request', 'Give `after_id` or `before_id`, not both.', { param: 'before_id' })
  if (before !== '') return { page: { limit, order: 'asc', after: before }, isBefore: true }
  return { page: { limit, order: 'desc', ...(after === '' ? {} : { after }) }, isBefore: false }
}

function conflict(message: string): GatewayError {
  return new GatewayError('conflict', message)
}
