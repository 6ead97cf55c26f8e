/**
 * Measures the detectors and writes docs/EVALUATION.md: `npm run eval:security -- --data <directory> [--only <id>]`.
 *
 * Each file of this folder that exports `evaluate` gives the tables of one detector. Figures are of sources that the detector
 * never saw, with 95 % intervals by Wilson (1927).
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { evaluationText, sectionsOf } from './written-tables.ts'

export interface EvaluationTable {
  readonly title: string
  /** What was measured, on what, and what the figures do not say. */
  readonly about: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

export type Evaluate = (dataFolder: string) => Promise<EvaluationTable | readonly EvaluationTable[]>

/** `count` of `total` as a share with its interval: `92.3 % (90.1–94.0)`. */
export function shareText(count: number, total: number): string {
  if (total === 0) return 'none'
  const { lower, upper } = wilson(count, total)
  const percent = (value: number): string => (value * 100).toFixed(1)
  return `${percent(count / total)} % (${percent(lower)}–${percent(upper)})`
}

export function wilson(count: number, total: number): { readonly lower: number; readonly upper: number } {
  const z = 1.959964
  const rate = count / total
  const middle = rate + (z * z) / (2 * total)
  const spread = z * Math.sqrt((rate * (1 - rate)) / total + (z * z) / (4 * total * total))
  const scale = 1 + (z * z) / total
  return { lower: Math.max(0, (middle - spread) / scale), upper: Math.min(1, (middle + spread) / scale) }
}

/** The chance that a positive has a higher score than a negative; equal scores count half. */
export function areaUnderCurve(positives: readonly number[], negatives: readonly number[]): number {
  const all = [
    ...positives.map((score) => ({ score, isPositive: true })),
    ...negatives.map((score) => ({ score, isPositive: false })),
  ].sort((a, b) => a.score - b.score)
  let ranks = 0
  for (let from = 0; from < all.length; ) {
    let to = from
    while (to < all.length && all[to]?.score === all[from]?.score) to++
    for (let index = from; index < to; index++) if (all[index]?.isPositive) ranks += (from + to + 1) / 2
    from = to
  }
  const count = positives.length
  return (ranks - (count * (count + 1)) / 2) / (count * negatives.length)
}

export function readJsonLines<Row>(file: string): Row[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row)
}

const output = new URL('../../docs/EVALUATION.md', import.meta.url)

// Not awaited: the files that are loaded import this one, which has to be complete by then.
if (import.meta.main) void main()

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { data: { type: 'string' }, only: { type: 'string' } } })
  if (values.data === undefined || !existsSync(values.data)) {
    console.error('Name with --data the directory of the data: docs/guides/evaluation.md says what is in it.')
    process.exitCode = 2
    return
  }
  const sections: string[] = []
  for (const file of readdirSync(import.meta.dirname).sort()) {
    if (!file.endsWith('.ts') || file === 'evaluation.ts' || file.endsWith('.test.ts')) continue
    const id = file.slice(0, -3)
    if (values.only !== undefined && values.only !== id) continue
    const loaded: { readonly evaluate?: Evaluate } = await import(join(import.meta.dirname, file))
    if (loaded.evaluate === undefined) continue
    console.error(`${id} …`)
    const tables = [await loaded.evaluate(values.data)].flat()
    sections.push(`<!-- ${id} -->\n${tables.map(tableText).join('\n')}<!-- end of ${id} -->\n`)
  }
  console.log(sections.join('\n'))
  if (values.only === undefined) writeFileSync(output, evaluationText(sections.join('\n')))
  else writeOnly(values.only, sections[0] ?? '')
}

/** Replaces the section of one detector, and leaves the others. */
function writeOnly(id: string, section: string): void {
  const written = existsSync(output) ? sectionsOf(readFileSync(output, 'utf8')) : ''
  const from = written.indexOf(`<!-- ${id} -->`)
  const end = `<!-- end of ${id} -->\n`
  const to = written.indexOf(end)
  const sections =
    from < 0 || to < 0
      ? `${written.trimEnd()}\n\n${section}`.trimStart()
      : written.slice(0, from) + section + written.slice(to + end.length)
  writeFileSync(output, evaluationText(sections))
}

function tableText({ title, about, columns, rows }: EvaluationTable): string {
  const line = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`
  return [`## ${title}`, '', about, '', line(columns), `|${'---|'.repeat(columns.length)}`, ...rows.map(line), ''].join(
    '\n',
  )
}
