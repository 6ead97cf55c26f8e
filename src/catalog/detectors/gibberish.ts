import { z } from 'zod'
import { defineDetector, type Finding } from '../../core/inspection/detection.ts'

const settings = z.strictObject({
  minCharacters: z
    .int()
    .min(10)
    .max(10_000)
    .default(40)
    .describe('Texts with fewer characters say too little, and are left.'),
})

export default defineDetector({
  id: 'gibberish',
  title: 'Gibberish',
  about:
    'Finds text that is no language: letters without vowels, keys struck at random, one piece repeated over and over. By statistics of characters; code, lists of numbers and scripts other than Latin are judged by repetition only.',
  points: ['output', 'input'],
  taxonomy: ['LLM10'],
  rules: { gibberish: 'shape', repetition: 'shape' },
  maxSpan: Number.POSITIVE_INFINITY,
  openFrom: () => 0,
  settings,
  examples: {
    flagged: [
      { text: 'asdkjh qwlkejh zxmcnb qpwoei rtyghf vbncmx lkjhgf dfgxcv', rule: 'gibberish' },
      { text: 'xkcd wqrt plmn bvcx zzkj hgfd qwrt ypsd fghj klzx cvbn', rule: 'gibberish' },
      { text: 'the the the the the the the the the the the the the the the the', rule: 'repetition' },
      { text: 'abcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabc', rule: 'repetition' },
      { text: 'ja nein ja nein ja nein ja nein ja nein ja nein ja nein ja nein ja nein', rule: 'repetition' },
      { text: '哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈', rule: 'repetition' },
    ],
    clean: [
      { text: 'The quick brown fox jumps over the lazy dog near the river bank.' },
      { text: 'Der schnelle braune Fuchs springt über den faulen Hund am Fluss.' },
      { text: 'Szybki brązowy lis przeskakuje nad leniwym psem w pobliżu rzeki, chrząszcz brzmi w trzcinie.' },
      { text: 'const total = items.reduce((sum, item) => sum + item.price, 0)' },
      { text: '12, 15, 18, 21, 24, 27, 30, 33, 36, 39, 42, 45, 48' },
      { text: '東京は日本の首都であり、世界で最も人口の多い都市の一つです。多くの人が住んでいます。' },
      { text: 'GET /api/v1/calls?limit=10 HTTP/1.1 with sha256 digests and JWTs' },
      { text: 'asdf' },
      { text: 'Strč prst skrz krk je česká věta, ve které nejsou žádné samohlásky.' },
    ],
  },
  create: ({ minCharacters }) => {
    return ({ text }) => {
      if (text.length < minCharacters) return []
      const found = (rule: 'gibberish' | 'repetition', score: number): Finding => {
        return { rule, category: 'shape', score, span: { start: 0, end: text.length } }
      }
      const sample = text.slice(0, 20_000)
      const variety = varietyOf(sample)
      if (variety < 0.12) return [found('repetition', Math.min(0.95, 1 - variety))]
      const odd = oddWords(sample)
      return odd >= 0.6 ? [found('gibberish', Math.min(0.95, odd))] : []
    }
  },
})

/** How many of the pieces of four characters differ, of those that could in a text of a hundred. */
function varietyOf(text: string): number {
  let least = 1
  for (let from = 0; from < text.length; from += 400) {
    const piece = text.slice(from, from + 400)
    if (piece.length < 40) break
    const seen = new Set<string>()
    for (let at = 0; at + 4 <= piece.length; at++) seen.add(piece.slice(at, at + 4))
    // Pieces of a repeated line are as many as it is long, whatever the length of the text.
    const share = seen.size / (piece.length - 3)
    least = from === 0 ? share : Math.max(least, share)
  }
  return piece40(text) ? least * 0.5 : least
}

/** Short texts have room for few repetitions. */
function piece40(text: string): boolean {
  return text.length < 100
}

const unusual =
  /[bcdfghjklmnpqrstvwxz]{6}|(?:q[^ui\s]|[jqxz][bcdfghjklmnpqrstvwxz]|[bcdfghjklmnpqrstvwx][qx]|vb|xc|zx|jh|kj|hg(?!e)|gf|fg|wq|mx|xm|kc(?!a|o)|bn|bv|pl?mn)/i

/** The share of words of ASCII letters that no language would have. */
function oddWords(text: string): number {
  const words = text.match(/(?<![\p{L}\d_./:@=-])[a-z]{4,30}(?![\p{L}\d_/:@=(-])/giu) ?? []
  if (words.length < 5) return 0
  const odd = words.filter((word) => word !== word.toUpperCase() && (unusual.test(word) || !/[aeiouy]/i.test(word)))
  return odd.length / words.length
}
