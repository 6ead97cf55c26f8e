import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@redis/client'

/** A redis-server of the test's own, which it may kill. It keeps nothing on disk but what the test has it save. */
export async function startOwnRedis() {
  const directory = await mkdtemp(join(tmpdir(), 'portcullis-redis-'))
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  let server: ChildProcess | undefined
  let client = createClient({ url })
  async function start(): Promise<void> {
    const bare = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory]
    server = spawn('redis-server', bare, { stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise<void>((resolve, reject) => {
      server?.once('error', reject)
      server?.once('exit', (code) => reject(new Error(`redis-server ended (${code}).`)))
      server?.stdout?.on('data', (text) => {
        if (String(text).includes('Ready to accept connections')) resolve()
      })
    })
    client = createClient({ url })
    client.on('error', () => undefined)
    await client.connect()
  }
  /** At once, with all that it knew. */
  async function kill(): Promise<void> {
    if (client.isOpen) client.destroy()
    // One that has been killed says so only once.
    const running = server
    server = undefined
    if (running === undefined) return
    const exited = once(running, 'exit')
    running.kill('SIGKILL')
    await exited
  }
  await start()
  return {
    url,
    client: () => client,
    start,
    kill,
    async close() {
      await kill()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}
