import { isMonotone } from './checksums.ts'
import type { CodeKind } from './code-kind.ts'
import { type Context, contextOf, isNamedOtherwise, nearness } from './context.ts'
import { hasDigits, isWordUnit, type NumberRun } from './number-runs.ts'
import type { Sighting } from './rules.ts'

const fewestDigits = 6
const mostDigits = 20
const mostGroups = 7
/** Below it a finding is not worth a word. */
const leastScore = 0.4

/** Finds numbers and codes of all kinds: a number by its shape in one look-up, a code by patterns at words with digits. */
export function codeFinder(kinds: readonly CodeKind[]): (text: string, runs: readonly NumberRun[]) => Sighting[] {
  const byShape = new Map<string, CodeKind[]>()
  for (const kind of kinds) {
    for (const shape of kind.shapes ?? []) byShape.set(shape, [...(byShape.get(shape) ?? []), kind])
  }
  const patterned = kinds.flatMap((kind) =>
    kind.pattern === undefined ? [] : [{ kind, pattern: wholeWord([kind.pattern]) }],
  )
  const any = wholeWord(patterned.map(({ pattern }) => pattern))
  return (text, runs) => {
    const found: Sighting[] = []
    const wordStart = wordStartsIn(text)
    for (const run of runs) {
      findShapes(text, run, byShape, found)
      findPatterns(text, run, { patterned, any, wordStart }, found)
    }
    return found
  }
}

interface Patterns {
  readonly patterned: readonly { readonly kind: CodeKind; readonly pattern: RegExp }[]
  /** Of all of them: most words with digits are none. */
  readonly any: RegExp
  wordStart(from: number): number
}

function wholeWord(patterns: readonly RegExp[]): RegExp {
  return new RegExp(`(?:${patterns.map(({ source }) => source).join('|')})(?![A-Za-z0-9])`, 'iy')
}

function findShapes(
  text: string,
  { groups, separators }: NumberRun,
  byShape: Map<string, CodeKind[]>,
  found: Sighting[],
) {
  for (let first = 0; first < groups.length; first++) {
    if (!hasDigits(groups, first, fewestDigits)) break
    const start = groups[first]?.start ?? 0
    let shape = ''
    let count = 0
    for (let last = first; last < groups.length && last < first + mostGroups; last++) {
      const group = groups[last]
      if (group === undefined || group.isJoined) break
      const size = group.end - group.start
      count += size
      if (count > mostDigits) break
      shape = last === first ? `${size}` : `${shape}${separators[last - 1]}${size}`
      if (count < fewestDigits) continue
      const kinds = byShape.get(shape)
      if (kinds === undefined || continues(separators[first - 1]) || continues(separators[last])) continue
      judge(text, start, group.end, kinds, isTail(text, start), found)
    }
  }
}

/** Beside a hyphen or a dot with digits behind it, a number is a part of a longer one. */
function continues(separator: string | undefined): boolean {
  return separator === '-' || separator === '.'
}

/** The end of a word with hyphens, as of a UUID or a path. */
function isTail(text: string, start: number): boolean {
  const before = text.charCodeAt(start - 1)
  return (before === 0x2d || before === 0x2e || before === 0x2f) && isWordUnit(text.charCodeAt(start - 2))
}

function findPatterns(text: string, { groups }: NumberRun, { patterned, any, wordStart }: Patterns, found: Sighting[]) {
  let done = -1
  for (const group of groups) {
    if (group.start < done) continue
    const word = wordStart(group.start)
    // No code is so long, but hashes, keys and pictures are.
    if (group.start - word > longestWord) continue
    const earlier = prefixStart(text, word)
    if (earlier === undefined && word === group.start && !hasLetterBehind(text, group.end)) continue
    const earliest = earlier === undefined ? undefined : prefixStart(text, earlier)
    for (const start of [earliest, earlier, word]) {
      if (start === undefined) continue
      any.lastIndex = start
      if (!any.test(text)) continue
      for (const { kind, pattern } of patterned) {
        pattern.lastIndex = start
        if (!pattern.test(text) || pattern.lastIndex <= group.start) continue
        const size =
          kind.measure?.(text.slice(start, pattern.lastIndex)) ?? (kind.measure ? 0 : pattern.lastIndex - start)
        if (size > 0) judge(text, start, start + size, [kind], isTail(text, start), found)
      }
    }
    done = Math.max(done, group.end)
  }
}

const longestWord = 40

/** Where the word begins that goes on at a place. Places are asked in order, so that no word is read twice however long it is. */
function wordStartsIn(text: string): (from: number) => number {
  let asked = -1
  let known = -1
  return (from) => {
    let start = from
    while (start > 0 && start !== asked && isWordUnit(text.charCodeAt(start - 1))) start--
    if (start !== asked) known = start
    asked = from
    return known
  }
}

/** Where up to five letters begin that a space or a hyphen sets off: `AB 12 34 56 C`. */
function prefixStart(text: string, word: number): number | undefined {
  const gap = text.charCodeAt(word - 1)
  if (gap !== 0x20 && gap !== 0x2d) return undefined
  let start = word - 1
  while (start > word - 7 && isUpper(text.charCodeAt(start - 1))) start--
  return start === word - 1 || isWordUnit(text.charCodeAt(start - 1)) ? undefined : start
}

function hasLetterBehind(text: string, end: number): boolean {
  const next = text.charCodeAt(end)
  return isWordUnit(next === 0x20 || next === 0x2d || next === 0x2e ? text.charCodeAt(end + 1) : next)
}

function isUpper(unit: number): boolean {
  return unit >= 0x41 && unit <= 0x5a
}

function judge(
  text: string,
  start: number,
  end: number,
  kinds: readonly CodeKind[],
  isPart: boolean,
  found: Sighting[],
) {
  let context: Context | undefined
  const written = text.slice(start, end)
  const code = written.replace(/[^A-Za-z0-9+]/g, '').toUpperCase()
  for (const kind of kinds) {
    if (kind.valid?.(code) === false) continue
    context ??= contextOf(text, start, end)
    const score = scoreOf(kind, code.length !== written.length, context, isPart, isMonotone(code))
    if (score >= leastScore) found.push({ rule: kind.rule, category: kind.category, score, start, end })
  }
}

function scoreOf(kind: CodeKind, isShaped: boolean, context: Context, isPart: boolean, isCount: boolean): number {
  if (kind.doubt !== undefined && nearness(kind.doubt, context) !== undefined) return 0
  const near = nearness(kind.context, context)
  const isOther = isNamedOtherwise(context)
  // A name close by wins: the "reference" of a "tax reference number".
  if (near !== undefined && (near < 0.4 || !isOther)) return kind.named - 0.1 * near - (isCount ? 0.25 : 0)
  if (isCount) return 0
  const alone = isShaped ? kind.shaped : kind.bare
  return alone - (isPart ? 0.3 : 0) - (isOther ? 0.35 : 0)
}
