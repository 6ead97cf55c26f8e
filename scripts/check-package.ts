/**
 * Packs the package, installs the tarball in an empty folder, starts it there as a user would and makes the call that its
 * banner shows. Fails when any of that fails, or when the tarball holds what it should not.
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')
const folder = await mkdtemp(join(tmpdir(), 'portcullis-package-'))
try {
  await run('npm', ['pack', '--pack-destination', folder], { cwd: root })
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'))
  if (tarball === undefined) throw new Error('npm pack made no tarball.')
  await checkContent(join(folder, tarball))
  await writeFile(join(folder, 'package.json'), '{"private":true}')
  await run('npm', ['install', '--no-audit', '--no-fund', tarball], { cwd: folder })
  console.log(`package: ${tarball} starts and answers: ${await firstReply()}`)
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function checkContent(tarball: string): Promise<void> {
  const { stdout } = await run('tar', ['-tzf', tarball])
  const wrong = stdout.split('\n').filter((name) => /\.ts$|\.test\.|fixtures|\.db$|\.env/.test(name))
  if (wrong.length > 0) throw new Error(`The tarball holds ${wrong.join(', ')}.`)
}

/** Starts the installed program and runs the command line of its banner. */
async function firstReply(): Promise<string> {
  // Not through npx, which ends before what it has started: the folder is removed behind it.
  const program = spawn(join(folder, 'node_modules/.bin/portcullis'), ['start', '--port', '0', '--control-port', '0'], {
    cwd: folder,
    // A group of its own, so that what the launcher starts ends with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(program, 'exit')
  try {
    let banner = ''
    for await (const chunk of program.stdout) {
      banner += String(chunk)
      if (/^ {2}curl .*\n/m.test(banner)) break
    }
    const curl = /^ {2}(curl .*)$/m.exec(banner)?.[1]
    if (curl === undefined) throw new Error(`The banner holds no curl line:\n${banner}`)
    const { stdout } = await run('sh', ['-c', curl])
    // Outside data, read only as far as it is checked.
    const reply = JSON.parse(stdout) as { choices?: { message?: { content?: string } }[] }
    const content = reply.choices?.[0]?.message?.content
    if (content !== '[demo] Hello') throw new Error(`The demo answered ${stdout}`)
    return content
  } finally {
    if (program.exitCode === null && program.pid !== undefined) process.kill(-program.pid, 'SIGTERM')
    await ended
  }
}
