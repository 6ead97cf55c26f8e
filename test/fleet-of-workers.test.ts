import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { type ChildGateway, startChildGateway, workersOf } from './support/child-gateway.ts'
import { type Json, post, type WireReply } from './support/client.ts'
import { type MockProvider, type MockReply, type ReceivedRequest, startMockProvider } from './support/mock-provider.ts'
import { fixtureReply, unary, vendorError } from './support/mock-replies.ts'

const key = 'pk-fleet-test-0123456789abcdefghijklmnopqr'
const adminToken = 'admin-token-of-the-fleet-test-0123456789'

let directory: string
let first: MockProvider
let second: MockProvider
let gateway: ChildGateway

beforeAll(async () => {
  ;[first, second] = await Promise.all([startMockProvider(), startMockProvider()])
  answer(well)
  directory = await mkdtemp(join(tmpdir(), 'portcullis-fleet-'))
  const account = (id: string, { origin }: MockProvider, more: object = {}) => ({
    id,
    provider: 'openai-compatible',
    baseUrl: `${origin}/v1`,
    allowPrivateNetwork: true,
    ...more,
  })
  const names = ['limited', 'failing', 'checked']
  const from = (name: string): string => (name === 'checked' ? 'checked' : 'first')
  const config = {
    providers: [
      account('first', first),
      account('second', second),
      account('checked', first, { health: { everyMs: 100, failures: 1, path: '/health' } }),
    ],
    models: Object.fromEntries(names.map((name) => [name, { route: name }])),
    routes: Object.fromEntries(
      names.map((name) => [name, { fallback: [{ target: `${from(name)}/${name}` }, { target: `second/${name}` }] }]),
    ),
  }
  const path = join(directory, 'portcullis.yaml')
  await writeFile(path, stringify(config))
  gateway = await startChildGateway({
    dataDirectory: join(directory, 'data'),
    args: ['--workers', '2', '--config', path],
    environment: { PORTCULLIS_KEY: key, PORTCULLIS_ADMIN_TOKEN: adminToken },
  })
})
afterAll(async () => {
  gateway.process.kill('SIGTERM')
  await gateway.exited
  await Promise.all([first.close(), second.close()])
  await rm(directory, { recursive: true, force: true })
})

/** Over a connection of its own, which either worker may have. */
const ask = (model: string): Promise<WireReply> =>
  post(
    `${gateway.url}/v1/chat/completions`,
    { model, messages: [{ role: 'user', content: 'x' }] },
    { headers: { authorization: `Bearer ${key}` } },
  )
const control = (path: string): Promise<WireReply> =>
  post(gateway.controlUrl + path, undefined, { method: 'GET', headers: { authorization: `Bearer ${adminToken}` } })

/** Resolves when each worker has this to say of the first target of a route. */
async function allSay(route: string, isSo: (health: Json) => boolean): Promise<void> {
  for (;;) {
    const { json } = await control('/api/v1/routes')
    const { health } = json.data.find(({ id }: Json) => id === route).targets[0]
    if (health.length === 2 && health.every(isSo)) return
  }
}

const isOf = (model: string) => (request: ReceivedRequest) =>
  request.method === 'POST' && (request.json as Json)['model'] === model
/** How calls and checks at the first provider are answered. */
const answer = (call: MockReply, check: MockReply = unary({ data: [] })): void =>
  first.script((request) => (request.method === 'GET' ? check : call))
const well: MockReply = (exchange) => fixtureReply(exchange.request)(exchange)
const countOf = (model: string): number => first.requests.filter(isOf(model)).length

describe('what one worker learns of a target', () => {
  it('the other does not find out again: a pause that a provider asks for', async () => {
    answer(vendorError(429, { headers: { 'retry-after': '60' } }))
    expect((await ask('limited')).status).toBe(200)
    await allSay('limited', ({ paused }) => paused === 'cooling-down')
    for (let call = 0; call < 24; call++) expect((await ask('limited')).status).toBe(200)
    expect(countOf('limited')).toBe(1)
  })

  it('nor that it fails, and that it is well again', async () => {
    answer(vendorError(500))
    let asked = 0
    for (let open = false; !open; asked++) {
      await ask('failing')
      const { json } = await control('/api/v1/routes')
      const { health } = json.data.find(({ id }: Json) => id === 'failing').targets[0]
      open = health.some(({ circuit }: Json) => circuit === 'open')
    }
    // One of two workers had five: the other at most four.
    expect(asked).toBeLessThan(10)
    await allSay('failing', ({ circuit }) => circuit !== 'closed')
    const { text } = await control('/metrics')
    expect(text).toMatch(/^portcullis_circuit_open\{account="first",model="failing"\} 2$/m)
    expect(text).toMatch(/^portcullis_circuit_openings_total\{account="first",model="failing"\} 1$/m)
    answer(well)
    const before = countOf('failing')
    while (countOf('failing') === before) await ask('failing')
    await allSay('failing', ({ circuit }) => circuit === 'closed')
  })

  it('a check of one process is known to all, and calls that any of them answers spare it', async () => {
    answer(well, vendorError(500))
    await allSay('checked', ({ paused }) => paused === 'check-failed')
    for (let call = 0; call < 12; call++) expect((await ask('checked')).status).toBe(200)
    expect(countOf('checked')).toBe(0)
    answer(well)
    await allSay('checked', ({ paused }) => paused === null)
    const spared = async (): Promise<number> =>
      Number(
        /health_checks_total\{account="checked",result="spared"\} (\d+)/.exec((await control('/metrics')).text)?.[1],
      )
    const before = await spared()
    while ((await spared()) === before) expect((await ask('checked')).status).toBe(200)
  })

  it('a worker that starts later is told of', async () => {
    const { text } = await control('/metrics')
    expect(text).toContain('portcullis_target_paused{account="first",model="limited"} 2')
    const [killed = 0] = await workersOf(gateway)
    process.kill(killed, 'SIGKILL')
    for (let now = [killed] as readonly number[]; now.length < 2 || now.includes(killed); )
      now = await workersOf(gateway)
    await allSay('limited', ({ paused }) => paused === 'cooling-down')
    for (let call = 0; call < 24; call++) expect((await ask('limited')).status).toBe(200)
    expect(countOf('limited')).toBe(1)
  })
})
