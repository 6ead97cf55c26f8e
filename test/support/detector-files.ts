import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder with files of detectors. */
export interface DetectorFolder {
  /** Writes a file, and gives its path. */
  write(name: string, text: string): Promise<string>
  remove(): Promise<void>
}

export async function detectorFolder(): Promise<DetectorFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-detectors-'))
  return {
    async write(name, text) {
      const path = join(folder, name)
      await writeFile(path, text)
      return path
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Finds `TCK-` and six digits. */
export const ticketDetector = `
interface Finding { span: { start: number; end: number } }
export default {
  name: 'ticket-number',
  span: 10,
  detect(text: string): Finding[] {
    return Array.from(text.matchAll(/TCK-\\d{6}/g), ({ index }) => ({ span: { start: index, end: index + 10 } }))
  },
}
`

/** A detector of which only what it does with a text is given. */
export const detecting = (body: string, head = ''): string =>
  `${head}\nexport default { name: 'odd', async detect(text, context) { ${body} } }\n`
