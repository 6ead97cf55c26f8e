import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { anthropicMessages } from '../../catalog/dialects/anthropic-messages.ts'
import { openaiChat } from '../../catalog/dialects/openai-chat.ts'
import { openSqliteBatchStore } from '../../catalog/stores/sqlite/batch-store.ts'
import type { Batch, StoredFile } from '../../core/calls/batch.ts'
import type { Endpoint } from '../../core/calls/call.ts'
import type { VirtualKey } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import type { Dialect } from '../../core/model/dialect.ts'
import type { Holder } from '../../core/model/holder.ts'
import type { StorageState } from '../../core/record/storage-state.ts'
import { type CallHandling, handleCall } from '../data-plane/paths/handle-call.ts'
import { type Found, type PathEntry, type PathTable, pathTable } from '../data-plane/paths/path-table.ts'
import type { Resource, ResourceMethods } from '../data-plane/paths/serve-resource.ts'
import type { Runtime } from '../data-plane/runtime.ts'
import { batchResources } from './batch-resources.ts'
import { createBatchRunner } from './batch-runner.ts'
import { openFileFolder } from './file-folder.ts'
import { fileResources } from './file-resources.ts'
import { keptFiles } from './kept-files.ts'
import { lineSpend } from './line-spend.ts'
import { type MemoryExchange, memoryExchange } from './memory-exchange.ts'
import { messageBatchResources } from './message-batch-resources.ts'
import { uploadResources } from './upload-resources.ts'

export interface BatchesOptions {
  readonly dataDirectory: string
  readonly endpoints: PathTable<Endpoint>
  readonly handling: CallHandling
  readonly storage: StorageState
  runtime(): Runtime
  keys(): readonly VirtualKey[]
  warn(message: string): void
}

export interface Batches {
  readonly resources: PathTable<Resource>
  /** Of any workspace, here or at an account. */
  anyFile(id: string): StoredFile | undefined
  anyBatch(id: string): Holder | undefined
  close(): Promise<void>
}

/** Beside the calls of clients, in each process. */
const MAX_CONCURRENT_LINES = 8
const FIRST_RETRY_MS = 2000
const fileName = 'batches.db'

/** Files and batches of this process. Without their store the gateway runs all the same, and says at their paths that it has none. */
export function openBatches(options: BatchesOptions): Batches {
  const { dataDirectory, endpoints, handling, storage, runtime, warn } = options
  let store: ReturnType<typeof openSqliteBatchStore>
  let folder: ReturnType<typeof openFileFolder>
  try {
    store = openSqliteBatchStore(resolve(dataDirectory, fileName), storage.teller(fileName))
    folder = openFileFolder(resolve(dataDirectory, 'files'), storage.teller('files'))
  } catch (fault) {
    const sentence = `Files and batches cannot be kept: ${fault instanceof Error ? fault.message : 'unknown fault'}`
    warn(sentence)
    storage.teller(fileName)(sentence)
    return {
      resources: pathTable([]),
      anyFile: () => unavailable(sentence),
      anyBatch: () => unavailable(sentence),
      close: () => Promise.resolve(),
    }
  }
  const now = Date.now
  const newId = (prefix: string) => (): string => prefix + randomBytes(16).toString('hex')
  const newFileId = newId('file-')
  const runner = createBatchRunner({
    store,
    folder,
    holder: randomBytes(8).toString('hex'),
    maxConcurrentLines: MAX_CONCURRENT_LINES,
    now,
    retryDelayMs: (attempts) => FIRST_RETRY_MS * 4 ** attempts,
    call: (batch, body) => call(batch, body, options),
    spentBy({ endpoint }, reply) {
      const found = batchable(endpoints, endpoint)
      return found === undefined ? {} : lineSpend(found.item, reply)
    },
    newFileId,
    log: (fault) => handling.log(fault, ''),
  })
  const maxBytes = (): number => runtime().limits.maxFileBytesPerWorkspace
  const files = keptFiles({ store, folder, maxBytes, now, newFileId })
  const { wake } = runner
  const endpointAt = (path: string): Endpoint | undefined => batchable(endpoints, path)?.item
  const ofOpenai = [
    ...fileResources({ store, folder, files, now }),
    ...uploadResources({ store, things: handling.things, holdersOf: handling.holdersOf, now }),
    ...batchResources({ store, folder, files, now, newBatchId: newId('batch_'), endpointAt, wake }),
  ]
  const ofAnthropic = messageBatchResources({ store, folder, files, now, newBatchId: newId('msgbatch_'), wake })
  runner.wake()
  return {
    resources: pathTable([
      ...placed(ofOpenai, openaiChat, '/openai'),
      ...placed(ofAnthropic, anthropicMessages, '/anthropic'),
    ]),
    anyFile: store.anyFile,
    anyBatch: store.anyBatch,
    async close() {
      await runner.close()
      store.close()
    },
  }
}

