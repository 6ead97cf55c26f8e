import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ChildGateway, startChildGateway } from '../support/child-gateway.ts'
import { type Json, post, type WireReply } from '../support/client.ts'
import { type MockProvider, startMockProvider } from '../support/mock-provider.ts'
import { fixture, unary } from '../support/mock-replies.ts'
import { startOwnRedis } from './own-redis.ts'

const adminToken = 'admin-token-of-the-shared-budgets-0123456789'
const keyOf = (id: string): string => `pk-shared-${id}-0123456789abcdef`
/** 30 tokens in all. */
const answer = unary({
  ...JSON.parse(fixture('openai/chat-completion.json').toString()),
  usage: { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 },
})

let folder: string
let mock: MockProvider
let redis: Awaited<ReturnType<typeof startOwnRedis>>
let running: ChildGateway[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-shared-budgets-'))
  mock = await startMockProvider()
  mock.script(() => answer)
  redis = await startOwnRedis()
  running = []
})
afterEach(async () => {
  for (const { process, exited } of running) {
    process.kill('SIGTERM')
    await exited
  }
  await redis.close()
  await mock.close()
  await rm(folder, { recursive: true, force: true })
})

interface Wanted {
  readonly keys?: readonly object[]
  readonly budgets?: readonly object[]
  readonly authority?: object
  readonly workers?: number
}

async function start(
  name: string,
  { keys = [], budgets = [], authority = {}, workers = 1 }: Wanted,
): Promise<ChildGateway> {
  const account = { id: 'one', provider: 'openai', baseUrl: `${mock.origin}/v1`, apiKey: 'sk-1' }
  const config = {
    catalog: { discover: 'off' },
    providers: [{ ...account, allowPrivateNetwork: true }],
    keys,
    budgets,
    budgetAuthority: { store: 'redis', leaseSeconds: 1, ...authority },
  }
  await mkdir(join(folder, name), { recursive: true })
  await writeFile(join(folder, name, 'portcullis.yaml'), JSON.stringify(config))
  const gateway = await startChildGateway({
    dataDirectory: join(folder, name, 'data'),
    args: ['--workers', String(workers), '--config', join(folder, name, 'portcullis.yaml')],
    environment: { PORTCULLIS_ADMIN_TOKEN: adminToken, REDIS_URL: redis.url },
  })
  running.push(gateway)
  return gateway
}
const two = async (wanted: Wanted): Promise<readonly [ChildGateway, ChildGateway]> => {
  return await Promise.all([start('a', wanted), start('b', wanted)])
}
const key = (id: string, more: object): object => ({ id, key: keyOf(id), ...more })
const ask = ({ url }: ChildGateway, id: string, more: object = {}): Promise<WireReply> =>
  post(
    `${url}/v1/chat/completions`,
    { model: 'one/gpt-5-mini', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 50, ...more },
    { headers: { authorization: `Bearer ${keyOf(id)}` } },
  )
const control = async ({ controlUrl }: ChildGateway, path: string): Promise<Json> =>
  (await post(controlUrl + path, undefined, { method: 'GET', headers: { authorization: `Bearer ${adminToken}` } })).json
const standing = async (gateway: ChildGateway, id: string): Promise<Json> =>
  (await control(gateway, `/api/v1/budgets?key=${id}`)).data[0]
/** By so many clients of each gateway at once. */
async function flood(gateways: readonly ChildGateway[], id: string, calls: number, clients = 16): Promise<number[]> {
  const statuses: number[] = []
  const client = async (gateway: ChildGateway, count: number): Promise<void> => {
    for (let index = 0; index < count; index++) statuses.push((await ask(gateway, id)).status)
  }
  const share = Math.ceil(calls / gateways.length / clients)
  await Promise.all(gateways.flatMap((gateway) => Array.from({ length: clients }, () => client(gateway, share))))
  return statuses
}
const count = (statuses: readonly number[], status: number): number => statuses.filter((one) => one === status).length

describe('two gateways on one Redis', () => {
  it('let a limit of requests pass once, and say what is left of it over both', async () => {
    const gateways = await two({ keys: [key('paced', { limits: [{ requests: 500, per: 'hour', window: 'fixed' }] })] })
    const statuses = await flood(gateways, 'paced', 1600)
    expect({ passed: count(statuses, 200), refused: count(statuses, 429) }).toEqual({
      passed: mock.requests.length,
      refused: statuses.length - mock.requests.length,
    })
    expect(mock.requests.length).toBeLessThanOrEqual(500)
    // What one has leased and the other would need is given back at the next beat.
    while (mock.requests.length < 500) for (const gateway of gateways) await ask(gateway, 'paced')
    for (const gateway of gateways) {
      expect((await ask(gateway, 'paced')).status).toBe(429)
      expect(await standing(gateway, 'paced')).toMatchObject({ used: 500, left: 0 })
    }
    expect(mock.requests).toHaveLength(500)
  })
})
