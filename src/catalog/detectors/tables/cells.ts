/** Rows of tables in Markdown, CSV and tab-separated text. */
export const separators = ['|', ',', ';', '\t'] as const
export type Separator = (typeof separators)[number]

export interface Cell {
  readonly index: number
  /** In its line. */
  readonly start: number
  readonly cell: string
}

/** A separator within quotes is none (RFC 4180), but in Markdown. */
export function* cellsOf(line: string, separator: Separator): Generator<Cell> {
  let start = 0
  for (let index = 0; start <= line.length; index++) {
    const behind = separator === '|' ? start : behindQuotes(line, start)
    const found = line.indexOf(separator, behind)
    const end = found < 0 ? line.length : found
    yield { index, start, cell: line.slice(start, end) }
    start = end + 1
  }
}

function behindQuotes(line: string, start: number): number {
  let at = start
  while (line[at] === ' ') at++
  if (line[at] !== '"') return start
  for (let quote = line.indexOf('"', at + 1); quote >= 0; quote = line.indexOf('"', quote + 1)) {
    if (line[quote + 1] !== '"') return quote
    quote++
  }
  return start
}

const marks: ReadonlySet<string | undefined> = new Set(['"', '*', '`', ' ', '\t', '\r', '\u00a0'])

/** Without blanks and what quotes it or prints it bold. By hand: an expression for the end of a long run of blanks takes its square. */
export function bareCell(cell: string): string {
  let start = 0
  let end = cell.length
  while (start < end && marks.has(cell[start])) start++
  while (end > start && marks.has(cell[end - 1])) end--
  return cell.slice(start, end)
}
