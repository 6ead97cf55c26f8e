import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the gateway of a data directory is told from others by, where several share a store. */
export function gatewayId(dataDirectory: string): string {
  const path = join(dataDirectory, 'gateway-id')
  try {
    writeFileSync(path, `${randomUUID()}\n`, { flag: 'wx', mode: 0o600 })
  } catch (fault) {
    if (!(fault instanceof Error && 'code' in fault && fault.code === 'EEXIST')) throw fault
  }
  const id = readFileSync(path, 'utf8').trim()
  if (!/^[0-9a-f-]{36}$/.test(id)) throw new Error(`${path} holds no id; remove it, and a new one is made.`)
  return id
}
