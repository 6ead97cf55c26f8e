/**
 * Takes what one transaction keeps, part by part: the next is read from the spool while the server is at work on the one before.
 * Many calls in one transaction are cheaper than few, as they are in the same sums: 2,000 cost the server half of what ten times 200
 * cost. A part is what one statement is sent, and what is in memory at once, twice.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Keepers } from '../../../core/record/call-store.ts'
import type { Feedback } from '../../../core/record/feedback.ts'
import type { ReceivedSpan } from '../../../core/record/span.ts'
import { type BatchedCall, batchedCall } from './batch.ts'

export interface TakenPart {
  readonly calls: readonly BatchedCall[]
  readonly opinions: readonly Feedback[]
  readonly spans: readonly ReceivedSpan[]
}

export interface Taking {
  /** `undefined` when there is no more for this transaction. */
  next(): Promise<TakenPart | undefined>
  /** Behind all parts that were handed out. */
  positions(): ReadonlyMap<string, number>
}

const PART = { items: 500, letters: 2 ** 21 }
const WHOLE = { items: 4000, letters: 2 ** 24 }

export function takeInParts(take: (keepers: Keepers) => ReadonlyMap<string, number>, hasMore: () => boolean): Taking {
  const positions = new Map<string, number>()
  const whole = { items: 0, letters: 0 }
  let isOver = false
  return {
    positions: () => positions,
    async next() {
      if (isOver) return undefined
      const calls: BatchedCall[] = []
      const opinions: Feedback[] = []
      const spans: ReceivedSpan[] = []
      const part = { items: 0, letters: 0 }
      const count = (letters: number): void => {
        for (const size of [part, whole]) {
          size.items++
          size.letters += letters
        }
      }
      for (;;) {
        const taken = take({
          keep(call) {
            calls.push(batchedCall(call))
            count((call.input?.length ?? 0) + (call.output?.length ?? 0))
          },
          note(feedback) {
            opinions.push(feedback)
            count(0)
          },
          keepSpan(span) {
            spans.push(span)
            count(0)
          },
        })
        for (const [segment, position] of taken) positions.set(segment, position)
        isOver = isFull(whole, WHOLE) || !hasMore()
        if (isOver || isFull(part, PART)) return { calls, opinions, spans }
        // What the server has said meanwhile is heard, and it is sent the next statement.
        await nextTurn()
      }
    },
  }
}

interface Size {
  readonly items: number
  readonly letters: number
}

function isFull(size: Size, bound: Size): boolean {
  return size.items >= bound.items || size.letters >= bound.letters
}
