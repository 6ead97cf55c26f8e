import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChildGateway, startChildGateway, workersOf } from './support/child-gateway.ts'
import { post } from './support/client.ts'

const key = 'pk-kill-test-0123456789abcdefghijklmnop'
const adminToken = 'admin-token-of-the-kill-test-0123456789'
const environment = { PORTCULLIS_KEY: key, PORTCULLIS_ADMIN_TOKEN: adminToken }

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portcullis-kill-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

interface Ended {
  readonly id: string
  readonly at: number
}

/** Calls from several clients until `count` replies have ended; then does what is asked, and lets the clients run into it. */
async function callUntil(gateway: ChildGateway, count: number, act: () => void): Promise<readonly Ended[]> {
  const ended: Ended[] = []
  let isOver = false
  const client = async (index: number): Promise<void> => {
    for (let turn = 0; !isOver; turn++) {
      const stream = (index + turn) % 2 === 0
      const body = {
        model: 'demo/echo',
        stream,
        messages: [{ role: 'user', content: `client ${index}, turn ${turn}` }],
      }
      try {
        const reply = await post(`${gateway.url}/v1/chat/completions`, body, {
          headers: { authorization: `Bearer ${key}` },
        })
        if (reply.status !== 200) continue
        ended.push({ id: String(reply.headers['x-portcullis-call-id']), at: performance.now() })
      } catch {
        // Cut by the kill, which is what happens next.
        continue
      }
      if (ended.length === count) {
        act()
        isOver = true
      }
    }
  }
  await Promise.all(Array.from({ length: 6 }, (_, index) => client(index)))
  return ended
}

/** Ids of all calls on record. */
async function recorded(gateway: ChildGateway): Promise<readonly string[]> {
  const ids: string[] = []
  for (let cursor = ''; ; ) {
    const reply = await post(`${gateway.controlUrl}/api/v1/calls?limit=200${cursor}`, undefined, {
      method: 'GET',
      headers: { authorization: `Bearer ${adminToken}` },
    })
    for (const { id } of reply.json.data) ids.push(id)
    if (reply.json.nextCursor === null) return ids
    cursor = `&cursor=${reply.json.nextCursor}`
  }
}

/** Asks until they are there: the spool of a killed process is taken in after the start. */
async function recordedWith(gateway: ChildGateway, wanted: readonly string[]): Promise<readonly string[]> {
  for (let attempt = 0; ; attempt++) {
    const ids = await recorded(gateway)
    if (attempt === 200 || wanted.every((id) => ids.includes(id))) return ids
  }
}

/** How many calls there are by the sums of whole days. */
async function counted(gateway: ChildGateway): Promise<number> {
  const dayMs = 86_400_000
  const to = (Math.floor(Date.now() / dayMs) + 1) * dayMs
  const path = `/api/v1/analytics?measures=calls&from=0&to=${to}`
  const headers = { authorization: `Bearer ${adminToken}` }
  const { json } = await post(`${gateway.controlUrl}${path}`, undefined, { method: 'GET', headers })
  expect(json.read.calls).toBe(0)
  return json.totals.calls
}

describe('a gateway that is killed', () => {
  it('has every call on record whose reply ended more than 100 ms before, and none twice', async () => {
    const dataDirectory = join(directory, 'one')
    const promised: string[] = []
    let gateway = await startChildGateway({ dataDirectory, environment })
    for (const count of [1, 37, 150, 400]) {
      let killedAt = 0
      const ended = await callUntil(gateway, count, () => {
        killedAt = performance.now()
        gateway.process.kill('SIGKILL')
      })
      await gateway.exited
      promised.push(...ended.filter(({ at }) => at < killedAt - 100).map(({ id }) => id))
      gateway = await startChildGateway({ dataDirectory, environment })
    }
    const ids = await recordedWith(gateway, promised)
    expect(await counted(gateway)).toBe(ids.length)
    gateway.process.kill('SIGTERM')
    await gateway.exited
    expect(promised.length).toBeGreaterThan(100)
    expect(promised.filter((id) => !ids.includes(id))).toEqual([])
    expect(new Set(ids).size).toBe(ids.length)
  }, 90_000)

  it('goes on when one of its workers is killed, and has its calls on record', async () => {
    const dataDirectory = join(directory, 'two')
    const gateway = await startChildGateway({ dataDirectory, environment, args: ['--workers', '2'] })
    const before = await callUntil(gateway, 100, () => undefined)
    const pids = await workersOf(gateway)
    expect(pids).toHaveLength(2)
    let killedAt = 0
    const during = await callUntil(gateway, 100, () => {
      killedAt = performance.now()
      process.kill(pids[0] ?? 0, 'SIGKILL')
    })
    const after = await callUntil(gateway, 100, () => undefined)
    const promised = [...before, ...during.filter(({ at }) => at < killedAt - 100), ...after].map(({ id }) => id)
    const ids = await recordedWith(gateway, promised)
    gateway.process.kill('SIGTERM')
    expect(await gateway.exited).toBe(0)
    expect(promised.filter((id) => !ids.includes(id))).toEqual([])
    expect(new Set(ids).size).toBe(ids.length)
  }, 90_000)
})
