import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { openSqliteCallReader } from '../../src/catalog/stores/sqlite/call-reader.ts'
import { openSqliteCallWriter } from '../../src/catalog/stores/sqlite/call-writer.ts'
import type { Dialect } from '../../src/core/model/dialect.ts'
import type { CallBodies, GatewayEvent } from '../../src/core/record/call-record.ts'
import { type CallDetails, type CallWriter, StoreFault } from '../../src/core/record/call-store.ts'
import { Ingester } from '../../src/observe/ingester.ts'
import { frameRoom, writeFrame } from '../../src/observe/spool-frame.ts'
import { segmentName } from '../../src/observe/spool-segment.ts'
import { openSpoolWriter, type SpoolWriter } from '../../src/observe/spool-writer.ts'

/** A spool directory and a database, of their own for each test, and what writes and reads them. */
let root: string
let directory: string
let toClose: { close(): unknown }[]

/** For the tests of a file. */
export function useIngesterBed(): void {
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'portcullis-ingester-'))
    startAt('first')
    toClose = []
  })
  afterEach(async () => {
    for (const each of toClose) await each.close()
    await rm(root, { recursive: true, force: true })
  })
}

export function startAt(name: string): void {
  directory = join(root, name, 'spool')
  mkdirSync(directory, { recursive: true })
}

/** Of the test that runs. */
export const spoolDirectory = (): string => directory
export const databasePath = (): string => join(directory, '../calls.db')

export function openIngester(
  openStore: () => CallWriter | Promise<CallWriter> = () => openSqliteCallWriter(databasePath()),
  dialects: Readonly<Record<string, Dialect>> = {},
): Ingester {
  const ingester = new Ingester({ directory, openStore, dialects })
  toClose.push(ingester)
  return ingester
}

export function openWriter(writerId = 'w', maxSegmentBytes = 2 ** 20): SpoolWriter {
  const writer = openSpoolWriter({ directory, writerId, limits: { maxSegmentBytes } })
  toClose.push(writer)
  return writer
}

export function callEnd(id: string, input = `input of ${id}`): GatewayEvent {
  const record = {
    id,
    startedAt: 1_700_000_000_000,
    workspace: 'default',
    endpoint: 'chat',
    stream: false,
    status: 200,
    durationMs: 1,
    overheadMs: 1,
    attempts: [],
    decisions: [],
    droppedParameters: [],
  }
  const bodies: CallBodies = { request: Buffer.from(input), requestTruncated: false, replyTruncated: false }
  return { type: 'call-end', record, bodies }
}

/** All calls of the database, by id. */
export async function storedCalls(): Promise<(CallDetails | undefined)[]> {
  const reader = openSqliteCallReader(databasePath())
  try {
    const ids: string[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await reader.listCalls({ limit: 200, ...(cursor === undefined ? {} : { cursor }) })
      ids.push(...page.data.map(({ id }) => id))
      cursor = page.nextCursor
    }
    return await Promise.all(ids.sort().map((id) => reader.getCall(id)))
  } finally {
    await reader.close()
  }
}

/** All calls of the database by its sums. */
export async function countedCalls(): Promise<unknown> {
  const reader = openSqliteCallReader(databasePath())
  try {
    const { startedAt } = callEnd('').record
    const to = Math.ceil((startedAt + 1) / 86_400_000) * 86_400_000
    const { totals, read } = await reader.analytics({
      measures: ['calls'],
      by: [],
      filters: [],
      from: 0,
      to,
      timeZone: 'UTC',
      limit: 1,
    })
    if (read.calls > 0) throw new Error('calls were counted themselves')
    return totals['calls']
  } finally {
    await reader.close()
  }
}

/** `null` where the call has no input. */
export const storedInputs = async (): Promise<unknown[]> => (await storedCalls()).map((call) => [call?.id, call?.input])
export const inputsOf = (ids: readonly string[]): unknown[] => [...ids].sort().map((id) => [id, `input of ${id}`])

export async function storedPositions(): Promise<ReadonlyMap<string, number>> {
  const store = openSqliteCallWriter(databasePath())
  try {
    return await store.positions()
  } finally {
    await store.close()
  }
}

/** Takes in all there is now. Returns the number of passes. */
export async function drain(ingester: Ingester): Promise<number> {
  let passes = 1
  while (await ingester.pass()) passes++
  return passes
}

export const seed = 0xc0ffee
/** No process has such a number: they end at 2^22. */
const deadProcess = 2 ** 30

export function frameBytes(
  header: string,
  bodies: CallBodies = { requestTruncated: false, replyTruncated: false },
): Buffer {
  const target = Buffer.alloc(frameRoom(header, bodies))
  return target.subarray(0, writeFrame(target, 0, header, bodies, seed))
}

export function callFrame(id: string): Buffer {
  const { record, bodies } = callEnd(id)
  return frameBytes(JSON.stringify(record), bodies)
}

/** Leaves a segment behind as a writer would have; returns its path. */
export function writeSegment(frames: readonly Buffer[], processId = deadProcess): string {
  const path = join(directory, segmentName('left', 0, processId, seed))
  writeFileSync(path, Buffer.concat(frames))
  return path
}

export type Fault = 'none' | 'before' | 'after'

/** A store that throws before or after it has done its work, as `nextFault` says, and counts what was new to it. */
export async function faultyStore(nextFault: () => Fault, count: (stored: number) => void): Promise<CallWriter> {
  const withFault = async <Result>(work: () => Result | Promise<Result>): Promise<Result> => {
    const fault = nextFault()
    if (fault === 'before') throw new StoreFault('before')
    const result = await work()
    if (fault === 'after') throw new StoreFault('after')
    return result
  }
  const store = await withFault(() => openSqliteCallWriter(databasePath()))
  return {
    check: async () => undefined,
    positions: () => withFault(() => store.positions()),
    store: (take) =>
      withFault(async () => {
        const stored = await store.store(take)
        count(stored)
        return stored
      }),
    catchUp: () => withFault(() => store.catchUp()),
    expire: (rules, now) => store.expire(rules, now),
    erase: (subject, holds) => withFault(() => store.erase(subject, holds)),
    forget: (segments) => withFault(() => store.forget(segments)),
    close: () => store.close(),
  }
}

/** A store that keeps all there is in one transaction, and tells how many calls it was handed at a time. */
export function greedyStore(tell: (calls: number) => void): CallWriter {
  const store = openSqliteCallWriter(databasePath())
  return {
    ...store,
    store: (take, hasMore = () => false) =>
      store.store((keepers) => {
        for (;;) {
          let calls = 0
          const keep: typeof keepers.keep = (call) => {
            calls++
            keepers.keep(call)
          }
          const positions = take({ ...keepers, keep })
          tell(calls)
          if (!hasMore()) return positions
        }
      }),
  }
}
