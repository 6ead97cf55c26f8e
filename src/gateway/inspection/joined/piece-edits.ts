import type { Edit } from '../redactor.ts'
import type { Channel, Piece } from '../stream-channels.ts'

/** What guardrails take out of a piece, in positions of its text: as a text of its own, and as a part of all that are joined. */
export function redactionsOf(piece: Piece): readonly Edit[] {
  return withRuns(piece, ({ redactions }) => redactions)
}

/** With what the client gets back in place of tokens. What is taken out is not put back. */
export function editsOf(piece: Piece): readonly Edit[] {
  return merged(redactionsOf(piece), restorationsOf(piece))
}

export function restorationsOf(piece: Piece): readonly Edit[] {
  return withRuns(piece, ({ restorations }) => restorations)
}

export function merged(redactions: readonly Edit[], restorations: readonly Edit[]): readonly Edit[] {
  if (restorations.length === 0) return redactions
  const back = restorations.filter((one) => !redactions.some(({ start, end }) => start < one.end && one.start < end))
  return [...redactions, ...back].sort((a, b) => a.start - b.start)
}

/** Whoever sees all of them knows better, so theirs come first. */
function withRuns(piece: Piece, editsIn: (channel: Channel) => readonly Edit[]): readonly Edit[] {
  const { channel, start, starts } = piece
  const own = editsIn(channel)
  const joined = channel.runs.flatMap((run, index) => {
    const by = start - (starts[index] ?? starts[0] ?? 0)
    return editsIn(run).map((edit) => ({ start: edit.start + by, end: edit.end + by, text: edit.text }))
  })
  return joined.length === 0 ? own : [...joined, ...own].sort((a, b) => a.start - b.start)
}
