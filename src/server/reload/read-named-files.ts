import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { ConfigError } from '../checked-config.ts'
import { fileSettings, type NamedFile } from '../config/named-files.ts'
import { readDocument } from '../config/read-document.ts'
import { readConfigFile } from '../config/read-file.ts'

/** Of all of them: each worker process gets them. */
const MAX_BYTES = 8 << 20

/**
 * Reads the files that a configuration names, once for each time that it is read: one that is gone later must not keep a
 * running gateway from taking a key away. Names are relative to the configuration. Throws `ConfigError`.
 */
export function readNamedFiles(text: string, environment: NodeJS.ProcessEnv, configPath: string): readonly NamedFile[] {
  const read = readDocument(text, environment)
  // Whoever compiles it tells what is wrong.
  if (!('document' in read)) return []
  const files = new Map<string, NamedFile>()
  let left = MAX_BYTES
  for (const { path, name } of fileSettings(read.document.guardrails ?? [])) {
    if (files.has(name)) continue
    try {
      const content = textOf(resolve(dirname(configPath), name), left)
      left -= Buffer.byteLength(content)
      files.set(name, { name, text: content })
    } catch (fault) {
      throw new ConfigError([read.faultAt(['guardrails', ...path], (fault as Error).message)])
    }
  }
  return [...files.values()]
}

/** A pipe would hold up all calls, and a device has no end. */
function textOf(path: string, left: number): string {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found !== undefined && !found.isFile()) throw new Error(`${path} is no plain file.`)
  if (found !== undefined && found.size > left)
    throw new Error(`${path} is too large: all files that are named may have ${MAX_BYTES} bytes together.`)
  return readConfigFile(path, left)
}
