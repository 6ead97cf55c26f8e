import type { CallRecord } from '../../../core/record/call-record.ts'

/** Which calls without a key that holds are kept: whoever makes up keys, or has found an old one, must not fill the record. */
export interface RefusedAllowance {
  keeps(call: Pick<CallRecord, 'key' | 'errorCode'>): boolean
  /** Calls that were not kept. */
  readonly unrecorded: number
}

/** Of one process. Enough to see who knocks, and little beside the calls of one key. */
const MAX_AT_ONCE = 600
const PER_MS = 10 / 1000

const endings: ReadonlySet<string> = new Set(['revoked_key', 'expired_key'])

export function createRefusedAllowance(now: () => number = () => performance.now()): RefusedAllowance {
  // Apart, so that made-up keys do not hide that an old one is in use.
  const strangers = createAllowance(now)
  const over = createAllowance(now)
  let unrecorded = 0
  return {
    keeps({ key, errorCode }) {
      const isKept = key === undefined ? strangers() : !endings.has(errorCode ?? '') || over()
      if (!isKept) unrecorded++
      return isKept
    },
    get unrecorded() {
      return unrecorded
    },
  }
}

function createAllowance(now: () => number): () => boolean {
  let left = MAX_AT_ONCE
  let at = now()
  return () => {
    const time = now()
    left = Math.min(MAX_AT_ONCE, left + (time - at) * PER_MS)
    at = time
    if (left < 1) return false
    left--
    return true
  }
}
