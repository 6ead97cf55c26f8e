import type { Place } from './call-database.ts'

const FIRST = 64
const MOST = 512

/** Places in order, a few at a time and then more, until there are none or as many as one page may look at were seen. */
export function walk(
  atMost: number,
  next: (after: Place | undefined, atMost: number) => Promise<readonly Place[]>,
): AsyncIterable<readonly Place[]> & { isCutShort(): boolean } {
  let seen = 0
  return {
    isCutShort: () => seen >= atMost,
    async *[Symbol.asyncIterator]() {
      let after: Place | undefined
      for (let size = FIRST; seen < atMost; size = Math.min(MOST, 2 * size)) {
        const wanted = Math.min(size, atMost - seen)
        const places = await next(after, wanted)
        seen += places.length
        if (places.length > 0) yield places
        if (places.length < wanted) return
        after = places.at(-1)
      }
    },
  }
}
