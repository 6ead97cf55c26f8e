import { randomUUID } from 'node:crypto'
import { BroadcastChannel } from 'node:worker_threads'
import type { FinishedCall } from '../../core/record/call-store.ts'

/** How calls get from the thread that stores them to the one that sends them, whichever of both begins anew. */
export interface CallFeed {
  readonly channel: string
  readonly gauge: SharedArrayBuffer
}

export interface FeedCounts {
  readonly sent: number
  readonly dropped: number
  readonly waiting: number
}

/** Places in the gauge. */
const place = { mode: 0, waitingBytes: 1, waiting: 2, dropped: 3, sent: 4, ready: 5 } as const
export type FeedMode = 'off' | 'without-content' | 'with-content'
const modes: readonly FeedMode[] = ['off', 'without-content', 'with-content']

/** What may wait in memory for a collector; what finds no room is dropped and counted. */
const MAX_WAITING_BYTES = 16n << 20n
/** Of a call without its content, by experience; a call with all labels at their longest has six times as much. */
const CALL_BYTES = 4096

export function createCallFeed(): CallFeed {
  return { channel: `portcullis-calls-${randomUUID()}`, gauge: new SharedArrayBuffer(6 * 8) }
}

export function feedGauge({ gauge }: CallFeed) {
  const cells = new BigInt64Array(gauge)
  const add = (cell: number, more: number | bigint): void => void Atomics.add(cells, cell, BigInt(more))
  const read = (cell: number): number => Number(Atomics.load(cells, cell))
  return {
    mode: (): FeedMode => modes[read(place.mode)] ?? 'off',
    setMode: (mode: FeedMode): void => void Atomics.store(cells, place.mode, BigInt(modes.indexOf(mode))),
    /** Somebody listens to the channel: what is said before that is heard by nobody. */
    isReady: (): boolean => read(place.ready) === 1,
    setReady: (isReady: boolean): void => void Atomics.store(cells, place.ready, isReady ? 1n : 0n),
    hasRoom: (): boolean => Atomics.load(cells, place.waitingBytes) < MAX_WAITING_BYTES,
    wait(calls: readonly FinishedCall[]): void {
      add(place.waiting, calls.length)
      add(place.waitingBytes, bytesOf(calls))
    },
    /** They wait no more. */
    done(calls: readonly FinishedCall[], outcome: 'sent' | 'dropped' | 'unwanted'): void {
      add(place.waiting, -calls.length)
      add(place.waitingBytes, -bytesOf(calls))
      if (outcome !== 'unwanted') add(place[outcome], calls.length)
    },
    dropped: (calls: number): void => add(place.dropped, calls),
    /** The thread that had them has ended. */
    lost(): void {
      Atomics.store(cells, place.ready, 0n)
      add(place.dropped, Atomics.exchange(cells, place.waiting, 0n))
      Atomics.store(cells, place.waitingBytes, 0n)
    },
    counts: (): FeedCounts => ({
      sent: read(place.sent),
      dropped: read(place.dropped),
      waiting: read(place.waiting),
    }),
  }
}

function bytesOf(calls: readonly FinishedCall[]): number {
  return calls.reduce((sum, { input = '', output = '' }) => sum + CALL_BYTES + 2 * (input.length + output.length), 0)
}

const MAX_HELD_CALLS = 1000
const LOOK_EVERY_MS = 100

export interface OpenCallFeed {
  isOn(): boolean
  /** Hands on what was stored, and never waits. What comes before somebody listens is held for a while. */
  offer(calls: readonly FinishedCall[]): void
}

/** For the thread that stores calls. */
export function openCallFeed(feed: CallFeed): OpenCallFeed {
  const gauge = feedGauge(feed)
  let channel: BroadcastChannel | undefined
  let held: FinishedCall[] = []
  let isLooking = false
  const post = (calls: readonly FinishedCall[]): void => {
    if (calls.length === 0) return
    if (!gauge.hasRoom()) {
      gauge.dropped(calls.length)
      return
    }
    if (channel === undefined) {
      channel = new BroadcastChannel(feed.channel)
      channel.unref()
    }
    gauge.wait(calls)
    channel.postMessage(calls)
  }
  const postHeld = (): void => {
    if (gauge.mode() !== 'off' && !gauge.isReady()) {
      setTimeout(postHeld, LOOK_EVERY_MS)
      return
    }
    isLooking = false
    const calls = held
    held = []
    if (gauge.mode() === 'off') gauge.dropped(calls.length)
    else post(calls)
  }
  return {
    isOn: () => gauge.mode() !== 'off',
    offer(calls) {
      const mode = gauge.mode()
      if (mode === 'off') return
      const offered = mode === 'with-content' ? calls : calls.map(withoutContent)
      if (gauge.isReady() && held.length === 0) {
        post(offered)
        return
      }
      const room = MAX_HELD_CALLS - held.length
      held.push(...offered.slice(0, room))
      gauge.dropped(Math.max(0, offered.length - room))
      if (isLooking) return
      isLooking = true
      setTimeout(postHeld, LOOK_EVERY_MS)
    },
  }
}

function withoutContent({ record, inputTruncated, outputTruncated }: FinishedCall): FinishedCall {
  return { record, inputTruncated, outputTruncated }
}
