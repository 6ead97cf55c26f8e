/** Batches that a provider account works off in a shape of its own: made of a file that lies here, and their results are files here. */
import { setImmediate } from 'node:timers/promises'
import type { Batch, BatchStore, StoredFile } from '../../core/calls/batch.ts'
import type { Endpoint } from '../../core/calls/call.ts'
import type { ProviderAccount } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import type { Dialect } from '../../core/model/dialect.ts'
import type { InlineBatch, InlineBatches } from '../../core/model/inline-batches.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import { checkEndpoint } from '../../registry/hold-scope.ts'
import type { ResourceCall, ResourceReply } from '../data-plane/paths/serve-resource.ts'
import { refuseThings } from '../data-plane/things/held-things.ts'
import { usageObject } from './batch-object.ts'
import type { FileFolder } from './file-folder.ts'
import { seconds } from './file-resources.ts'
import { nameOfAccount, objectOf } from './files-at-accounts.ts'
import { type Answer, answerTo, fittedRequest, type LineRequest, requestsIn, totalUsage } from './inline-requests.ts'
import type { KeptFiles } from './kept-files.ts'
import { openaiLines } from './openai-lines.ts'

export interface InlineOptions {
  readonly store: BatchStore
  readonly folder: FileFolder
  readonly files: KeptFiles
  now(): number
  /** What serves calls at a path that may be made from a file. */
  endpointAt(path: string): Endpoint | undefined
}

/** All answers come in one reply, which has a bound. */
const MAX_REQUESTS = 1000
/** https://ai.google.dev/gemini-api/docs/batch-api: a job is given up after two days. */
const LIFE_MS = 48 * 3600 * 1000
const ended: ReadonlySet<unknown> = new Set(['completed', 'failed', 'cancelled', 'expired'])

/** The account that the caller names, where it has such batches. */
export function inlineAccount(call: ResourceCall): ProviderAccount | undefined {
  const named = nameOfAccount(call)
  const isNamed = ({ id, provider, furtherOf }: ProviderAccount): boolean =>
    furtherOf === undefined && (id === named || provider.id === named)
  const account = named === undefined ? undefined : call.runtime.accounts.find(isNamed)
  return account?.provider.inlineBatches === undefined ? undefined : account
}

export interface AskedBatch {
  readonly endpoint: string
  readonly metadata?: JsonObject
  readonly file: StoredFile
}

/** Makes one where the caller wants it made, or throws why it cannot be. */
export async function createInline(
  call: ResourceCall,
  account: ProviderAccount,
  { endpoint, metadata, file }: AskedBatch,
  options: InlineOptions,
): Promise<ResourceReply> {
  const { store, folder, now } = options
  const { principal, runtime } = call
  const batches = inlineOf(account)
  const client = dialectAt(endpoint, options)
  // Its calls are made where nobody here sees them.
  checkEndpoint(principal.scope ?? {}, endpoint)
  if (file.bytes > batches.maxBytes) throw tooLarge(account, batches)
  const requests = requestsIn(await folder.read(file.id), endpoint, MAX_REQUESTS)
  const bodies = requests.map(({ json }) => json)
  const found = runtime.onlyAccount(principal, bodies)
  const [model, ...others] = new Set(found?.models)
  if (found?.account !== account || model === undefined || others.length > 0) throw notThere(account)
  // What comes of it there, no budget of the caller would see.
  if (
    runtime.isBudgeted(
      principal,
      bodies.map(({ model: name }) => String(name)),
    )
  )
    throw budgeted(account)
  for (const { body: bytes, json } of requests) refuseThings(call.held({ bytes, json }), account)
  const fitted = requests.map((request, index) =>
    atLine(index + 1, () => fittedRequest(request, client, { model, account })),
  )
  const dropped = [...new Set(fitted.flatMap((one) => one.dropped))]
  if (dropped.length > 0) call.emit({ type: 'parameters-dropped', names: dropped })
  const body = Buffer.from(JSON.stringify(batches.encode(model, fitted)))
  if (body.length > batches.maxBytes) throw tooLarge(account, batches)
  const reply = await call.ask({
    account,
    surface: account.provider,
    path: batches.createPath(model),
    sent: { body, contentType: 'application/json' },
    isCall: true,
  })
  const told = readTold(objectOf(reply, account), account)
  const createdAt = now()
  const object: JsonObject = {
    id: told.id,
    object: 'batch',
    endpoint,
    errors: null,
    input_file_id: file.id,
    completion_window: '24h',
    status: told.status,
    output_file_id: null,
    error_file_id: null,
    created_at: seconds(createdAt),
    expires_at: seconds(createdAt + LIFE_MS),
    request_counts: { total: requests.length, completed: 0, failed: 0 },
    model,
    metadata: metadata ?? null,
  }
  const { workspace, key } = principal
  store.addHeldBatch({ id: told.id, dialect: 'openai', workspace, key, account: account.id, createdAt, object })
  return { json: object }
}

