import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Json, post, type WireReply } from '../support/client.ts'
import { startTestGateway, type TestGateway } from '../support/gateway.ts'
import { type MockProvider, startMockProvider } from '../support/mock-provider.ts'
import { openTestRedis, redisUrl } from './redis.ts'

let redis: Awaited<ReturnType<typeof openTestRedis>>
let openai: MockProvider
let first: TestGateway
let second: TestGateway
const otherKey = 'pk-test-team-b-0123456789abcdefghijklmnop'

beforeAll(async () => {
  redis = await openTestRedis()
  openai = await startMockProvider()
  const account = { id: 'main', provider: 'openai', baseUrl: `${openai.origin}/v1`, apiKey: 'sk-test' }
  const config = {
    providers: [{ ...account, allowPrivateNetwork: true }],
    models: { fast: { target: 'main/gpt-5-mini' } },
    cache: { exact: { ttlSeconds: 60, redis: { url: redisUrl, prefix: redis.prefix } }, semantic: {} },
  }
  const keys = [{ id: 'team-b', key: otherKey, workspace: 'other', models: ['*'] }]
  first = await startTestGateway({ config, keys })
  second = await startTestGateway({ config, keys })
  // Both are connected as soon as one finds what the other was told.
  for (let index = 0; ; index++) {
    const body = { ...says('Where is the moat?'), seed: index }
    await ask(first, body)
    if (stateOf(await ask(second, body)) === 'hit') break
  }
})
afterAll(async () => {
  await first.close()
  await second.close()
  await openai.close()
  await redis.close()
})
beforeEach(() => openai.reset())

const says = (content: string): Json => ({ model: 'fast', messages: [{ role: 'user', content }] })
const ask = ({ post: send, key }: TestGateway, body: Json, headers: Record<string, string> = {}): Promise<WireReply> =>
  send('/v1/chat/completions', body, { headers: { authorization: `Bearer ${key}`, ...headers } })
const stateOf = ({ headers }: WireReply): unknown => headers['x-portcullis-cache']
const questionKeys = async (): Promise<string[]> => (await redis.keys()).filter((key) => key.includes(':questions-'))

/** It is kept behind the back of the call. */
async function kept(count: number): Promise<void> {
  while ((await questionKeys()).length < count) await redis.client.ping()
}

const purge = ({ controlUrl, adminToken }: TestGateway, query: string): Promise<WireReply> =>
  post(`${controlUrl}/api/v1/cache?${query}`, undefined, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${adminToken}` },
  })

it('a question that one gateway answered is answered by the other when it comes in other words, in its workspace only', async () => {
  const before = (await questionKeys()).length
  const asked = await ask(first, says('How do I return my gadget?'))
  await kept(before + 1)
  const other = says('how can i return a gadget please')
  expect(stateOf(await ask(second, other, { authorization: `Bearer ${otherKey}` }))).toBe('miss')
  const found = await ask(second, other)
  expect([stateOf(found), found.text]).toEqual(['semantic', asked.text])
  expect((await second.call(found)).cacheMatch.id).toBe(asked.headers['x-portcullis-call-id'])
  expect(stateOf(await ask(second, says('how can i not return a gadget please')))).toBe('miss')
})

it('a report takes it away for all', async () => {
  const before = (await questionKeys()).length
  await ask(first, says('How do I open my drawbridge?'))
  await kept(before + 1)
  const found = await ask(second, says('how can i open a drawbridge please'))
  expect(stateOf(found)).toBe('semantic')
  const reported = await post(
    `${second.controlUrl}/api/v1/cache/${found.headers['x-portcullis-call-id']}/report`,
    {},
    { headers: { authorization: `Bearer ${second.adminToken}` } },
  )
  expect(reported.status).toBe(200)
  expect(stateOf(await ask(second, says('hello, how can I open the drawbridge')))).toBe('miss')
})

it('a purge takes questions too: nothing of what was said stays', async () => {
  const before = (await questionKeys()).length
  await ask(first, says('How do I lower my portcullis?'))
  await kept(before + 1)
  while ((await questionKeys()).some((key) => key.includes(':default:'))) await purge(first, 'workspace=default')
  expect(stateOf(await ask(second, says('how can i lower a portcullis please')))).toBe('miss')
})

it('a question that somebody else wrote, or put under another, finds nothing', async () => {
  const before = new Set(await questionKeys())
  await ask(first, says('How do I raise my flag?'))
  await kept(before.size + 1)
  const name = (await questionKeys()).find((key) => !before.has(key)) ?? ''
  const line = String(await redis.client.get(name))
  const { words, ...rest } = JSON.parse(line)
  const wrong = [
    { ...rest, words, vector: Buffer.from(new Float32Array(8).fill(Number.NaN).buffer).toString('base64') },
    { ...rest, words, places: 'AAAA' },
    { ...rest, words: [...words, 'more'] },
    { ...rest, words, id: '../x' },
    'no question',
  ]
  await redis.client.set(name, wrong.map((one) => `${JSON.stringify(one)}\n`).join(''))
  expect(stateOf(await ask(second, says('how can i raise a flag please')))).toBe('miss')
})