function placed(
  resources: readonly (readonly [path: string, methods: ResourceMethods])[],
  dialect: Dialect,
  prefix: string,
): PathEntry<Resource>[] {
  return resources.flatMap(([path, methods]): PathEntry<Resource>[] => [
    [path, { path, dialect, methods }],
    [prefix + path, { path, dialect, methods }],
  ])
}

/** Whose a file is cannot be said, so nobody may name one. */
function unavailable(sentence: string): never {
  throw new GatewayError('store_unavailable', sentence)
}

/** What a gateway that is no more held is free again. To be called before any process of this one has opened its batches. */
export function releaseBatches(dataDirectory: string, warn: (message: string) => void): void {
  const path = resolve(dataDirectory, fileName)
  if (!existsSync(path)) return
  try {
    const store = openSqliteBatchStore(path)
    store.releaseAll()
    store.close()
  } catch (fault) {
    warn(`Batches cannot go on: ${fault instanceof Error ? fault.message : 'unknown fault'}`)
  }
}

/** Endpoints that take one JSON object, name their model in it, and answer in one piece. */
function batchable(endpoints: PathTable<Endpoint>, path: string): Found<Endpoint> | undefined {
  const found = endpoints.find(path)
  if (found === undefined || found.model !== undefined) return undefined
  const { item } = found
  if (item.kind === 'dialect') return item.clientPath.stream === 'when-asked' ? found : undefined
  return item.kind === 'pass-through' && item.body === 'json' && item.isText ? found : undefined
}

/** The same way as a call from outside, with the key that made the batch in place of one in a header. */
function call(batch: Batch, body: Buffer, { endpoints, handling, runtime, keys }: BatchesOptions): MemoryExchange {
  const memory = memoryExchange(batch.endpoint, body, batch.headers)
  const found = batchable(endpoints, batch.endpoint)
  if (found === undefined) throw new GatewayError('unknown_path', `There is nothing at ${batch.endpoint} any more.`)
  // Somebody waits for other calls.
  const identify = (): VirtualKey => {
    const { scope, ...key } = keyOf(batch, keys())
    // Its network was that of who made the batch.
    const { networks: _, ...bounds } = scope ?? {}
    return { ...key, scope: bounds, priority: 'low' }
  }
  handleCall(memory.exchange, found, { ...runtime(), identifySigned: () => undefined, identify }, handling).catch(
    (fault: unknown) => {
      handling.log(fault, '')
      memory.abandon()
    },
  )
  return memory
}

/** As it is now: what a key may use can change while a batch runs. */
function keyOf({ key: id, workspace }: Batch, keys: readonly VirtualKey[]): VirtualKey {
  const key = keys.find((candidate) => candidate.id === id && candidate.workspace === workspace)
  if (key === undefined) throw new GatewayError('unknown_key', 'The key that made the batch is no more.')
  return key
}