/** Reads or cancels one. One that has ended is asked after no more: its results are here. */
export async function askInline(
  call: ResourceCall,
  batch: Batch,
  account: ProviderAccount,
  options: InlineOptions,
  isCancelled = false,
): Promise<ResourceReply> {
  const { store, now } = options
  const object = objectNow(batch)
  const batches = inlineOf(account)
  if (ended.has(object['status'])) {
    if (isCancelled) throw new GatewayError('conflict', 'The batch has ended and cannot be cancelled.')
    return { json: object }
  }
  const place = { account, surface: account.provider }
  if (isCancelled) {
    await call.ask({ ...place, path: batches.cancelPath(batch.id) })
    const cancelling = { ...object, status: 'cancelling', cancelling_at: seconds(now()) }
    store.keepObject(batch, cancelling)
    return { json: cancelling }
  }
  const told = readTold(objectOf(await call.ask({ ...place, path: batches.path(batch.id) }), account), account)
  if (ended.has(told.status)) return { json: await finish(batch, told, account, options) }
  const status = object['status'] === 'cancelling' ? 'cancelling' : told.status
  const shown = { ...object, status, ...(status === 'in_progress' ? { in_progress_at: startedAt(object, now) } : {}) }
  store.keepObject(batch, shown)
  return { json: shown }
}

async function finish(
  batch: Batch,
  told: InlineBatch,
  account: ProviderAccount,
  options: InlineOptions,
): Promise<JsonObject> {
  const { store, files, now } = options
  const object = objectNow(batch)
  const written = told.status === 'failed' ? undefined : await writeResults(batch, told, account, options)
  const current = store.batch(batch.workspace, batch.id)
  // Somebody else asked at the same time, and was told first.
  if (current?.held !== undefined && ended.has(current.held.object['status'])) {
    for (const id of [written?.output, written?.error]) if (id !== undefined) await files.remove(batch.workspace, id)
    return current.held.object
  }
  const message = told.fault ?? 'The provider could not work the batch off.'
  const errors = { object: 'list', data: [{ code: 'batch_failed', message, param: null, line: null }] }
  const shown: JsonObject = {
    ...object,
    status: told.status,
    [`${told.status}_at`]: seconds(now()),
    ...(told.status === 'failed' ? { errors } : {}),
    ...(written === undefined
      ? {}
      : {
          output_file_id: written.output ?? null,
          error_file_id: written.error ?? null,
          request_counts: written.counts,
          usage: usageObject(totalUsage(written.answers)),
        }),
  }
  store.keepObject(batch, shown)
  return shown
}

