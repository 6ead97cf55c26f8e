import { hashOf } from './word-table.ts'

/** Kinds of words that tell an order from a report: "write the" and "wrote the", "he ignores" and "now ignore". */
export const wordForms = {
  /** Not a word, or one of another script. */
  other: 0,
  plain: 1,
  article: 2,
  to: 3,
  third: 4,
  we: 5,
  joint: 6,
  place: 7,
  past: 8,
  ongoing: 9,
  possible: 10,
  of: 11,
} as const
/** Where a sentence begins or ends. */
export const edge = 12
export const formCount = 13

const listed: readonly (readonly [string, number])[] = [
  ['the a an', wordForms.article],
  ['to', wordForms.to],
  ['he she they it him her them his their its someone somebody people', wordForms.third],
  ['we our us ours', wordForms.we],
  ['and or but nor', wordForms.joint],
  ['in on for with at from by as into about over under between through per via', wordForms.place],
  [
    'was were had did said went made came took got found gave told wrote saw knew left began kept held brought',
    wordForms.past,
  ],
  ['will would could might can may should must shall', wordForms.possible],
  ['of', wordForms.of],
]

const forms = new Map<number, number>(
  listed.flatMap(([words, form]) => words.split(' ').map((word) => [hashOf(word), form] as const)),
)

/** Most words are none of these: one look at a byte says so. */
const marked = new Uint8Array(1 << 12)
for (const hash of forms.keys()) marked[hash & 0xfff] = 1

/** Of a word that ends before `end` and has so many letters. */
export function formOf(hash: number, units: Uint16Array, end: number, size: number): number {
  if (size <= 7 && marked[hash & 0xfff] !== 0) {
    const known = forms.get(hash)
    if (known !== undefined) return known
  }
  const last = (units[end - 1] ?? 0) | 32
  const before = (units[end - 2] ?? 0) | 32
  if ((units[end - 1] ?? 0) > 127) return wordForms.other
  if (size > 3 && last === 100 && before === 101) return wordForms.past
  if (size > 4 && last === 103 && before === 110 && ((units[end - 3] ?? 0) | 32) === 105) return wordForms.ongoing
  return wordForms.plain
}
