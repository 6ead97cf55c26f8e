import { contextOf, nearness } from './context.ts'
import { isWordUnit, type NumberRun } from './number-runs.ts'
import type { Sighting } from './rules.ts'
import { postCode, state } from './street-words.ts'

const american = new RegExp(
  `(?:^|[^\\p{L}\\p{N}])(\\p{Lu}[\\p{L}.'’-]{1,20}(?: \\p{Lu}[\\p{L}.'’-]{1,20}){0,3},? ${state} )$`,
  'u',
)
const british =
  /(?:[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRVWXY])) \d[ABD-HJLNP-UW-Z]{2}(?![\p{L}\p{N}])/uy
const canadian = /[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] \d[ABCEGHJ-NPRSTV-Z]\d(?![\p{L}\p{N}])/uy
const continental = new RegExp(
  `(?:${postCode}) \\p{Lu}\\p{Ll}{2,20}(?:[ -](?:am|an der|sur|de|la|le|les|en|bei|\\p{Lu}\\p{Ll}{2,20})){0,3}(?![\\p{L}\\p{N}])`,
  'uy',
)

/** Towns with post codes, where no street was found beside. */
export function towns(text: string, runs: readonly NumberRun[], named: RegExp): Sighting[] {
  const found: Sighting[] = []
  let done = -1
  for (const { groups } of runs) {
    for (const group of groups) {
      if (group.start < done) continue
      const town = townAt(text, group.start, group.end)
      if (town === undefined) continue
      done = town.end
      const near = nearness(named, contextOf(text, town.start, town.end))
      const score = town.score + (near === undefined ? 0 : 0.12)
      if (score >= 0.4) found.push({ rule: 'address', category: 'location', score, start: town.start, end: town.end })
    }
  }
  return found
}

function townAt(text: string, from: number, to: number): { start: number; end: number; score: number } | undefined {
  const before = text.charCodeAt(from - 1)
  if (to - from === 5 && before === 0x20 && isCapital(text.charCodeAt(from - 2))) {
    const town = american.exec(text.slice(Math.max(0, from - 70), from))?.[1]
    const tail = /^-\d{4}(?!\d)/.test(text.slice(to, to + 6)) ? 5 : 0
    if (town !== undefined && !isWordUnit(text.charCodeAt(to + tail)))
      return { start: from - town.length, end: to + tail, score: 0.72 }
  }
  if (isCapital(before) && to - from <= 2) {
    const start = isWordUnit(text.charCodeAt(from - 2)) ? from - 2 : from - 1
    if (isWordUnit(text.charCodeAt(start - 1)) || text[start - 1] === '-') return undefined
    for (const pattern of [british, canadian]) {
      pattern.lastIndex = start
      if (pattern.test(text)) return { start, end: pattern.lastIndex, score: 0.55 }
    }
    return undefined
  }
  if (isWordUnit(before) || before === 0x2e || before === 0x2c || before === 0x2f || before === 0x2d) return undefined
  const behind = text.charCodeAt(to)
  if (to - from < 3 || (behind !== 0x20 && behind !== 0x2d && !isCapital(behind))) return undefined
  continental.lastIndex = from
  return continental.test(text) ? { start: from, end: continental.lastIndex, score: 0.3 } : undefined
}

function isCapital(unit: number): boolean {
  return unit >= 0x41 && unit <= 0x5a
}