/** Answers are paid by now, so they are written whatever else the workspace keeps. */
async function writeResults(batch: Batch, told: InlineBatch, account: ProviderAccount, options: InlineOptions) {
  const object = objectNow(batch)
  const endpoint = String(object['endpoint'])
  const client = dialectAt(endpoint, options)
  const model = String(object['model'])
  const requests = await requestsOf(object, endpoint, options)
  // One that was stopped has answers to some of its requests; the others never ran.
  const isWhole = told.status === 'completed'
  const total = isWhole ? Math.max(requests.length, told.results.length) : told.results.length
  const createdAt = seconds(options.now())
  const answers: Answer[] = []
  const lines: Record<'output' | 'error', string[]> = { output: [], error: [] }
  for (let place = 0; place < total; place++) {
    // Calls of clients have their turn.
    if (place % 50 === 0) await setImmediate()
    const result = told.results[place]
    const request = requests.find(({ customId }) => customId === result?.key) ?? requests[place]
    const callId = `${batch.id}-${place + 1}`
    const answer = answerTo(request, result, client, { model, account, callId, createdAt })
    answers.push(answer)
    const customId = request?.customId ?? result?.key
    const response = { status: answer.status, callId, body: answer.body }
    const text = openaiLines.result({ batchId: batch.id, number: place + 1, customId, response })
    lines[answer.isError ? 'error' : 'output'].push(`${text}\n`)
  }
  const keep = async (kind: 'output' | 'error'): Promise<string | undefined> => {
    if (lines[kind].length === 0) return undefined
    const content = Buffer.from(lines[kind].join(''))
    const name = `${batch.id}_${kind}.jsonl`
    return (await options.files.keep(batch.workspace, { purpose: 'batch_output', name, content })).id
  }
  const counts = { total: Math.max(requests.length, total), completed: lines.output.length, failed: lines.error.length }
  return { answers, counts, output: await keep('output'), error: await keep('error') }
}

/** Whose input file is gone by then has the answers still, by the names that the provider repeats. */
async function requestsOf(
  { input_file_id: id }: JsonObject,
  endpoint: string,
  { folder }: InlineOptions,
): Promise<readonly LineRequest[]> {
  const file = await folder.read(String(id)).catch(() => undefined)
  return file === undefined ? [] : requestsIn(file, endpoint, MAX_REQUESTS)
}

function readTold(object: JsonObject, account: ProviderAccount): InlineBatch {
  const told = inlineOf(account).decode(object)
  if (told !== undefined) return told
  throw new GatewayError('upstream_invalid_reply', `The provider account "${account.id}" sent no batch.`)
}

function inlineOf({ id, provider: { inlineBatches } }: ProviderAccount): InlineBatches {
  if (inlineBatches !== undefined) return inlineBatches
  throw new GatewayError(
    'conflict',
    `The account "${id}" belongs to another provider now, which does not know the batch.`,
  )
}

function objectNow({ held }: Batch): JsonObject {
  return held?.object ?? {}
}

function startedAt({ in_progress_at: known }: JsonObject, now: () => number): JsonObject[string] {
  return known ?? seconds(now())
}

function dialectAt(endpoint: string, { endpointAt }: InlineOptions): Dialect {
  const found = endpointAt(endpoint)
  if (found?.kind === 'dialect') return found.dialect
  throw new GatewayError(
    'invalid_request',
    'A batch at this account takes chats (`/v1/chat/completions`, `/v1/responses`, `/v1/messages`); leave the account out, and other calls are worked off here.',
    { param: 'endpoint' },
  )
}

function atLine<Result>(number: number, work: () => Result): Result {
  try {
    return work()
  } catch (fault) {
    if (!(fault instanceof GatewayError)) throw fault
    const message = `${openaiLines.subject(number)}: ${fault.message}`
    throw new GatewayError(fault.code, message, { cause: fault, param: 'input_file_id' })
  }
}

function tooLarge({ id }: ProviderAccount, { maxBytes }: InlineBatches): GatewayError {
  const message = `A batch at the account "${id}" may have ${maxBytes} bytes: make several, or leave the account out.`
  return new GatewayError('body_too_large', message, { param: 'input_file_id' })
}

function notThere({ id }: ProviderAccount): GatewayError {
  const message = `Not all lines name one and the same model of the account "${id}" that this key may use: leave the account out, and they are worked off here.`
  return new GatewayError('invalid_request', message, { param: 'input_file_id' })
}

function budgeted({ id }: ProviderAccount): GatewayError {
  const message = `The key is under a budget or a limit, which does not see what a batch at the account "${id}" uses: leave the account out, and it is worked off here.`
  return new GatewayError('invalid_request', message)
}
