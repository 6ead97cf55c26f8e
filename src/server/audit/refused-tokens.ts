import type { AuditDraft } from '../../core/audit.ts'

const WINDOW_MS = 60_000

/** The first wrong admin token is written down at once, those of the next minute as one number: a guesser must not fill the disk. */
export function createRefusedTokens(append: (draft: AuditDraft) => Promise<unknown>): {
  refused(): void
  /** Writes what was counted. */
  close(): Promise<void>
} {
  let attempts = 0
  let window: NodeJS.Timeout | undefined
  const write = async (): Promise<void> => {
    const details = { attempts }
    attempts = 0
    // The attempt was refused all the same; /readyz says what is wrong with the log.
    await append({ actor: 'unknown', action: 'admin-token-refused', subject: '', details }).catch(() => {
      attempts += details.attempts
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
    refused() {
      attempts++
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
