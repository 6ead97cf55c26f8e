import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const path = join(import.meta.dirname, 'RESULTS.md')
/** The last section: made by the fault suite, the rest by the ladder. */
const mark = '## Faults'

export async function writeLadder(text: string): Promise<void> {
  const { faults } = await parts()
  await writeFile(path, `${text.trimEnd()}\n${faults === '' ? '' : `\n${faults}`}`)
}

export async function writeFaults(text: string): Promise<void> {
  const { ladder } = await parts()
  await writeFile(path, `${ladder.trimEnd()}\n\n${text}`)
}

async function parts(): Promise<{ readonly ladder: string; readonly faults: string }> {
  const text = await readFile(path, 'utf8')
  const at = text.indexOf(mark)
  return at < 0 ? { ladder: text, faults: '' } : { ladder: text.slice(0, at), faults: text.slice(at) }
}
