import { isDay } from './checksums.ts'
import { contextOf, nearness, words } from './context.ts'
import { isDigit, isWordUnit, type NumberRun } from './number-runs.ts'
import type { Sighting } from './rules.ts'

const birth = words(
  'd\\.?o\\.?b\\.?',
  'born(?: on| in)?',
  'date of birth',
  'birth ?dates?',
  'birthdays?',
  'b-?day',
  'birth',
  'birth_?date',
  'date_of_birth',
  'dateofbirth',
  'b\\.',
  'geb\\.?',
  'geboren\\w*',
  'geburtsdatum',
  'geburtstag',
  'n[ée]e?s? le',
  'n[ée]e?',
  'date de naissance',
  'naissance',
  'nacid[oa]',
  'naci[óo]',
  'nac[íi]',
  'fecha de nacimiento',
  'nacimiento',
  'nat[oa](?: il)?',
  'data di nascita',
  'nascita',
  'nascid[oa]',
  'nasceu',
  'nascimento',
  'geboortedatum',
  'geboren op',
  'ur\\.',
  'urodzon\\w*',
  'urodzenia',
  'f[öo]dd',
  'f[öo]delsedatum',
  'f[øo]dt',
  'f[øo]dselsdato',
  'syntynyt',
  'syntym[äa]aika',
  'do[ğg]um\\S*',
  'narozen\\w*',
  'n[ăa]scut\\w*',
  'sz[üu]letett',
  'родил\\S*',
  'рожд\\S*',
  'народ\\S*',
  '出生\\S{0,4}',
  '生日\\S{0,2}',
  '生年月日',
  '생년월일\\S*',
  '태어\\S*',
  'مواليد',
  'الميلاد',
  'ولد\\S*',
  'जन्म\\S*',
  'janm\\w*',
)

const months =
  '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)\\.?|january|february|march|april|june|july|august|september|october|november|december|' +
  'januar|jänner|februar|märz|mai|juni|juli|oktober|dezember|janvier|février|fevrier|mars|avril|juin|juillet|août|aout|septembre|octobre|novembre|décembre|decembre|' +
  'enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|' +
  'janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro|januari|februari|maart|mei|augustus|december|' +
  'stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia|ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık|' +
  'января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря'

const dayFirst = new RegExp(
  `\\d{1,2}(?:st|nd|rd|th|\\.|º|er)?(?: de| of|-)?[ -]?(?:${months})(?: de| del|,)?[ -]?(?:18|19|20)\\d\\d(?!\\d)`,
  'iy',
)
const monthFirst = new RegExp(`(?<![\\p{L}])(?:${months}) \\d{1,2}(?:st|nd|rd|th)?,? (?:18|19|20)\\d\\d(?!\\d)`, 'iuy')
const eastern = /(?:18|19|20)\d\d ?[年년] ?\d{1,2} ?[月월] ?\d{1,2} ?[日일]/y
const numeric = /(\d{1,4})([-/. ]) ?(\d{1,2})\2 ?(\d{2}|\d{4})(?![\d]|[-/.]\d)/y

/** Dates that are said to be of a birth. */
export function birthDates(text: string, runs: readonly NumberRun[]): Sighting[] {
  const found: Sighting[] = []
  let done = -1
  for (const { groups } of runs) {
    for (const group of groups) {
      if (group.start < done || group.end - group.start > 4) continue
      const date = dateAt(text, group.start, group.end)
      if (date === undefined) continue
      done = date.end
      const near = nearness(birth, contextOf(text, date.start, date.end))
      if (near !== undefined && near < 0.75)
        found.push({ rule: 'birth-date', category: 'identity', score: 0.95 - 0.3 * near, ...date })
    }
  }
  return found
}

function dateAt(text: string, start: number, end: number): { start: number; end: number } | undefined {
  const before = text.charCodeAt(start - 1)
  if ((isDigit(before) || (before >= 0x2d && before <= 0x2f)) && isDigit(text.charCodeAt(start - 2))) return undefined
  const behind = text.charCodeAt(end)
  const isApart = behind === 0x20 || behind === 0x2d || behind === 0x2e
  if (end - start <= 2 && (isApart || behind >= 0x80 || isWordUnit(behind)) && isAt(dayFirst, text, start))
    return { start, end: dayFirst.lastIndex }
  if ((behind === 0x20 || behind >= 0x80) && isAt(eastern, text, start)) return { start, end: eastern.lastIndex }
  if (isApart || behind === 0x2f) {
    numeric.lastIndex = start
    const match = numeric.exec(text)
    if (
      match !== null &&
      isDate(Number(match[1]), Number(match[3]), Number(match[4]), match[1]?.length, match[4]?.length)
    ) {
      return { start, end: numeric.lastIndex }
    }
  }
  if (before !== 0x20) return undefined
  const word = /\p{L}{3,12}\.? $/u.exec(text.slice(Math.max(0, start - 14), start))
  if (word === null) return undefined
  monthFirst.lastIndex = start - word[0].length
  return monthFirst.test(text) ? { start: start - word[0].length, end: monthFirst.lastIndex } : undefined
}

function isAt(pattern: RegExp, text: string, start: number): boolean {
  pattern.lastIndex = start
  return pattern.test(text)
}

/** Year, month and day, in any of the orders that people use. */
function isDate(first: number, second: number, third: number, firstSize = 0, thirdSize = 0): boolean {
  if (firstSize === 4) return thirdSize <= 2 && first >= 1850 && first <= 2100 && isDay(first, second, third)
  if (firstSize > 2 || (thirdSize === 4 && (third < 1850 || third > 2100))) return false
  return isDay(third, second, first) || isDay(third, first, second)
}
