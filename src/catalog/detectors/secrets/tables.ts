import { bareCell, cellsOf, type Separator, separators } from '../tables/cells.ts'
import { ruleOf } from './assignments.ts'
import type { FoundSecret } from './finding.ts'
import { placeholderPassword } from './headers.ts'
import { isPlaceholder, isRandom } from './judge.ts'
import type { Trigger } from './match-formats.ts'

/** Columns of tables in Markdown, CSV and tab-separated text whose heading is a word for a secret. */
const headings =
  'password|passwd|pwd|passwort|contraseña|mot de passe|senha|api_key|api key|apikey|access_token|token|secret'
const isHeading: ReadonlySet<string> = new Set(headings.split('|'))
const mayHead = new RegExp(headings, 'i')
/** What does not stand before a heading. */
const noHeading = /[^\w .\-"*`|,;\tÀ-ɏ]/

/** The first heading makes all tables read that begin with it or behind it. */
export const tableTriggers: readonly Trigger[] = headings.split('|').map((keyword) => ({
  keyword,
  look(text, start, end, report, memory) {
    if (memory.hasReadTables === true) return
    if (!/^["*`]{0,3}[ \t]{0,20}(?:[|,;\t]|\r?\n|$)/.test(text.slice(end, end + 26))) return
    if (!/(?:^|[|,;\t\n])["*`\s]{0,8}$/.test(text.slice(Math.max(0, start - 9), start))) return
    memory.hasReadTables = true
    readTables(text, start === 0 ? 0 : text.lastIndexOf('\n', start - 1) + 1, report)
  },
}))

type Report = (found: FoundSecret) => void
/** Headings by the numbers of their columns. */
type Columns = Map<number, string>
type OpenTables = Map<Separator, Columns>

/** Line by line, and each line once for each separator, however many headings there are: the work grows with the text. */
function readTables(text: string, from: number, report: Report, open: OpenTables = new Map()): OpenTables {
  for (let at = from; at < text.length; ) {
    const next = text.indexOf('\n', at)
    const line = text.slice(at, next < 0 ? text.length : next)
    for (const [separator, columns] of open) {
      readRow(line, at, separator, columns, report)
      if (columns.size === 0) open.delete(separator)
    }
    if (mayHead.test(line)) readHeadings(line, open)
    at = next < 0 ? text.length : next + 1
  }
  return open
}

/** The tables that go on behind a piece of a text, for `readOn`. */
export function tablesBehind(piece: string, left: string | undefined): string | undefined {
  if (left === undefined && !mayHead.test(piece)) return undefined
  const open = readTables(piece, left === undefined ? 0 : behindLineEnd(piece), () => undefined, openTables(left))
  return open.size === 0 ? undefined : JSON.stringify(Array.from(open, ([mark, columns]) => [mark, [...columns]]))
}

/** Reads what goes on from tables above the text, and those of its own. */
export function readOn(text: string, left: string, report: Report): void {
  readTables(text, behindLineEnd(text), report, openTables(left))
}

/** A line above may end with the text that goes on from it. */
function behindLineEnd(text: string): number {
  return /^\r?\n/.exec(text)?.[0].length ?? 0
}

/** As `tablesBehind` writes them. */
function openTables(left: string | undefined): OpenTables {
  const open: OpenTables = new Map()
  if (left === undefined) return open
  const tables = JSON.parse(left) as readonly (readonly [Separator, readonly (readonly [number, string])[]])[]
  for (const [separator, columns] of tables) open.set(separator, new Map(columns))
  return open
}

/** A column ends with the first row that does not have it, and where its heading stands again. */
function readRow(line: string, at: number, separator: Separator, columns: Columns, report: Report): void {
  const last = columns.keys().reduce((most, index) => Math.max(most, index), 0)
  const seen = new Set<number>()
  const isRow = line.includes(separator)
  for (const { index, start, cell } of isRow ? cellsOf(line, separator) : []) {
    if (index > last) break
    const heading = columns.get(index)
    if (heading === undefined || cell.trim().toLowerCase() === heading) continue
    seen.add(index)
    const value = bareCell(cell)
    if (/^:?-{3,}:?$/.test(value) || !isValue(value, heading)) continue
    const begin = at + start + cell.indexOf(value)
    report({
      ...(isPassword(heading) ? ruleOf.password : ruleOf.key),
      score: 0.75,
      start: begin,
      end: begin + value.length,
      rank: 0,
    })
  }
  for (const index of columns.keys()) if (!seen.has(index)) columns.delete(index)
}

function readHeadings(line: string, open: OpenTables): void {
  const bad = line.search(noHeading)
  for (const separator of separators) {
    if (!line.includes(separator)) continue
    for (const { index, start, cell } of cellsOf(line, separator)) {
      if (bad >= 0 && start > bad) break
      // A word may stand behind another separator, too.
      const word = cell.slice(Math.max(...separators.map((mark) => cell.lastIndexOf(mark))) + 1)
      const name = bareCell(word).toLowerCase()
      if (!isHeading.has(name)) continue
      const columns = open.get(separator) ?? new Map<number, string>()
      open.set(separator, columns.set(index, name))
    }
  }
}

function isPassword(heading: string): boolean {
  return /pass|pwd|contra|senha/.test(heading)
}

function isValue(value: string, heading: string): boolean {
  if (
    value.length < 5 ||
    value.length > 128 ||
    /\s/.test(value) ||
    isPlaceholder(value) ||
    placeholderPassword.test(value)
  )
    return false
  if (!isPassword(heading)) return value.length >= 16 && isRandom(value)
  return /[0-9]/.test(value)
    ? /\p{L}/u.test(value) || value.length >= 6
    : /\p{L}[!@#$%^&*+=~]|[!@#$%^&*+=~]\p{L}/u.test(value)
}
