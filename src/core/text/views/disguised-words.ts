import { isCamelName } from './code-names.ts'
import { commonWords } from './common-words.ts'
import { lineAround, type Places } from './places.ts'
import { segmented } from './segmented.ts'
import { type TextView, viewBuilder } from './text-view.ts'

/** Lines in which words are plain once each letter is moved by 13. */
export function fromRot13(source: TextView, places: Places): TextView | undefined {
  const builder = viewBuilder(source)
  forEachLine(source.text, places, (from, to) => {
    if (!builder.isEmpty()) builder.put('\n', from, from)
    builder.put(rot13(source.text.slice(from, to)), from, to)
  })
  return builder.view('rot13')
}

/** Lines written backwards: as a whole, and word by word. */
export function fromReversed(source: TextView, places: Places): TextView | undefined {
  const builder = viewBuilder(source)
  forEachLine(source.text, places, (from, to) => {
    if (!builder.isEmpty()) builder.put('\n', from, from)
    const line = source.text.slice(from, to)
    builder.putReversed(backwards(line), from, to)
    builder.put('\n', from, from)
    for (const { 0: piece, index } of line.matchAll(/\S{1,64}|\s{1,64}/g)) {
      builder.putReversed(backwards(piece), from + index, from + index + piece.length)
    }
  })
  return builder.view('reversed')
}

const letterOf: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '6': 'g',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'l',
  '+': 't',
}
const leetWord = /(?<![A-Za-z0-9@$!|+])[A-Za-z0-9@$!|+]{2,24}/g

/** Lines in which digits and signs stand for letters, where that makes words. */
export function fromLeet(source: TextView, places: Places): TextView | undefined {
  const builder = viewBuilder(source)
  forEachLine(source.text, places, (from, to) => {
    const line = source.text.slice(from, to)
    let made = 0
    const plain = line.replace(leetWord, (word) => {
      if (!/[0-9@$!|+]/.test(word)) return word
      const inner = /[a-zA-Z0-9@$]$/.test(word) ? word : word.slice(0, -1)
      const letters = inner.replace(/[0-9@$!|+]/g, (sign) => letterOf[sign] ?? sign)
      const withL =
        letters === inner
          ? inner
          : inner.replace(/[0-9@$!|+]/g, (sign) => (sign === '1' ? 'l' : (letterOf[sign] ?? sign)))
      const known = [letters, withL].find((one) => commonWords.has(one.toLowerCase()))
      if (known === undefined) return /[a-zA-Z]/.test(inner) ? letters + word.slice(inner.length) : word
      if (known.length > 2) made++
      return known + word.slice(inner.length)
    })
    if (made < 2) return
    if (!builder.isEmpty()) builder.put('\n', from, from)
    builder.put(plain, from, to)
  })
  return builder.view('leet')
}

const splitRun = /(?<![A-Za-z0-9@$])[A-Za-z0-9@$!](?:[ .\-_*|/,+~]{1,4}[A-Za-z0-9@$!](?![A-Za-z0-9])){4,}/g
const longRun = /[A-Za-z]{20,}/g

/** Words cut into letters, and words run together. */
export function joined(source: TextView, places: Places): TextView | undefined {
  const builder = viewBuilder(source)
  forEachLine(source.text, places, (from, to) => {
    const line = source.text.slice(from, to)
    const runs = [...line.matchAll(splitRun), ...line.matchAll(longRun)].sort((a, b) => a.index - b.index)
    const before = builder.isEmpty()
    let kept = 0
    let made = false
    for (const { 0: run, index } of runs) {
      if (index < kept || isCamelName(line, index, index + run.length)) continue
      const words = /^[A-Za-z]{5}/.test(run) ? wordsOfLong(run) : wordsOfSplit(run)
      if (words === undefined) continue
      if (!made && !before) builder.put('\n', from, from)
      made = true
      builder.keep(from + kept, from + index)
      for (const word of words) {
        if (word.from > 0) builder.put(' ', from + index + word.from, from + index + word.from)
        for (const letter of word.letters)
          builder.put(letter.text, from + index + letter.at, from + index + letter.at + 1)
      }
      kept = index + run.length
    }
    if (made) builder.keep(from + kept, to)
  })
  return builder.view('joined')
}

interface Letter {
  readonly text: string
  readonly at: number
}

interface Word {
  readonly from: number
  readonly letters: readonly Letter[]
}

function wordsOfLong(run: string): readonly Word[] | undefined {
  const lengths = segmented(run.toLowerCase())
  return (
    lengths &&
    wordsOf(
      Array.from(run, (text, at) => ({ text, at })),
      lengths,
    )
  )
}

/** Where some gaps are wider than the others, these part words; else words are found. */
function wordsOfSplit(run: string): readonly Word[] | undefined {
  const letters: Letter[] = []
  const gaps: number[] = []
  let last = -1
  for (const { 0: sign, index } of run.matchAll(/[A-Za-z0-9@$!]/g)) {
    if (last >= 0) gaps.push(index - last - 1)
    letters.push({ text: letterOf[sign] ?? sign, at: index })
    last = index
  }
  if (letters.filter(({ at }) => /[A-Za-z]/.test(run[at] ?? '')).length < letters.length * 0.5) return undefined
  const narrow = Math.min(...gaps.slice(0, 1000))
  if (!gaps.some((gap) => gap > narrow)) return wordsIn(letters) ?? [{ from: 0, letters }]
  const words: { from: number; letters: Letter[] }[] = []
  for (const [index, letter] of letters.entries()) {
    if (index === 0 || (gaps[index - 1] ?? 0) > narrow) words.push({ from: letter.at, letters: [] })
    words.at(-1)?.letters.push(letter)
  }
  return words
}

function wordsIn(letters: readonly Letter[]): readonly Word[] | undefined {
  const written = letters.map(({ text }) => text).join('')
  const lengths = segmented(written.toLowerCase())
  return lengths && wordsOf(letters, lengths)
}

function wordsOf(letters: readonly Letter[], lengths: readonly number[]): readonly Word[] {
  let at = 0
  return lengths.map((length) => {
    const word = letters.slice(at, at + length)
    at += length
    return { from: word[0]?.at ?? 0, letters: word }
  })
}

function forEachLine(text: string, places: Places, visit: (from: number, to: number) => void): void {
  let done = 0
  for (let index = 0; index < places.length; index += 2) {
    const start = Math.max(done, places[index] ?? 0)
    const end = places[index + 1] ?? 0
    if (end <= done) continue
    const [from, to] = lineAround(text, start, end)
    visit(Math.max(done, from), to)
    done = to
  }
}

function backwards(text: string): string {
  let made = ''
  for (let at = text.length - 1; at >= 0; at--) {
    const unit = text.charCodeAt(at)
    const isPair = unit >= 0xdc00 && unit <= 0xdfff && at > 0
    made += isPair ? text.slice(at - 1, at + 1) : text.charAt(at)
    if (isPair) at--
  }
  return made
}

function rot13(text: string): string {
  return text.replace(/[A-Za-z]/g, (letter) => rotated(letter))
}

export function rotated(letter: string): string {
  const unit = letter.charCodeAt(0)
  const base = unit < 97 ? 65 : 97
  return String.fromCharCode(((unit - base + 13) % 26) + base)
}
