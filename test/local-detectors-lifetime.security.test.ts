import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChildGateway, startChildGateway, workersOf } from './support/child-gateway.ts'
import { post, type WireReply } from './support/client.ts'

const key = 'pk-lifetime-test-0123456789abcdefghijklmnop'
const code = `
export default {
  name: 'ticket',
  span: 10,
  detect(text) {
    if (text.includes('spin')) for (;;);
    return text.includes('TCK') ? [{}] : []
  },
}
`
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portcullis-lifetime-'))
  await writeFile(join(directory, 'ticket.js'), code)
  const guardrail = {
    id: 'tickets',
    detector: 'local',
    points: ['input'],
    state: 'enforce',
    settings: { file: 'ticket.js', timeoutMs: 10_000 },
  }
  const config = { inspection: { preset: 'off', timeoutMs: 60_000 }, guardrails: [guardrail] }
  await writeFile(join(directory, 'portcullis.yaml'), JSON.stringify(config))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const start = (...args: readonly string[]): Promise<ChildGateway> =>
  startChildGateway({
    dataDirectory: join(directory, 'data'),
    args: ['--config', join(directory, 'portcullis.yaml'), ...args],
    environment: { PORTCULLIS_KEY: key },
  })
const ask = ({ url }: ChildGateway, content: string): Promise<WireReply> =>
  post(
    `${url}/v1/chat/completions`,
    { model: 'demo/echo', messages: [{ role: 'user', content }] },
    { headers: { authorization: `Bearer ${key}` } },
  )

/** Process ids of detectors whose parent is this process. */
async function detectorsOf(parent: number): Promise<readonly number[]> {
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const isDetector = (await readFile(`/proc/${name}/cmdline`, 'utf8')).includes('detector-process')
      const ppid = /^PPid:\s+(\d+)$/m.exec(await readFile(`/proc/${name}/status`, 'utf8'))?.[1]
      if (isDetector && Number(ppid) === parent) found.push(Number(name))
    } catch {
      // It has ended meanwhile.
    }
  }
  return found
}
async function detectorOf(parent: number): Promise<number> {
  for (;;) {
    const [first] = await detectorsOf(parent)
    if (first !== undefined) return first
  }
}
async function isGone(pid: number): Promise<void> {
  while (existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(await statusOf(pid)));
}
const statusOf = (pid: number): Promise<string> => readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State: Z')
const ticksOf = async (pid: number): Promise<number> => {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? []
  return Number(fields[11])
}

describe('the process of a detector ends', () => {
  it('with the gateway that is told to stop', async () => {
    const gateway = await start()
    expect((await ask(gateway, 'TCK')).status).toBe(400)
    const detector = await detectorOf(gateway.process.pid ?? 0)
    gateway.process.kill('SIGTERM')
    await gateway.exited
    await isGone(detector)
  })

  it('with a gateway that is killed', async () => {
    const gateway = await start()
    expect((await ask(gateway, 'TCK')).status).toBe(400)
    const detector = await detectorOf(gateway.process.pid ?? 0)
    gateway.process.kill('SIGKILL')
    await gateway.exited
    await isGone(detector)
  })

  it('with a gateway that is killed while a text has it run without end', async () => {
    const gateway = await start()
    expect((await ask(gateway, 'TCK')).status).toBe(400)
    const detector = await detectorOf(gateway.process.pid ?? 0)
    const before = await ticksOf(detector)
    const asked = ask(gateway, 'spin').catch(() => undefined)
    while ((await ticksOf(detector)) < before + 10);
    gateway.process.kill('SIGKILL')
    await gateway.exited
    await asked
    await isGone(detector)
  })
})

it('each worker has one, and all refuse', async () => {
  const gateway = await start('--workers', '2')
  try {
    const replies = await Promise.all(Array.from({ length: 24 }, (_, index) => ask(gateway, `TCK ${index}`)))
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([400]))
    const workers = await workersOf(gateway)
    expect(workers).toHaveLength(2)
    for (const worker of workers) expect(await detectorsOf(worker)).toHaveLength(1)
    expect(await detectorsOf(gateway.process.pid ?? 0)).toHaveLength(0)
  } finally {
    gateway.process.kill('SIGTERM')
    await gateway.exited
  }
})
