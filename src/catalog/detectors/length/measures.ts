/** Where each character, word or sentence of a text ends. */

/** Characters as Unicode counts them: an emoji of two UTF-16 units is one. */
export function* characterEnds(text: string): Iterable<number> {
  for (let index = 0; index < text.length; index++) {
    const isPair = isHigh(text.charCodeAt(index)) && isLow(text.charCodeAt(index + 1))
    if (isPair) index++
    yield index + 1
  }
}

const word = /[\p{L}\p{N}\p{M}]+(?:['’\-.,_@/][\p{L}\p{N}\p{M}]+){0,64}/gu
const unspaced = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]/u

/** Words, also of languages that write no space between them. */
export function* wordEnds(text: string): Iterable<number> {
  if (!unspaced.test(text)) {
    for (const match of text.matchAll(word)) yield match.index + match[0].length
    return
  }
  for (const part of new Intl.Segmenter(undefined, { granularity: 'word' }).segment(text)) {
    if (part.isWordLike === true) yield part.index + part.segment.length
  }
}

// A full stop ends a sentence only in front of a space or the end; those of Chinese and Japanese in any place.
const sentenceEnd = /[.!?؟۔।…]["'”’)\]]{0,3}(?=\s|$)|[。！？｡][”’」』）]{0,3}|\n\s*\n/gu

export function* sentenceEnds(text: string): Iterable<number> {
  let start = 0
  for (const match of text.matchAll(sentenceEnd)) {
    const end = match.index + match[0].length
    if (hasWord.test(text.slice(start, match.index))) yield end
    start = end
  }
  if (hasWord.test(text.slice(start))) yield text.length
}

const hasWord = /[\p{L}\p{N}]/u

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000
}
