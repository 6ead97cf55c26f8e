import { randomUUID } from 'node:crypto'
import { open, realpath, rename, rm } from 'node:fs/promises'
import { GatewayError } from '../../core/errors.ts'

/** A service account's key has 2,400 bytes. */
const maxBytes = 64 << 10

/** The text of a file that holds a credential. Read at each exchange, so that a file which is replaced counts from then on. */
export async function readCredentialFile(path: string): Promise<string> {
  const bytes = Buffer.alloc(maxBytes + 1)
  let size: number
  try {
    const file = await open(path, 'r')
    try {
      const found = await file.stat()
      // A pipe or a device would hold up the exchange.
      if (!found.isFile()) throw Object.assign(new Error(), { code: 'not a file' })
      size = (await file.read(bytes, 0, bytes.length, 0)).bytesRead
    } finally {
      await file.close()
    }
  } catch (fault) {
    const code = fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown'
    throw new GatewayError('upstream_unauthorized', `The credential file of the account cannot be read (${code}).`)
  }
  if (size > maxBytes) {
    throw new GatewayError(
      'upstream_unauthorized',
      `The credential file of the account is larger than ${maxBytes} bytes.`,
    )
  }
  return bytes.toString('utf8', 0, size)
}

/** Whoever reads it meanwhile finds the old file or the new one. For the owner's eyes only. */
export async function replaceCredentialFile(path: string, make: () => Promise<string>): Promise<void> {
  let before: string | undefined
  try {
    const target = await realpath(path)
    before = `${target}.${randomUUID()}`
    const file = await open(before, 'wx', 0o600)
    try {
      await file.writeFile(await make())
    } finally {
      await file.close()
    }
    await rename(before, target)
  } catch (fault) {
    if (before !== undefined) await rm(before, { force: true })
    if (fault instanceof GatewayError) throw fault
    const code = fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown'
    throw new GatewayError('upstream_unauthorized', `The credential file of the account cannot be written (${code}).`)
  }
}
