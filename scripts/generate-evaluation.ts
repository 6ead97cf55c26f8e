/** Makes the head of docs/EVALUATION.md (goals, sources) from its sections, which only a measurement writes. */
import { readFile } from 'node:fs/promises'
import { evaluationText, sectionsOf } from '../bench/security/written-tables.ts'
import type { GeneratedFile } from './generated-file.ts'

const path = 'docs/EVALUATION.md'

export async function generate(): Promise<readonly GeneratedFile[]> {
  const written = await readFile(new URL(`../${path}`, import.meta.url), 'utf8')
  return [{ path, content: evaluationText(sectionsOf(written)) }]
}
