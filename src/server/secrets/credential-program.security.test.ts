import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterAll, expect, it } from 'vitest'
import { runCredentialProgram } from './credential-program.ts'

const folder = mkdtempSync(join(tmpdir(), 'portcullis-program-'))
afterAll(() => rmSync(folder, { recursive: true }))

const run = (script: string, timeoutMs?: number): Promise<string> =>
  runCredentialProgram([process.execPath, '-e', script], {
    environment: {
      PATH: process.env['PATH'],
      HOME: folder,
      AWS_REGION: 'eu-central-1',
      https_proxy: 'http://proxy',
      OPENAI_API_KEY: 'sk-secret',
      PORTCULLIS_ADMIN_TOKEN: 'secret',
      PORTCULLIS_MASTER_KEY: 'secret',
      DATABASE_URL: 'postgres://secret',
      NODE_OPTIONS: '--require /nowhere',
    },
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  })

it('a program gets nothing of the environment that is none of its business', async () => {
  const given = Object.keys(JSON.parse(await run('console.log(JSON.stringify(process.env))')))
  const own = ['AWS_REGION', 'HOME', 'PATH', 'https_proxy']
  expect(given.filter((name) => !name.startsWith('__')).sort()).toEqual(own)
})

it('one that does not end is ended, with what it has started', async () => {
  const pidFile = join(folder, 'pid')
  const script = `
    const { spawn } = require('node:child_process')
    const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'inherit' })
    require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(child.pid))
    process.exitCode = 0
    child.unref()`
  const ended = run(script, 3000)
  await expect(ended).rejects.toThrow('did not end within 3000 ms')
  expect(existsSync(pidFile)).toBe(true)
  const pid = Number(readFileSync(pidFile, 'utf8'))
  while (isThere(pid)) await setImmediate()
})

it('what it prints before it fails, or beyond a bound, is in no fault', async () => {
  const failing = run(
    'console.log("secret words"); console.error("secret words"); process.kill(process.pid, "SIGTERM")',
  )
  await expect(failing).rejects.toThrow(/^The program of the profile ended with SIGTERM\.$/)
  const endless = 'setInterval(() => process.stdout.write("secret words".repeat(1000)), 1)'
  await expect(run(endless)).rejects.toThrow(/^The program of the profile printed more than 65536 bytes\.$/)
})

/** A zombie that nobody has waited for is over. */
function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
