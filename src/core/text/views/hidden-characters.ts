import { type TextView, viewBuilder } from './text-view.ts'

/** ASCII in tag characters, bytes in variation selectors, and bits in pairs of zero-width characters. */
const tags = /(?<!\u{1f3f4})[\u{e0020}-\u{e007e}]+/gu
const selectors = /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]{4,}/gu
const bits = /(?:[\u200b\u200c\u2060\u2063\ufeff]|\u200d){16,}/g
const maxBits = 80_000

/** What is written in characters that nobody sees, without what stands around it. */
export function hiddenCharacters(source: TextView): TextView | undefined {
  const builder = viewBuilder(source)
  const put = (text: string, from: number, to: number): void => {
    if (!builder.isEmpty()) builder.put('\n', from, from)
    builder.put(text, from, to)
  }
  for (const { 0: run, index } of source.text.matchAll(tags)) {
    // Each takes two units of UTF-16.
    let text = ''
    for (let at = 1; at < run.length; at += 2) text += String.fromCharCode(run.charCodeAt(at) - 0xdc00)
    put(text, index, index + run.length)
  }
  for (const { 0: run, index } of source.text.matchAll(selectors)) {
    const bytes = Array.from(run, (character) => {
      const point = character.codePointAt(0) ?? 0
      return point < 0xff00 ? point - 0xfe00 : point - 0xe_0100 + 16
    })
    const text = readable(Buffer.from(bytes).toString('utf8'))
    if (text !== undefined) put(text, index, index + run.length)
  }
  for (const { 0: run, index } of source.text.matchAll(bits)) {
    const text = readable(fromBits(run.slice(0, maxBits)))
    if (text !== undefined) put(text, index, index + run.length)
  }
  return builder.view('hidden-characters')
}

/** The more frequent of two characters may be either bit, and a third one may part the bytes. */
function fromBits(run: string): string {
  const [zero = '', one = ''] = [...new Set(run)].sort((a, b) => count(run, b) - count(run, a))
  for (const first of [zero, one]) {
    const digits = Array.from(run, (character) =>
      character === first ? '0' : character === zero || character === one ? '1' : '',
    ).join('')
    for (const size of [8, 7]) {
      const text = (digits.match(new RegExp(`[01]{${size}}`, 'g')) ?? [])
        .map((byte) => String.fromCharCode(Number.parseInt(byte, 2)))
        .join('')
      if (readable(text) !== undefined) return text
    }
  }
  return ''
}

function count(text: string, character: string): number {
  return text.split(character).length
}

function readable(text: string): string | undefined {
  const letters = text.replace(/[^\p{L}\p{N}\s\p{P}]/gu, '')
  return text.length > 1 && letters.length >= text.length * 0.9 ? text : undefined
}
