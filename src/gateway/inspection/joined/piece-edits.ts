import type { Edit } from '../redactor.ts'
import type { Piece } from '../stream-channels.ts'

/** What guardrails take out of a piece, in positions of its text: as a text of its own, and as a part of all that are joined. */
export function redactionsOf({ channel, run, start, runStart = 0 }: Piece): readonly Edit[] {
  return withRun(channel.redactions, run?.redactions, start - runStart)
}

/** With what the client gets back in place of tokens. What is taken out is not put back. */
export function editsOf(piece: Piece): readonly Edit[] {
  return merged(redactionsOf(piece), restorationsOf(piece))
}

export function restorationsOf({ channel, run, start, runStart = 0 }: Piece): readonly Edit[] {
  return withRun(channel.restorations, run?.restorations, start - runStart)
}

export function merged(redactions: readonly Edit[], restorations: readonly Edit[]): readonly Edit[] {
  if (restorations.length === 0) return redactions
  const back = restorations.filter((one) => !redactions.some(({ start, end }) => start < one.end && one.start < end))
  return [...redactions, ...back].sort((a, b) => a.start - b.start)
}

/** Whoever sees all of them knows better. */
function withRun(own: readonly Edit[], all: readonly Edit[] | undefined, by: number): readonly Edit[] {
  if (all === undefined || all.length === 0) return own
  const joined = all.map(({ start, end, text }) => ({ start: start + by, end: end + by, text }))
  return [...joined, ...own].sort((a, b) => a.start - b.start)
}
