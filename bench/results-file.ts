import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const path = join(import.meta.dirname, 'RESULTS.md')

/** The last sections, each made by a program of its own; what stands before them is made by the ladder. */
const marks = [
  '## Budgets',
  '## Consumption',
  '## Analytics',
  '## Routing by difficulty',
  '## Analytics in PostgreSQL',
  '## Time of a semantic decision',
  '## Faults',
  '## Telemetry',
  '## Guardrails in the ladder',
  '## Guardrails',
  '## Hostile texts',
] as const
export type Mark = (typeof marks)[number]

export async function writeLadder(text: string): Promise<void> {
  const { sections } = await parts()
  await write(text, sections)
}

/** `text` begins with the mark. */
export async function writeSection(mark: Mark, text: string): Promise<void> {
  const { ladder, sections } = await parts()
  await write(ladder, sections.set(mark, text))
}

async function write(ladder: string, sections: ReadonlyMap<Mark, string>): Promise<void> {
  const texts = [ladder, ...marks.map((mark) => sections.get(mark) ?? '')].filter((text) => text !== '')
  await writeFile(path, texts.map((text) => `${text.trimEnd()}\n`).join('\n'))
}

async function parts(): Promise<{ readonly ladder: string; readonly sections: Map<Mark, string> }> {
  const text = await readFile(path, 'utf8')
  const begins = marks
    .map((mark) => ({ mark, at: text.indexOf(`${mark}\n`) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)
  const sections = begins.map(({ mark, at }, index) => [mark, text.slice(at, begins[index + 1]?.at)] as const)
  return { ladder: text.slice(0, begins[0]?.at), sections: new Map(sections) }
}
