import { dirname, resolve } from 'node:path'
import { fileSettings } from '../config/named-files.ts'
import { readDocument } from '../config/read-document.ts'
import { fileMark } from './watch-config.ts'

const LOOK_EVERY_MS = 500

/** Files of code that a configuration names: other lists may be written in many steps, and are read again when somebody says so. */
export interface CodeWatch {
  /** Those of this text from now on, as they are now. */
  follow(text: string): void
  close(): void
}

/** Looks at them twice a second, and tells when one has changed and has been left alone since the last look. */
export function watchCode(configPath: string, environment: NodeJS.ProcessEnv, changed: () => void): CodeWatch {
  let known = new Map<string, string | undefined>()
  let before = new Map<string, string | undefined>()
  const marksOf = (paths: Iterable<string>): Map<string, string | undefined> =>
    new Map(Array.from(paths, (path) => [path, fileMark(path)]))
  const looking = setInterval(() => {
    if (known.size === 0) return
    const now = marksOf(known.keys())
    const isSettled = now.entries().every(([path, mark]) => before.get(path) === mark)
    const isChanged = now.entries().some(([path, mark]) => known.get(path) !== mark)
    before = now
    if (!isChanged || !isSettled) return
    known = now
    changed()
  }, LOOK_EVERY_MS)
  return {
    follow(text) {
      const read = readDocument(text, environment)
      const named = 'document' in read ? fileSettings(read.document.guardrails ?? []) : []
      const code = named.filter(({ isCode }) => isCode)
      known = marksOf(code.map(({ name }) => resolve(dirname(configPath), name)))
      before = known
    },
    close: () => clearInterval(looking),
  }
}
