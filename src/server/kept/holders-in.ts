import type { Holder, HoldersOf, ThingStore } from '../../core/model/holder.ts'
import type { ReplyStore } from '../../core/model/kept-replies.ts'
import type { Batches } from '../batches/open-batches.ts'

/** Who has a thing, from all that the gateway keeps of what it has seen made. */
export function holdersIn(
  batches: Pick<Batches, 'anyFile' | 'anyBatch'>,
  replies: Pick<ReplyStore, 'find' | 'holderOf'>,
  things: Pick<ThingStore, 'holders'>,
): HoldersOf {
  const own = ({ kind, id }: Parameters<HoldersOf>[0]): Holder | undefined => {
    if (kind === 'file') return batches.anyFile(id)
    if (kind === 'batch') return batches.anyBatch(id)
    if (kind === 'audio' || kind === 'item') return replies.holderOf({ kind, id })
    return kind === 'response' ? replies.find(id) : undefined
  }
  return (thing) => {
    const known = own(thing)
    return known === undefined ? things.holders(thing) : [known, ...things.holders(thing)]
  }
}
