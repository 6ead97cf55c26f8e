import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './own-redis.ts'

const run = promisify(execFile)

/**
 * A PostgreSQL of the test's own that takes connections over TLS only, with this certificate and key (paths of PEM files). Anyone who
 * reaches it is let in as `postgres`.
 */
export async function startOwnPostgres(certificate: string, key: string) {
  const binaries = (await run('pg_config', ['--bindir'])).stdout.trim()
  const owner = await serverUser()
  const directory = await mkdtemp(join(tmpdir(), 'portcullis-postgres-'))
  let server: ChildProcess | undefined
  const close = async (): Promise<void> => {
    if (server?.exitCode === null) {
      const exited = once(server, 'exit')
      // An immediate end: nothing of it is kept.
      server.kill('SIGQUIT')
      await exited
    }
    await rm(directory, { recursive: true, force: true })
  }
  try {
    if (owner !== undefined) await chown(directory, owner.uid, owner.gid)
    const data = join(directory, 'data')
    const options = { ...owner, cwd: directory }
    await run(join(binaries, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'reject', '--no-sync'], options)
    for (const [from, to] of [
      [certificate, 'server.crt'],
      [key, 'server.key'],
    ] as const) {
      await copyFile(from, join(data, to))
      // The server takes no key that others may read.
      await chmod(join(data, to), 0o600)
      if (owner !== undefined) await chown(join(data, to), owner.uid, owner.gid)
    }
    await writeFile(join(data, 'pg_hba.conf'), 'hostssl all all 127.0.0.1/32 trust\n')
    const port = await freePort()
    const settings = [
      'ssl=on',
      'fsync=off',
      'shared_buffers=8MB',
      'unix_socket_directories=',
      'listen_addresses=127.0.0.1',
    ]
    server = spawn(
      join(binaries, 'postgres'),
      ['-D', data, '-p', String(port), ...settings.flatMap((one) => ['-c', one])],
      {
        ...options,
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
    await ready(server)
    return { port, close }
  } catch (fault) {
    await close()
    throw fault
  }
}

/** It does not run as root: for root, as whom the system's own runs. */
async function serverUser(): Promise<{ readonly uid: number; readonly gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const idOf = async (flag: string): Promise<number> => Number((await run('id', [flag, 'postgres'])).stdout)
  return { uid: await idOf('-u'), gid: await idOf('-g') }
}

async function ready(server: ChildProcess): Promise<void> {
  let said = ''
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`postgres ended (${code}): ${said}`)))
    server.stderr?.on('data', (text) => {
      said = `${said}${text}`.slice(-5000)
      if (said.includes('database system is ready to accept connections')) resolve()
    })
  })
}
