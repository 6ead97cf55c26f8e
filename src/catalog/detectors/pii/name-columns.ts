/** Names of persons in columns of tables: the heading says what stands below it, and no word has to stand beside a value. */
import { bareCell, type Cell, cellsOf, type Separator, separators } from '../tables/cells.ts'
import { folded } from './folded.ts'
import { isOnly, isPublicPerson, known, meaningOf } from './gazetteer.ts'
import { type HeadingKind, headingKind, headingWords, isOfPersons, isOfThings } from './name-headings.ts'
import type { Sighting } from './rules.ts'

const heading = new RegExp(String.raw`(?:^|[|,;\t])[ "*\x60]{0,4}(?:${headingWords})[ "*\x60]{0,4}(?![^|,;\t\r])`, 'i')
/** Of headings, and of what stands above a table. */
const longestHeading = 600
const longestTitle = 60
const longestLine = 4000
/** Of persons by their heading, and by what stands in the column. */
const [sure, likely] = [0.72, 0.6]

export function namesInColumns(text: string): Sighting[] {
  const found: Sighting[] = []
  let before = -1
  let end = text.indexOf('\n')
  for (let start = 0; end >= 0; ) {
    const headings = end - start > longestHeading ? -1 : headingsAt(text, before, start)
    const behind = headings < 0 ? 0 : readTable(text, headings, found)
    before = start
    // A table is read once, however many of its columns are of persons.
    start = Math.max(end + 1, behind)
    end = text.indexOf('\n', start)
  }
  return found
}

/** Where the headings begin of a table that begins in a line or whose rule it is; -1: most lines are neither. */
function headingsAt(text: string, before: number, start: number): number {
  const first = text.charCodeAt(start)
  // A rule of Markdown has them above.
  if (first === 0x7c || first === 0x2d) {
    const isRule = before >= 0 && /^\|? ?:?-{2}/.test(text.slice(start, start + 6))
    if (isRule && start - before <= longestHeading) return before
  }
  return before < 0 || isAboveTable(text, before, start) ? start : -1
}

