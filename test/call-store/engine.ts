import { afterEach, beforeEach } from 'vitest'
import type { CallRecord } from '../../src/core/record/call-record.ts'
import type { CallReader, CallWriter, FinishedCall } from '../../src/core/record/call-store.ts'

/** An engine that calls can be kept in, as the tests need it: both must do the same. */
export interface CallStoreEngine {
  readonly name: string
  /** Stores that a property test may make: some take long to make. */
  readonly propertyRuns: number
  /** A column that a call of an older version has there, with two attempts. */
  readonly extraOfOldCall?: { readonly column: string; readonly value: string }
  make(): Promise<TestStore>
}

/** A store of its own. */
export interface TestStore {
  /** As a gateway with this data directory opens it. */
  openWriter(dataDirectory?: string): Promise<CallWriter>
  openReader(): Promise<CallReader>
  /** As another program would, or an older version. */
  run(sql: string): Promise<void>
  all(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Takes back all steps of the schema but the first so many, in a store without calls. */
  goBackTo(version: number): Promise<void>
  remove(): Promise<void>
}

export const noon = Date.UTC(2026, 9, 24, 12)
export const dayMs = 86_400_000

/** What a test opens, closed behind it. */
export function useStore(engine: CallStoreEngine) {
  let store: TestStore | undefined
  let toClose: { close(): Promise<void> }[] = []
  const current = (): TestStore => {
    if (store === undefined) throw new Error('There is a store within a test only.')
    return store
  }
  const end = async (): Promise<void> => {
    for (const each of toClose) await each.close()
    toClose = []
    await store?.remove()
    store = undefined
  }
  beforeEach(async () => {
    store = await engine.make()
  })
  afterEach(end)
  return {
    store: current,
    async writer(dataDirectory?: string): Promise<CallWriter> {
      const writer = await current().openWriter(dataDirectory)
      toClose.push(writer)
      return writer
    },
    async reader(): Promise<CallReader> {
      const reader = await current().openReader()
      toClose.push(reader)
      return reader
    },
    async startAnew(): Promise<void> {
      await end()
      store = await engine.make()
    },
  }
}

export function call(id: string, record: Partial<CallRecord> = {}): CallRecord {
  return {
    id,
    startedAt: noon,
    workspace: 'default',
    endpoint: '/v1/messages',
    stream: false,
    status: 200,
    durationMs: 1,
    overheadMs: 1,
    attempts: [],
    decisions: [],
    droppedParameters: [],
    ...record,
  }
}

type Kept = CallRecord | (Partial<FinishedCall> & { readonly record: CallRecord })

/** How many were new. */
export async function keep(writer: CallWriter, calls: readonly Kept[]): Promise<number> {
  return await writer.store(({ keep: take }) => {
    for (const one of calls) {
      const given = 'record' in one ? one : { record: one }
      take({ inputTruncated: false, outputTruncated: false, ...given })
    }
    return new Map()
  })
}
