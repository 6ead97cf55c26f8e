import type { Holder, HoldersOf } from '../core/holder.ts'
import type { ReplyStore } from '../core/kept-replies.ts'
import type { Batches } from './batches/open-batches.ts'

/** Who has a thing, from all that the gateway keeps of what it has seen made. */
export function holdersIn(
  { anyFile }: Pick<Batches, 'anyFile'>,
  replies: Pick<ReplyStore, 'find'>,
  { kind, id }: Parameters<HoldersOf>[0],
): readonly Holder[] {
  const found = [kind === 'file' ? anyFile(id) : undefined, kind === 'response' ? replies.find(id) : undefined]
  return found.filter((holder) => holder !== undefined)
}