/** Nothing, a fence, "Our customers:", "# Customers". */
function isAboveTable(text: string, before: number, start: number): boolean {
  const last = text.charCodeAt(start - 2)
  if (start - before < 2 || last === 0x3a || (last === 0x0d && start - before < 3)) return true
  if (text.startsWith('```', before)) return true
  const first = text.charCodeAt(before)
  const isCapital = first === 0x23 || (first >= 0x41 && first <= 0x5a)
  return isCapital && start - before < longestTitle && !/[,;|\t({]/.test(text.slice(before, start))
}

interface Column {
  readonly kind: HeadingKind
  readonly title: string
  readonly values: Value[]
}

interface Value {
  readonly text: string
  readonly start: number
}

/** Where the table ends whose headings stand at a place; 0: there is none. */
function readTable(text: string, start: number, found: Sighting[]): number {
  const headings = lineAt(text, start)
  if (!heading.test(headings)) return 0
  const separator = separators.find((one) => headings.includes(one))
  if (separator === undefined) return 0
  const cells = [...cellsOf(headings, separator)]
  const titles = cells.map(({ cell }) => bareCell(cell).toLowerCase())
  // A sentence with commas is no row of headings.
  if (titles.some((title) => title.length > 30 || /[.!?](?:\s|$)|^(?:and|or) /.test(title))) return 0
  const columns = new Map<number, Column>()
  for (const [index, title] of titles.entries()) {
    const kind = headingKind(title)
    if (kind !== undefined) columns.set(cells[index]?.index ?? -1, { kind, title, values: [] })
  }
  const end = readRows(text, start + headings.length + 1, separator, cells.length, columns)
  // "Prénom, nom"
  const isBeside = [...columns.values()].some(({ kind }) => kind === 'part')
  for (const column of columns.values()) {
    const kind = isBeside && column.kind === 'plain' ? 'part' : column.kind
    judge({ ...column, kind }, titles, found)
  }
  return end
}

function readRows(
  text: string,
  from: number,
  separator: Separator,
  width: number,
  columns: ReadonlyMap<number, Column>,
): number {
  let at = from
  while (at < text.length) {
    const line = lineAt(text, at)
    if (line.length > longestLine || !line.includes(separator)) break
    const cells: readonly Cell[] = [...cellsOf(line, separator)]
    if (cells.length !== width) break
    for (const { index, start, cell } of cells) {
      const value = bareCell(cell)
      if (value !== '' && !/^:?-+:?$/.test(value))
        columns.get(index)?.values.push({ text: value, start: at + start + cell.indexOf(value) })
    }
    at += line.length + 1
  }
  return at
}

function lineAt(text: string, start: number): string {
  const end = text.indexOf('\n', start)
  return text.slice(start, end < 0 ? text.length : end)
}

function judge({ kind, title, values }: Column, titles: readonly string[], found: Sighting[]): void {
  const named = values.filter(({ text }) => isLikeName(text, kind) && folded(text) !== folded(title))
  if (kind !== 'part' && kind !== 'person' && !hasEvidence(named, values, titles)) return
  for (const { text, start } of named) {
    const isOne = !text.includes(' ')
    if (kind === 'person' && isOne && !isOnly(meaningOf(text), known.first | known.last)) continue
    if (kind !== 'part' && isOfOtherWords(text)) continue
    const isSure = kind === 'part' || (kind === 'person' && !isOne) || text.includes(', ')
    const score = isSure ? sure : likely
    found.push({ rule: 'person-name', category: 'identity', score, start, end: start + text.length })
  }
}

/** Of columns that may hold anything: some that the lists know, and beside them what is of persons. */
function hasEvidence(named: readonly Value[], values: readonly Value[], titles: readonly string[]): boolean {
  if (named.length < values.length * 0.8 || titles.some(isOfThings) || isOfOneKind(named)) return false
  const surely = named.filter(({ text }) => isSurely(text)).length
  return surely >= 1 && (titles.some(isOfPersons) || (named.length > 1 && surely * 3 >= named.length))
}

function isSurely(text: string): boolean {
  // "Tangherlini, Marisol"
  const [first = '', ...others] = text.replace(/^(.+), (.+)$/, '$2 $1').split(' ')
  return isOnly(meaningOf(first), known.first) || (others.length > 0 && (meaningOf(first) & known.first) !== 0)
}

/** "Alpha Squad", "Charlie Squad": what they are, and no family. */
function isOfOneKind(named: readonly Value[]): boolean {
  const counts = new Map<string, number>()
  for (const { text } of named) {
    const last = text.slice(text.lastIndexOf(' ') + 1)
    counts.set(last, (counts.get(last) ?? 0) + 1)
  }
  const [most = '', count = 0] = [...counts].reduce((first, second) => (second[1] > first[1] ? second : first), ['', 0])
  return count > 1 && count * 2 >= named.length && (meaningOf(most) & known.last) === 0
}

const word = String.raw`(?:\p{Lu}['’])?\p{Lu}[\p{L}\p{M}'’-]*\.?`
const particle =
  '(?:de|del|della|di|da|do|dos|das|du|van|von|den|der|ter|ten|zu|y|e|la|le|bin|ibn|bint|al|el|af|av|op|van der|van den|de la)'
const ofCapitals = new RegExp(`^${word}(?:,? (?:${particle} )?${word}){0,4}$`, 'u')
const ofPart = new RegExp(
  `^(?:${particle} )?(?:${word}|\\p{Ll}[\\p{Ll}\\p{M}'’-]+)(?:[ -]${word}){0,2}$|^\\p{Script=Han}{1,4}$`,
  'iu',
)
const longestName = 48
const ofFirms =
  /\b(?:inc|ltd|limited|llc|gmbh|corp|corporation|company|co|ag|sa|bv|nv|plc|kg|oy|srl|spa|group|holdings?|partners|industries|systems|solutions|labs?|bank|hospital|university|school|clinic|church|restaurant|hotel|foundation|institute|services?|technologies|software|consulting|store|shop|team|department|office|agency|association|club|council|society|studios?|media|energy|foods?|logistics|motors|airlines|ministry|city|county|project)\b/i
const nobody =
  /^(?:n\/?a|none|null|nil|unknown|anonymous|total|sum|average|mean|test|tbd|yes|no|true|false|admin|root|other|others|various|deleted|redacted|strings?|varchar|text|char|integer|int|number|boolean|date|required|optional|unassigned|everyone|all)$/i

function isLikeName(text: string, kind: HeadingKind): boolean {
  if (text.length > longestName || nobody.test(text) || ofFirms.test(text)) return false
  return kind === 'part' ? ofPart.test(text) && text.length > 1 : ofCapitals.test(text) && !isPublicPerson(text)
}

/** "Blue Lamp": words of the language, of which none is a name besides. */
function isOfOtherWords(text: string): boolean {
  return text.split(/[ ,]+/).every((one) => {
    const meaning = meaningOf(one)
    return (meaning & (known.first | known.last)) === 0 && (meaning !== 0 || one.length < 3)
  })
}
