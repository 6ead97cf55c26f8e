import { brands } from './domains.ts'

/** Letters that look like those of ASCII (Unicode TR 39, the part that hosts can have). */
const lookalikes = new Map<string, string>(
  (
    [
      ['a', 'аɑαа́ạ'],
      ['b', 'ЬƄв'],
      ['c', 'сϲᴄ'],
      ['d', 'ԁɗ'],
      ['e', 'еҽєεə'],
      ['f', 'ƒғ'],
      ['g', 'ɡԍց'],
      ['h', 'һհҺ'],
      ['i', 'іıιɩӏ'],
      ['j', 'јϳ'],
      ['k', 'кκҡ'],
      ['l', 'ӏǀɭłⅼ'],
      ['m', 'мⅿ'],
      ['n', 'пոռη'],
      ['o', 'оοօ०ө'],
      ['p', 'рρþ'],
      ['q', 'ԛգ'],
      ['r', 'гᴦ'],
      ['s', 'ѕꜱ'],
      ['t', 'тτţ'],
      ['u', 'υսᴜц'],
      ['v', 'νѵᴠ'],
      ['w', 'ԝѡωɯ'],
      ['x', 'хχ'],
      ['y', 'уүγყ'],
      ['z', 'ᴢʐ'],
    ] as const
  ).flatMap(([letter, others]) => Array.from(others, (other) => [other, letter] as const)),
)

/** How a name looks: marks taken off, foreign letters as the Latin ones that they resemble. */
function skeleton(label: string): string {
  const bare = label.normalize('NFKD').replaceAll(/[\p{M}\p{Cf}]/gu, '')
  return Array.from(bare, (letter) => lookalikes.get(letter) ?? letter).join('')
}

const latin = /\p{scx=Latin}/u
const imitating = /[\p{scx=Cyrillic}\p{scx=Greek}\p{scx=Armenian}\p{scx=Cherokee}\p{scx=Georgian}]/u
const invisible = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/

/** How sure it is that a host in Unicode is to be taken for another. */
export function homographScore(host: string): number {
  if (invisible.test(host)) return 0.9
  let score = 0
  for (const label of host.split('.')) {
    if (!/[^\0-\x7f]/.test(label)) continue
    if (looksLikeBrand(skeleton(label)) || looksLikeBrand(skeleton(label.replaceAll('ӏ', 'l')))) return 0.97
    const letters = label.replaceAll(/[\p{Script=Common}\p{Script=Inherited}]/gu, '')
    if (latin.test(letters) && imitating.test(letters)) score = Math.max(score, 0.85)
    else if (!/[^\0-\x7f]/.test(label.normalize('NFKC'))) score = Math.max(score, 0.7)
  }
  return score
}

function looksLikeBrand(label: string): boolean {
  return label.split('-').some((word) => brands.has(word)) || brands.has(label)
}

/** Digits and pairs of letters that ASCII names are disguised with. */
const swaps: readonly (readonly [RegExp, string])[] = [
  [/0/g, 'o'],
  [/1/g, 'l'],
  [/3/g, 'e'],
  [/4/g, 'a'],
  [/5/g, 's'],
  [/\$/g, 's'],
  [/rn/g, 'm'],
  [/vv/g, 'w'],
  [/cl/g, 'd'],
]

/** The brand that a name in ASCII imitates: `paypa1`, `rnicrosoft`, `gooogle`. */
export function imitatedBrand(word: string): string | undefined {
  if (word.length < 4 || word.length > 20 || brands.has(word)) return undefined
  for (const [pattern, letter] of swaps) {
    const plain = word.replaceAll(pattern, letter)
    if (plain !== word && isImitable(plain)) return plain
  }
  const all = swaps.slice(0, 6).reduce((name, [pattern, letter]) => name.replaceAll(pattern, letter), word)
  if (all !== word && (isImitable(all) || isImitable(all.replaceAll('l', 'i')))) return all
  const withI = word.replaceAll('1', 'i')
  if (withI !== word && isImitable(withI)) return withI
  const twin = word.length < 5 ? undefined : twins.get(word.replaceAll(/[i1]/g, 'l'))
  if (twin !== undefined) return twin
  if (word.length < 6) return undefined
  for (const brand of brands.keys()) {
    if (brand.length >= 6 && Math.abs(brand.length - word.length) <= 1 && isOneSlip(word, brand)) return brand
  }
  return undefined
}

/** A small `l`, a capital `I` and a `1` look the same. */
const twins = new Map(Array.from(brands.keys(), (brand) => [brand.replaceAll('i', 'l'), brand]))

/** Short names are other words too often. */
function isImitable(word: string): boolean {
  return word.length >= 4 && brands.has(word)
}

/** One letter doubled, left out, or two that changed places. Other letters make other names too often. */
function isOneSlip(word: string, brand: string): boolean {
  let at = 0
  while (at < word.length && word[at] === brand[at]) at++
  if (word.length === brand.length) {
    return word[at] === brand[at + 1] && word[at + 1] === brand[at] && word.slice(at + 2) === brand.slice(at + 2)
  }
  if (word.length > brand.length) return at > 0 && word[at] === word[at - 1] && word.slice(at + 1) === brand.slice(at)
  return at > 0 && at < brand.length - 1 && brand.length >= 8 && word.slice(at) === brand.slice(at + 1)
}
