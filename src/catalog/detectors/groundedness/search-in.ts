/** Characters that are read for one text: of sources as long as a book, some hundred names, links or quotations. */
const most = 64_000_000

/**
 * Whether pieces stand in a text. Each search costs as much as the text is long: after too many only what was looked for before is known,
 * and all else counts as not there.
 */
export function searchIn(text: string): (piece: string) => boolean {
  let left = most
  const known = new Map<string, boolean>()
  return (piece) => {
    const before = known.get(piece)
    if (before !== undefined || left <= 0) return before ?? false
    left -= text.length
    const isThere = text.includes(piece)
    known.set(piece, isThere)
    return isThere
  }
}
