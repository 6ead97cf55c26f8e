import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ChildGateway, startChildGateway } from './support/child-gateway.ts'
import { post, type WireReply } from './support/client.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { fixture, unary } from './support/mock-replies.ts'

const adminToken = 'admin-token-of-the-restart-test-0123456789'
const key = 'pk-restart-0123456789abcdef'

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
    keys: [{ id: 'saver', key, budgets: [{ costUsd: 1, requests: 6, per: 'month' }] }],
    budgets: [{ id: 'teams', groupBy: ['metadata.team'], requests: 100, per: 'total' }],
  }
  await writeFile(join(directory, 'portcullis.yaml'), JSON.stringify(config))
})
afterAll(async () => {
  await mock.close()
  await rm(directory, { recursive: true, force: true })
})

const start = (workers: number): Promise<ChildGateway> =>
  startChildGateway({
    dataDirectory: join(directory, 'data'),
    args: ['--workers', String(workers), '--config', join(directory, 'portcullis.yaml')],
    environment: { PORTCULLIS_ADMIN_TOKEN: adminToken },
  })
const ask = ({ url }: ChildGateway): Promise<WireReply> =>
  post(
    `${url}/v1/chat/completions`,
    { model: 'one/gpt-5-mini', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 50 },
    { headers: { authorization: `Bearer ${key}`, 'x-portcullis-metadata': '{"team":"red"}' } },
  )
const budgets = async ({ controlUrl }: ChildGateway) => {
  const headers = { authorization: `Bearer ${adminToken}` }
  const { json } = await post(`${controlUrl}/api/v1/budgets`, undefined, { method: 'GET', headers })
  return json.data as { readonly measure: string; readonly used: number; readonly group: readonly string[] }[]
}
const calls = async ({ controlUrl }: ChildGateway) => {
  const headers = { authorization: `Bearer ${adminToken}` }
  const { json } = await post(`${controlUrl}/api/v1/calls?limit=200`, undefined, { method: 'GET', headers })
  return json.data as { readonly status: number; readonly costUsd: number | null }[]
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
  const [requests, money, teams] = await budgets(gateway)
  expect(cost).toBeGreaterThan(0)
  expect(money).toMatchObject({ measure: 'costUsd', used: expect.closeTo(cost, 9) })
  expect(requests).toMatchObject({ measure: 'requests', used: 6 })
  expect(teams).toMatchObject({ used: 6, group: ['red'] })
  gateway.process.kill('SIGTERM')
  await gateway.exited
})
