import type { AuditDraft } from '../../core/record/audit.ts'
import { type Actor, adminActor } from '../../registry/access.ts'
import { signedBy } from './audit.ts'

const WINDOW_MS = 60_000

type Append = (draft: AuditDraft) => Promise<unknown>

/** Writes down who was refused at the control plane. */
export interface Refusals {
  /** A wrong token, of nobody that is known. */
  token(): void
  /** A management key that may not do what it asked for. `route`: as the table of permissions has it. */
  permission(actor: Actor, route: string): void
  /** Writes what was counted. */
  close(): Promise<void>
}

export function createRefusals(append: Append): Refusals {
  const tokens = createCounter(append, (attempts) => ({
    actor: 'unknown',
    action: 'admin-token-refused',
    subject: '',
    details: { attempts },
  }))
  /** One for each key that was refused; there are as many as somebody has made. */
  const byActor = new Map<string, Counter>()
  return {
    token: tokens.count,
    permission(actor, route) {
      if (actor === adminActor) return
      let counter = byActor.get(actor.name)
      if (counter === undefined) {
        counter = createCounter(append, (attempts, subject) =>
          signedBy(actor, { action: 'permission-refused', subject, details: { attempts } }),
        )
        byActor.set(actor.name, counter)
      }
      counter.count(route)
    },
    async close() {
      for (const counter of [tokens, ...byActor.values()]) await counter.close()
    },
  }
}

interface Counter {
  /** `about`: of the newest. */
  count(about?: string): void
  close(): Promise<void>
}

/** The first is written down at once, those of the next minute as one number: a guesser must not fill the disk. */
function createCounter(append: Append, draftOf: (attempts: number, about: string) => AuditDraft): Counter {
  let attempts = 0
  let newest = ''
  let window: NodeJS.Timeout | undefined
  const write = async (): Promise<void> => {
    const written = attempts
    attempts = 0
    // The attempt was refused all the same; /readyz says what is wrong with the log.
    await append(draftOf(written, newest)).catch(() => {
      attempts += written
    })
  }
  const later = (): void => {
    window = setTimeout(() => {
      window = undefined
      if (attempts === 0) return
      void write()
      later()
    }, WINDOW_MS).unref()
  }
  return {
    count(about = '') {
      attempts++
      newest = about
      if (window !== undefined) return
      void write()
      later()
    },
    async close() {
      clearTimeout(window)
      if (attempts > 0) await write()
    },
  }
}
