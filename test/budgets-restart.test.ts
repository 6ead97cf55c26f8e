import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ChildGateway, startChildGateway } from './support/child-gateway.ts'
import { post, type WireReply } from './support/client.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { fixture, unary } from './support/mock-replies.ts'

const adminToken = 'admin-token-of-the-restart-test-0123456789'
const keyOf = (id: string): string => `pk-restart-${id}-0123456789abcdef`
const key = keyOf('saver')

let mock: MockProvider
let directory: string
beforeAll(async () => {
  mock = await startMockProvider()
  mock.script(() => unary(fixture('openai/chat-completion.json')))
  directory = await mkdtemp(join(tmpdir(), 'portcullis-restart-'))
  const account = {
    id: 'one',
    provider: 'openai',
    baseUrl: `${mock.origin}/v1`,
    apiKey: 'sk-1',
    allowPrivateNetwork: true,
  }
  const config = {
    providers: [account],
    keys: [
      { id: 'saver', key, budgets: [{ costUsd: 1, requests: 6, per: 'month' }] },
      { id: 'sliding', key: keyOf('sliding'), budgets: [{ requests: 2, per: 'week', window: 'sliding' }] },
      { id: 'hourly', key: keyOf('hourly'), limits: [{ inputTokens: 1200, per: 'hour' }] },
      { id: 'bucket', key: keyOf('bucket'), limits: [{ requests: 2, per: 'week', window: 'token-bucket' }] },
    ],
    budgets: [{ id: 'teams', groupBy: ['metadata.team'], requests: 100, per: 'total' }],
  }
  await writeFile(join(directory, 'portcullis.yaml'), JSON.stringify(config))
})
afterAll(async () => {
  await mock.close()
  await rm(directory, { recursive: true, force: true })
})

const start = (
  workers: number,
  dataDirectory = join(directory, 'data'),
  environment: Readonly<Record<string, string>> = {},
): Promise<ChildGateway> =>
  startChildGateway({
    dataDirectory,
    args: ['--workers', String(workers), '--config', join(directory, 'portcullis.yaml')],
    environment: { PORTCULLIS_ADMIN_TOKEN: adminToken, ...environment },
  })
const ask = ({ url }: ChildGateway, by = key): Promise<WireReply> =>
  post(
    `${url}/v1/chat/completions`,
    { model: 'one/gpt-5-mini', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 50 },
    { headers: { authorization: `Bearer ${by}`, 'x-portcullis-metadata': '{"team":"red"}' } },
  )
const budgets = async ({ controlUrl }: ChildGateway) => {
  const headers = { authorization: `Bearer ${adminToken}` }
  const { json } = await post(`${controlUrl}/api/v1/budgets`, undefined, { method: 'GET', headers })
  return json.data as {
    readonly key: string | null
    readonly measure: string
    readonly used: number
    readonly group: readonly string[]
  }[]
}
const calls = async ({ controlUrl }: ChildGateway) => {
  const headers = { authorization: `Bearer ${adminToken}` }
  const { json } = await post(`${controlUrl}/api/v1/calls?limit=200`, undefined, { method: 'GET', headers })
  return json.data as { readonly status: number; readonly startedAt: string; readonly costUsd: number | null }[]
}

it('what was used is known after a kill and a restart, exactly as the record adds it up', async () => {
  let made = 0
  // One process, then two workers, then one again: the sums are the record's, whoever counted.
  for (const workers of [1, 2, 1]) {
    const gateway = await start(workers)
    const replies = [await ask(gateway), await ask(gateway)]
    expect(replies.map(({ status }) => status)).toEqual([200, 200])
    made += 2
    // Asking for the record waits until it is on disk: what a kill loses is what had not ended 100 ms before.
    while ((await calls(gateway)).length < made);
    gateway.process.kill('SIGKILL')
    await gateway.exited
  }
  const gateway = await start(1)
  expect((await ask(gateway)).status).toBe(429)
  const answered = (await calls(gateway)).filter(({ status }) => status === 200)
  const cost = answered.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0)
  const shown = await budgets(gateway)
  const [requests, money] = shown
  const teams = shown.find(({ group }) => group.length > 0)
  expect(cost).toBeGreaterThan(0)
  expect(money).toMatchObject({ measure: 'costUsd', used: expect.closeTo(cost, 9) })
  expect(requests).toMatchObject({ measure: 'requests', used: 6 })
  expect(teams).toMatchObject({ used: 6, group: ['red'] })
  gateway.process.kill('SIGTERM')
  await gateway.exited
})

const DAY_MS = 86_400_000
/** For all threads of a process. */
function clockSet(byMs: number): Record<string, string> {
  const script = `const now = Date.now; Date.now = () => now() + ${byMs}`
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` }
}

it.each(['SIGTERM', 'SIGKILL'] as const)(
  'no window of an hour or longer is given back by a restart after %s, nor by a clock that is set',
  async (signal) => {
    const data = join(directory, `data-${signal}`)
    const first = await start(1, data)
    const ids = ['sliding', 'hourly', 'bucket']
    let made = 0
    for (const id of ids) {
      // Of one request each, or of 1143 tokens where a few are held.
      const replies = [await ask(first, keyOf(id)), await ask(first, keyOf(id)), await ask(first, keyOf(id))]
      expect([id, replies.map(({ status }) => status)]).toEqual([id, [200, 200, 429]])
      made += replies.length
    }
    while ((await calls(first)).length < made);
    first.process.kill(signal)
    await first.exited
    const second = await start(1, data)
    for (const id of ids) expect([id, (await ask(second, keyOf(id))).status]).toEqual([id, 429])
    const shown = await budgets(second)
    expect(shown.filter(({ key: of }) => of === 'sliding' || of === 'bucket').map(({ used }) => used)).toEqual([2, 2])
    second.process.kill('SIGTERM')
    await second.exited
    const third = await start(1, data, clockSet(-3 * DAY_MS))
    for (const id of ids) expect([id, (await ask(third, keyOf(id))).status]).toEqual([id, 429])
    // Its clock was set: its calls are of three days ago, as soon as they are on record.
    while (!(await calls(third)).some(({ startedAt }) => Date.parse(startedAt) < Date.now() - 2 * DAY_MS));
    third.process.kill('SIGTERM')
    await third.exited
  },
)
