/** Words of a text as they are compared: in lower case, without accents of width, plural and `-ing`. */
export interface Word {
  readonly text: string
  readonly stem: string
  /** Stands in nearly every sentence and says little by itself. */
  readonly isFiller: boolean
}

export function wordsOf(text: string): readonly Word[] {
  const found = plain(text).match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  return found.map((word) => ({ text: word, stem: stemOf(word), isFiller: fillers.has(word) }))
}

/** In lower case, with contractions written out: `don't` and `do not` are one thing. */
export function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\u2018\u2019\u02bc]/g, "'")
    .replaceAll(/\bcan't\b|\bcannot\b/g, 'can not')
    .replaceAll(/\bwon't\b/g, 'will not')
    .replaceAll(/n't\b/g, ' not')
    .replaceAll(/'(?:s|m|re)\b/g, ' is')
    .replaceAll(/'ve\b/g, ' have')
    .replaceAll(/'ll\b/g, ' will')
    .replaceAll(/'d\b/g, ' would')
}

function stemOf(word: string): string {
  if (word.length > 5 && word.endsWith('ing')) {
    const stem = word.slice(0, -3)
    // `cancelling`, `planning`.
    return stem.length > 4 && stem.at(-1) === stem.at(-2) ? stem.slice(0, -1) : stem.replace(/e$/, '')
  }
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`
  if (word.length > 3 && word.endsWith('s') && !/(?:ss|us|is)$/.test(word)) return word.slice(0, -1).replace(/e$/, '')
  return word.length > 4 ? word.replace(/e$/, '') : word
}

const fillers: ReadonlySet<string> = new Set(
  'a an the is are am be been do does of i me my we us our it its this that there to for on in at and please kindly just hi hello hey thanks thank so well'.split(
    ' ',
  ),
)
