import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-launcher-'))
  for (const name of ['package/bin', 'package/dist/cli', 'path']) await mkdir(join(folder, name), { recursive: true })
  await writeFile(join(folder, 'package/package.json'), '{"type":"module"}')
  await copyFile(join(import.meta.dirname, '../bin/portcullis.js'), join(folder, 'package/bin/portcullis.js'))
  // Stands for the gateway: says who it is, and ends well when it is asked to.
  await writeFile(
    join(folder, 'package/dist/cli/main.js'),
    "process.on('SIGTERM', () => process.exit(7))\nsetInterval(() => {}, 1000)\nconsole.log('pid', process.pid)\n",
  )
  // Makes this Node look like one that is too old.
  await writeFile(
    join(folder, 'old.mjs'),
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.0.0' } })\n",
  )
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** npm as it is with an empty cache and with a full one: it runs `node -p process.execPath` of the package, as its last words say. */
async function npm({ isCached }: { readonly isCached: boolean }): Promise<void> {
  const path = join(folder, 'path/npm')
  const asked = join(folder, 'asked')
  await writeFile(
    path,
    `#!/bin/sh\necho "$*" >> '${asked}'\n${isCached ? '' : 'case "$*" in *--offline*) exit 1;; esac\n'}echo '${process.execPath}'\n`,
  )
  await chmod(path, 0o755)
  await rm(asked, { force: true })
}

function launch(): { readonly child: ChildProcess; stderr(): string; readonly printed: Promise<string> } {
  const child = spawn(
    process.execPath,
    ['--import', join(folder, 'old.mjs'), join(folder, 'package/bin/portcullis.js'), 'start'],
    { env: { PATH: join(folder, 'path') }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let stderr = ''
  child.stderr.on('data', (text) => {
    stderr += String(text)
  })
  return { child, stderr: () => stderr, printed: once(child.stdout, 'data').then(([text]) => String(text)) }
}

describe('a link to the launcher', () => {
  it('is the command, wherever it is', async () => {
    const link = join(folder, 'path/portcullis')
    await symlink(join(folder, 'package/bin/portcullis.js'), link)
    const child = spawn(process.execPath, [link], { cwd: tmpdir(), stdio: ['ignore', 'pipe', 'inherit'] })
    expect(String((await once(child.stdout, 'data'))[0])).toBe(`pid ${child.pid}\n`)
    child.kill('SIGTERM')
    await once(child, 'exit')
  })
})

describe('the launcher, on a Node that is too old', () => {
  it.each([
    [true, /^$/],
    [false, /^Portcullis needs Node 24\.12 or newer and this is 20\.0\.0: fetching Node 26 through npm/],
  ])(
    'hands a signal to the gateway itself, and its exit code back (Node 26 in the cache of npm: %s)',
    async (isCached, said) => {
      await npm({ isCached })
      const { child, stderr, printed } = launch()
      const pid = Number(/pid (\d+)/.exec(await printed)?.[1])
      expect(pid).not.toBe(child.pid)
      child.kill('SIGTERM')
      expect(await once(child, 'exit')).toEqual([7, null])
      expect(() => process.kill(pid, 0)).toThrow('ESRCH')
      expect(stderr()).toMatch(said)
      expect(await readFile(join(folder, 'asked'), 'utf8')).toMatch(
        /^exec .*--package=node@26 -- node -p process\.execPath\n/,
      )
    },
  )

  it('says so when there is no other', async () => {
    await writeFile(join(folder, 'path/npm'), '#!/bin/sh\nexit 1\n')
    const { child, stderr } = launch()
    expect(await once(child, 'close')).toEqual([1, null])
    expect(stderr()).toMatch(/no such Node was found; set PORTCULLIS_NODE to one\.\n$/)
  })
})
