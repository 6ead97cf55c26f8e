import type { FoundSecret } from './finding.ts'

/** How much is read as one run. The longest key in pieces that anybody writes is shorter. */
const longestRun = 1200
/** `AKIA` and sixteen more are the shortest of what has a beginning of its own. */
const leastSigns = 16

/** One sign and what parts it from the next: blanks or a line end, or a mark with or without a blank. */
const apart = /\S(?:[ \t]{1,3}|\r?\n|[.\-_*|/,+~][ \t]?)(?=\S(?![A-Za-z0-9]))/y

/**
 * Keys whose signs are written apart (`A K I A …`, `A-K-I-A-…`), closed up. Of these only what a vendor gives a beginning of
 * its own is found: no words are that by chance.
 */
export function spacedOut(text: string, find: (text: string) => readonly FoundSecret[]): readonly FoundSecret[] {
  const found: FoundSecret[] = []
  let done = 0
  for (let at = 0; at + 2 * leastSigns <= text.length + stride; at += stride) {
    if (at < done || !isWithinRun(text, at)) continue
    const start = startOfRun(text, at, done)
    const signs = signsOfRun(text, start)
    done = Math.max(at, (signs.at(-1) ?? at) + 1)
    if (signs.length < leastSigns) continue
    for (const places of readingsOf(text, signs)) {
      const closed = places.map((place) => text.charAt(place)).join('')
      for (const secret of find(closed)) {
        if (secret.rank < 3) continue
        found.push({ ...secret, start: places[secret.start] ?? 0, end: (places[secret.end - 1] ?? 0) + 1 })
      }
    }
  }
  return found
}

/** A run is twice as long as it has signs, so one of these steps ends within it, well before its end. */
const stride = 16

/** From here on one sign stands alone, and another behind the same gap. */
function isWithinRun(text: string, at: number): boolean {
  for (let place = at; place < at + 4; place++) {
    if (!parts(text, place)) continue
    let gap = 1
    while (gap < 4 && parts(text, place + gap)) gap++
    const next = place + gap + 1
    if (gap < 4 && parts(text, next) && !parts(text, next + gap) && (gap === 1 || parts(text, next + gap - 1))) {
      if (parts(text, next + gap + 1)) return true
    }
  }
  return false
}

/** Blanks, line ends and marks. */
const parting = Uint8Array.from({ length: 128 }, (_, code) =>
  Number(' \t\r\n*+,-./_|~'.includes(String.fromCharCode(code))),
)

function parts(text: string, at: number): boolean {
  return parting[text.charCodeAt(at)] === 1
}

/** Back over single signs. */
function startOfRun(text: string, at: number, least: number): number {
  let start = at
  let length = 0
  while (start > least && at - start < longestRun) {
    length = parts(text, start - 1) ? 0 : length + 1
    if (length > 1) return Math.min(start + 1, at)
    start -= 1
  }
  return start
}

/** Where the signs of the run stand that begins here. */
function signsOfRun(text: string, from: number): readonly number[] {
  const signs: number[] = []
  let at = from
  while (at < text.length && /\s/.test(text.charAt(at))) at++
  for (apart.lastIndex = at; at - from < longestRun; at = apart.lastIndex) {
    if (!apart.test(text)) break
    signs.push(at)
  }
  if (signs.length > 0 && at < text.length) signs.push(at)
  return signs
}

/** All signs, and letters and digits only, where marks part them: `A - K - I - A`. */
function readingsOf(text: string, signs: readonly number[]): readonly (readonly number[])[] {
  const plain = signs.filter((place) => /[A-Za-z0-9]/.test(text.charAt(place)))
  return plain.length === signs.length ? [signs] : [signs, plain]
}

/** Where single signs begin that the end of the text may go on with; the length of the text where there are none. */
export function openRunFrom(text: string): number {
  const least = Math.max(0, text.length - longestRun)
  if (!isOpenRun.test(text.slice(Math.max(0, text.length - 16)))) return text.length
  return startOfRun(text, text.length, least)
}

const isOpenRun = /(?:^|[\s*+,\-./_|~])\S[ \t*+,\-./_|~\n]{1,3}\S?[ \t*+,\-./_|~\n]{0,3}$/
