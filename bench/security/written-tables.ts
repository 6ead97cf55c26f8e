/** docs/EVALUATION.md: what stands above the sections of the detectors is made from them. */
import { goalResults } from './goals.ts'
import { sourceOf } from './sources.ts'
import { unmeasuredText } from './unmeasured.ts'

export interface WrittenTable {
  readonly title: string
  /** Cells by their columns, in order. */
  readonly rows: readonly Readonly<Record<string, string>>[]
}

const head = `# How well the detectors do

Written by \`npm run eval:security -- --data <directory>\`. Do not edit.

Tables have a row for each source, as rows of one source resemble each other, and a split at random would measure how well they
were learnt by heart. The one detector that is trained, \`prompt-injection\`, is judged in its own tables by models that saw neither
the source nor what resembles it. The tables of presets are of the detectors as they are shipped: parts of those sources were
trained on, which they say. Rules were written by people; each table says what they had looked at. In brackets: 95 % intervals by Wilson.
`

/** The whole file, from its sections. */
export function evaluationText(sections: string): string {
  const tables = tablesIn(sections)
  return [head, goalsText(tables), unmeasuredText(), sourcesText(tables), sections].join('\n')
}

/** Of the whole file. */
export function sectionsOf(written: string): string {
  const from = written.search(/^<!-- [a-z-]+ -->$/m)
  return from < 0 ? '' : written.slice(from)
}

export function tablesIn(sections: string): readonly WrittenTable[] {
  return sections
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const lines = section.split('\n')
      const [columns = [], , ...rows] = lines.filter((line) => line.startsWith('|')).map(cellsOf)
      return {
        title: lines[0] ?? '',
        rows: rows.map((cells) => Object.fromEntries(columns.map((column, place) => [column, cells[place] ?? '']))),
      }
    })
}

function cellsOf(line: string): readonly string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim())
}

function goalsText(tables: readonly WrittenTable[]): string {
  const rows = goalResults(tables).map(({ goal, measured, verdict }) => `| ${goal} | ${measured} | ${verdict} |`)
  return `## Goals\n\n| goal | measured | met |\n|---|---|---|\n${rows.join('\n')}\n`
}

/** Columns of tables whose cells are names of sources. */
const sourceColumns = ['source', 'source (point)', 'documents of', 'texts']

function sourcesText(tables: readonly WrittenTable[]): string {
  const names = new Set(
    tables.flatMap(({ rows }) => rows.flatMap((row) => sourceColumns.map((column) => plainName(row[column] ?? '')))),
  )
  const known = [...names].flatMap((name) => {
    const what = sourceOf(name)
    return what === undefined ? [] : [`| \`${name}\` | ${what} |`]
  })
  return `## Sources\n\n| name | what it is |\n|---|---|\n${known.sort().join('\n')}\n`
}

/** Without the point. */
export function plainName(cell: string): string {
  return cell.replace(/ \([a-z-]+\)$/, '')
}
