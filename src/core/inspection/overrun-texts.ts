import { hash } from 'node:crypto'
import { GatewayError } from '../errors.ts'

/** The second time is for a machine that was busy. */
const MAX_TIMES = 2
/** As long as a conversation is likely to send it again. */
const REMEMBERED_MS = 600_000
const MAX_REMEMBERED = 4096

/** Texts with which whoever looks at them did not come to an end: it is not asked for the same again, as each time would cost others their turn. */
export interface OverrunTexts {
  /** Asks, unless it was in vain before. Rejects with a `GatewayError`. */
  asked<Answer>(text: string, ask: () => Promise<Answer>): Promise<Answer>
}

export function createOverrunTexts(now: () => number): OverrunTexts {
  const known = new Map<string, { readonly times: number; readonly until: number }>()
  return {
    async asked(text, ask) {
      const key = known.size === 0 ? undefined : hash('sha256', text, 'base64')
      const before = key === undefined ? undefined : known.get(key)
      const times = before !== undefined && before.until > now() ? before.times : 0
      if (times >= MAX_TIMES)
        throw new GatewayError('upstream_timeout', 'The detector did not come to an end with this text before.')
      try {
        return await ask()
      } catch (fault) {
        if (isOverrun(fault)) {
          const mine = key ?? hash('sha256', text, 'base64')
          known.delete(mine)
          known.set(mine, { times: times + 1, until: now() + REMEMBERED_MS })
          const oldest = known.size > MAX_REMEMBERED ? known.keys().next().value : undefined
          if (oldest !== undefined) known.delete(oldest)
        }
        throw fault
      }
    },
  }
}

function isOverrun(fault: unknown): boolean {
  return fault instanceof GatewayError && (fault.code === 'upstream_timeout' || fault.code === 'upstream_reset')
}
