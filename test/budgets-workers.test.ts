import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ChildGateway, startChildGateway } from './support/child-gateway.ts'
import { post, type WireReply } from './support/client.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { fixture, liveStream, unary } from './support/mock-replies.ts'

const adminToken = 'admin-token-of-the-budgets-test-0123456789'
const keyOf = (id: string): string => `pk-budgets-${id}-0123456789abcdef`
const reply = unary(fixture('openai/chat-completion.json'))

let mock: MockProvider
let directory: string
let gateway: ChildGateway
beforeAll(async () => {
  mock = await startMockProvider()
  mock.script(() => reply)
  directory = await mkdtemp(join(tmpdir(), 'portcullis-budgets-'))
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
      { id: 'counted', key: keyOf('counted'), limits: [{ requests: 25, per: 'total' }] },
      { id: 'narrow', key: keyOf('narrow'), limits: [{ concurrentCalls: 2 }] },
      { id: 'streaming', key: keyOf('streaming'), limits: [{ streamSeconds: 1.2, per: 'day' }] },
    ],
  }
  await writeFile(join(directory, 'portcullis.yaml'), JSON.stringify(config))
  gateway = await startChildGateway({
    dataDirectory: join(directory, 'data'),
    args: ['--workers', '2', '--config', join(directory, 'portcullis.yaml')],
    environment: { PORTCULLIS_ADMIN_TOKEN: adminToken },
  })
})
afterAll(async () => {
  gateway.process.kill('SIGTERM')
  await gateway.exited
  await mock.close()
  await rm(directory, { recursive: true, force: true })
})

const ask = (id: string, more: object = {}): Promise<WireReply> =>
  post(
    `${gateway.url}/v1/chat/completions`,
    { model: 'one/gpt-5-mini', messages: [{ role: 'user', content: 'Hello' }], ...more },
    { headers: { authorization: `Bearer ${keyOf(id)}` } },
  )
const many = (count: number, id: string): Promise<WireReply[]> =>
  Promise.all(Array.from({ length: count }, () => ask(id)))
const statuses = (replies: readonly WireReply[], status: number): number =>
  replies.filter((one) => one.status === status).length
const control = (path: string): Promise<WireReply> =>
  post(gateway.controlUrl + path, undefined, { method: 'GET', headers: { authorization: `Bearer ${adminToken}` } })

it('a limit is one for all workers, to the call', async () => {
  const replies = await many(60, 'counted')
  expect([statuses(replies, 200), statuses(replies, 429)]).toEqual([25, 35])
  expect(mock.requests).toHaveLength(25)
  expect((await ask('counted')).headers['x-ratelimit-remaining-requests']).toBe('0')
  const { json } = await control('/api/v1/budgets?key=counted')
  expect(json.data[0]).toMatchObject({ used: 25, left: 0, amount: 25, per: 'total' })
})

it('what was held is free when calls have ended, in whichever worker', async () => {
  for (let round = 0; round < 5; round++) {
    const replies = await many(8, 'narrow')
    expect(statuses(replies, 200)).toBeGreaterThanOrEqual(2)
    expect(statuses(replies, 200) + statuses(replies, 429)).toBe(8)
    // The last end is told behind its reply.
    while ((await control('/api/v1/budgets?key=narrow')).json.data[0].reserved > 0);
  }
})

it('a stream holds its time of the primary process, more of it as it goes on, and gives back what it held', async () => {
  const live = liveStream()
  mock.reply(live.reply)
  const { text } = await ask('streaming', { stream: true })
  expect(text).toContain('This stream has used all of 1.2 seconds of streams.')
  expect((await ask('streaming', { stream: true })).status).toBe(429)
  const { json } = await control('/api/v1/budgets?key=streaming')
  expect(json.data[0]).toMatchObject({ reserved: 0, left: 0 })
})
