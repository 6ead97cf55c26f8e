import type { SecretCategory } from './format.ts'

/** Found in one view; positions are of the view. */
export interface FoundSecret {
  readonly rule: string
  readonly category: SecretCategory
  readonly score: number
  readonly start: number
  readonly end: number
  /** Of two that overlap the higher one stays: 3 a format of its own, 2 told by its vendor's name, 1 by its place, 0 by its name. */
  readonly rank: 0 | 1 | 2 | 3
  /** How many characters the vendor fixes: of two formats the one that says more stays. */
  readonly literal?: number
}

/** Looks at one place that a keyword names. */
export type LookAt = (
  text: string,
  start: number,
  end: number,
  report: (found: FoundSecret) => void,
  memory: ScanMemory,
) => void

/** Of one look at one text, from its beginning to its end. */
export interface ScanMemory {
  hasReadTables?: true
}

/** What does not overlap, in the order of the text. Of two that do, the better one. */
export function settled(found: readonly FoundSecret[]): readonly FoundSecret[] {
  if (found.length < 2) return found
  const kept: FoundSecret[] = []
  for (const secret of [...found].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = kept.at(-1)
    if (last === undefined || last.end <= secret.start) kept.push(secret)
    else if (isBetter(secret, last)) kept[kept.length - 1] = secret
  }
  return kept
}

function isBetter(one: FoundSecret, other: FoundSecret): boolean {
  const better =
    one.rank - other.rank ||
    (one.literal ?? 0) - (other.literal ?? 0) ||
    one.end - one.start - (other.end - other.start) ||
    one.score - other.score
  return better > 0
}

export function isAlphanumeric(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
}

/** No letter or digit goes on to the left; escapes such as `\n` and `%3D` end in letters, and are none. */
export function beginsAt(text: string, start: number): boolean {
  if (start === 0) return true
  const before = text.charCodeAt(start - 1)
  if (before !== 95 && !isAlphanumeric(before)) return true
  if (start >= 2 && text[start - 2] === '\\' && /[nrt]/.test(text[start - 1] ?? '')) return true
  return start >= 3 && /^%[0-9A-Fa-f]{2}$/.test(text.slice(start - 3, start))
}

/** The same, and no mark that joins words. */
export function standsAlone(text: string, start: number): boolean {
  return beginsAt(text, start) && (start === 0 || !'-_./+'.includes(text[start - 1] ?? ' '))
}
