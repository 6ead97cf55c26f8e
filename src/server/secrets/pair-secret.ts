import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Another secret means other key pairs, so it is made once and kept. */
const fileName = 'key-pairs.secret'

/** What key pairs are derived with, from the data directory; made at first. Readable by its owner only. */
export function openPairSecret(dataDirectory: string): string {
  const path = join(dataDirectory, fileName)
  try {
    writeFileSync(path, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx', flush: true })
  } catch (fault) {
    if (!(fault instanceof Error && 'code' in fault && fault.code === 'EEXIST')) throw fault
  }
  const secret = readFileSync(path, 'utf8').trim()
  if (!/^[\w-]{43,}$/.test(secret)) throw new Error(`${path} is damaged; remove it, and all key pairs change.`)
  return secret
}
