import { createSigner, mostDiffering, signatureBytes } from './signature.ts'
import { createSignatureMemory } from './signature-memory.ts'

/** Items found by their vectors, among many: looks at a signature of each, and at nothing else of most. */
export interface SignedRows<Item> {
  add(item: Item, vector: Float32Array): void
  remove(item: Item): void
  /** Up to `most` items that may be as close as that, the likeliest first. */
  near(vector: Float32Array, closeness: number, most: number): readonly Item[]
}

const pageBytes = 65_536
const rowsOfPage = pageBytes / signatureBytes
/** On the first page: the signature that is looked for, and what is found on one page. */
const queryAt = 0
const foundAt = 1024

/** Makes sets of rows in one memory, which has the size of the most rows that there were at a time. */
export function createRowSets(): { open<Item>(): SignedRows<Item> } {
  const sign = createSigner()
  const memory = createSignatureMemory()
  const freePages: number[] = []
  let bytes = new Uint8Array(memory.buffer())
  let words = new Uint32Array(memory.buffer())

  function newPage(): number {
    const free = freePages.pop()
    if (free !== undefined) return free
    const page = memory.addPage()
    bytes = new Uint8Array(memory.buffer())
    words = new Uint32Array(memory.buffer())
    return page
  }

  function open<Item>(): SignedRows<Item> {
    const items: Item[] = []
    const rowOf = new Map<Item, number>()
    const pages: number[] = []
    const placeOf = (row: number): number =>
      (pages[Math.floor(row / rowsOfPage)] ?? 0) * pageBytes + (row % rowsOfPage) * signatureBytes
    return {
      add(item, vector) {
        const row = items.push(item) - 1
        rowOf.set(item, row)
        if (row % rowsOfPage === 0) pages.push(newPage())
        sign(vector, bytes.subarray(placeOf(row), placeOf(row) + signatureBytes))
      },
      remove(item) {
        const row = rowOf.get(item)
        const last = row === undefined ? undefined : items.pop()
        if (row === undefined || last === undefined) return
        rowOf.delete(item)
        if (last !== item) {
          // The last one takes its place.
          const from = placeOf(items.length)
          bytes.copyWithin(placeOf(row), from, from + signatureBytes)
          items[row] = last
          rowOf.set(last, row)
        }
        if (items.length % rowsOfPage === 0) freePages.push(...pages.splice(items.length / rowsOfPage))
      },
      near(vector, closeness, most) {
        sign(vector, bytes.subarray(queryAt, queryAt + signatureBytes))
        const found: { readonly row: number; readonly differing: number }[] = []
        let limit = mostDiffering(closeness)
        for (const [index, page] of pages.entries()) {
          const begin = page * pageBytes
          const count = Math.min(rowsOfPage, items.length - index * rowsOfPage)
          const end = memory.compare(queryAt, begin, begin + count * signatureBytes, Math.max(limit, 0), foundAt)
          for (let at = foundAt / 4; at < end / 4; at += 2) {
            const differing = words[at + 1] ?? 0
            if (differing > limit) continue
            const row = index * rowsOfPage + ((words[at] ?? 0) - begin) / signatureBytes
            let place = found.length
            while (place > 0 && (found[place - 1]?.differing ?? 0) > differing) place--
            found.splice(place, 0, { row, differing })
            if (found.length <= most) continue
            found.pop()
            limit = (found.at(-1)?.differing ?? limit) - 1
          }
        }
        return found.flatMap(({ row }) => items[row] ?? [])
      },
    }
  }

  return { open }
}
