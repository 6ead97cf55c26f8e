import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkpointFile } from './file.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-checkpoint-file-'))
  path = join(folder, 'checkpoints')
})
afterEach(() => rm(folder, { recursive: true }))

const send = (checkpoint: string, to = path) =>
  checkpointFile({ path: to })({
    kind: 'audit-checkpoint',
    id: 'an-id',
    at: 0,
    subject: '',
    summary: 'The audit log was signed.',
    details: { checkpoint, size: 1, publicKey: 'ab' },
    once: checkpoint,
  })
const text = () => readFile(path, 'utf8')

describe('a file of checkpoints', () => {
  it('is made for its owner alone, and gets a line for each', async () => {
    await send('{"one":1}')
    await send('{"two":2}')
    expect(await text()).toBe('{"one":1}\n{"two":2}\n')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('gets a new line after one that was cut off', async () => {
    await send('{"one":1}')
    await truncate(path, 5)
    await send('{"two":2}')
    await send('{"three":3}')
    expect(await text()).toBe('{"one\n{"two":2}\n{"three":3}\n')
  })

  // Who may do everything may read it too.
  it.skipIf(process.getuid?.() === 0)('gets a new line each time where the gateway may only write', async () => {
    await writeFile(path, '{"one')
    await chmod(path, 0o200)
    await send('{"two":2}')
    await chmod(path, 0o600)
    expect(await text()).toBe('{"one\n{"two":2}\n')
  })

  it('is not looked for behind a symbolic link, whether its target is there or not', async () => {
    const target = join(folder, 'target')
    await symlink(target, path)
    await expect(send('{"one":1}')).rejects.toThrow(/symbolic link/)
    await expect(stat(target)).rejects.toThrow(/ENOENT/)
    await writeFile(target, 'of somebody else')
    await expect(send('{"one":1}')).rejects.toMatchObject({ code: 'alert_undelivered' })
    expect(await text()).toBe('of somebody else')
  })

  it('is a regular file: no pipe that keeps the gateway waiting, no device, no folder', async () => {
    execFileSync('mkfifo', [path])
    await expect(send('{"one":1}')).rejects.toThrow(/no regular file/)
    await expect(send('{"one":1}', '/dev/null')).rejects.toThrow(/no regular file/)
    await expect(send('{"one":1}', folder)).rejects.toThrow(/cannot be written \(EISDIR\)/)
  })
})
