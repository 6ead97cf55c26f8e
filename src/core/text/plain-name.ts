/** Names that people and programs choose, in the one form in which they are compared where they decide something. */
import { confusables } from './views/confusables.ts'
import { isInvisible, isLooseMark } from './views/fold.ts'

/** ASCII without capitals, and without blanks at its ends or beside each other: plain as it stands. */
const isPlain = /^(?:[!-@[-~]+(?: [!-@[-~]+)*)?$/

/**
 * Without what two names that look alike may differ in: capitals, widths and styles (NFKC), look-alikes of other scripts, what
 * nobody sees, and blanks at the ends. Two names with the same plain form are one.
 */
export function plainName(name: string): string {
  if (isPlain.test(name)) return name
  // Through capitals, as some letters have several small ones (`ß`, `ς`).
  const small = asLatin(name.normalize('NFKC')).toUpperCase().toLowerCase()
  return asLatin(small.normalize('NFKC')).replace(/\s+/g, ' ').trim()
}

/** The same for a pattern: a `*` at its end stands for any end. */
export function plainPattern(pattern: string): string {
  return pattern.endsWith('*') ? `${plainName(pattern.slice(0, -1))}*` : plainName(pattern)
}

/** Whether a plain pattern means a plain name. */
export function meansName(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern
}

function asLatin(text: string): string {
  let latin = ''
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    if (isInvisible(point) || isLooseMark(point)) continue
    latin += isControl(point) ? ' ' : (confusables.get(point) ?? character)
  }
  return latin
}

function isControl(point: number): boolean {
  return point < 32 || (point >= 127 && point < 160)
}
