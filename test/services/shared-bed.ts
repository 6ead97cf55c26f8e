import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ChildGateway, startChildGateway } from '../support/child-gateway.ts'
import { type Json, post, type WireReply } from '../support/client.ts'
import { type MockProvider, startMockProvider } from '../support/mock-provider.ts'
import { fixture, unary } from '../support/mock-replies.ts'
import { startOwnRedis } from './own-redis.ts'

export const adminToken = 'admin-token-of-the-shared-budgets-0123456789'
const keyOf = (id: string): string => `pk-shared-${id}-0123456789abcdef`
/** 30 tokens in all. */
export const answer = unary({
  ...JSON.parse(fixture('openai/chat-completion.json').toString()),
  usage: { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 },
})

export interface Wanted {
  readonly keys?: readonly object[]
  readonly budgets?: readonly object[]
  readonly authority?: object
  readonly consumption?: object
  readonly workers?: number
  readonly environment?: Readonly<Record<string, string>>
}

export const key = (id: string, more: object): object => ({ id, key: keyOf(id), ...more })
export const count = (statuses: readonly number[], status: number): number =>
  statuses.filter((one) => one === status).length

/** Gateways with a provider and a Redis of their own, which the test may kill. */
export interface SharedBed {
  readonly mock: MockProvider
  readonly redis: Awaited<ReturnType<typeof startOwnRedis>>
  /** Writes its file anew; the gateway notices by itself. */
  configure(name: string, wanted: Wanted): Promise<void>
  start(name: string, wanted: Wanted): Promise<ChildGateway>
  two(wanted: Wanted): Promise<readonly [ChildGateway, ChildGateway]>
  kill(gateway: ChildGateway): Promise<void>
  stop(gateway: ChildGateway): Promise<void>
  running(): readonly ChildGateway[]
  close(): Promise<void>
}

export async function openSharedBed(): Promise<SharedBed> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-shared-budgets-'))
  const mock = await startMockProvider()
  mock.script(() => answer)
  const redis = await startOwnRedis()
  const running = new Set<ChildGateway>()

  async function configure(
    name: string,
    { keys = [], budgets = [], authority = {}, consumption }: Wanted,
  ): Promise<void> {
    const account = { id: 'one', provider: 'openai', baseUrl: `${mock.origin}/v1`, apiKey: 'sk-1' }
    const config = {
      catalog: { discover: 'off' },
      providers: [{ ...account, allowPrivateNetwork: true }],
      keys,
      budgets,
      ...(consumption === undefined ? {} : { consumption }),
      budgetAuthority: { store: 'redis', leaseSeconds: 1, ...authority },
    }
    await mkdir(join(folder, name), { recursive: true })
    await writeFile(join(folder, name, 'portcullis.yaml'), JSON.stringify(config))
  }

  async function start(name: string, wanted: Wanted): Promise<ChildGateway> {
    const { workers = 1, environment = {} } = wanted
    await configure(name, wanted)
    const gateway = await startChildGateway({
      dataDirectory: join(folder, name, 'data'),
      args: ['--workers', String(workers), '--config', join(folder, name, 'portcullis.yaml')],
      environment: { PORTCULLIS_ADMIN_TOKEN: adminToken, REDIS_URL: redis.url, ...environment },
    })
    running.add(gateway)
    return gateway
  }

  async function end(gateway: ChildGateway, signal: NodeJS.Signals): Promise<void> {
    running.delete(gateway)
    gateway.process.kill(signal)
    await gateway.exited
  }

  return {
    mock,
    redis,
    configure,
    start,
    two: (wanted) => Promise.all([start('a', wanted), start('b', wanted)]),
    kill: (gateway) => end(gateway, 'SIGKILL'),
    running: () => [...running],
    stop: (gateway) => end(gateway, 'SIGTERM'),
    async close() {
      await Promise.all([...running].map((gateway) => end(gateway, 'SIGTERM')))
      await redis.close()
      await mock.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export const ask = (
  { url }: ChildGateway,
  id: string,
  more: object = {},
  headers: Record<string, string> = {},
): Promise<WireReply> =>
  post(
    `${url}/v1/chat/completions`,
    { model: 'one/gpt-5-mini', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 50, ...more },
    { headers: { authorization: `Bearer ${keyOf(id)}`, ...headers } },
  )

export const control = ({ controlUrl }: ChildGateway, path: string): Promise<WireReply> =>
  post(controlUrl + path, undefined, { method: 'GET', headers: { authorization: `Bearer ${adminToken}` } })

export const standings = async (gateway: ChildGateway, query: string): Promise<readonly Json[]> =>
  (await control(gateway, `/api/v1/budgets?${query}`)).json.data

/** By so many clients of each gateway at once, each with its next call behind its last. */
export async function flood(
  gateways: readonly ChildGateway[],
  id: string,
  calls: number,
  { clients = 16, more = {} }: { readonly clients?: number; readonly more?: object } = {},
): Promise<number[]> {
  const statuses: number[] = []
  const client = async (gateway: ChildGateway, times: number): Promise<void> => {
    for (let index = 0; index < times; index++)
      // One that is killed answers no more.
      statuses.push(
        await ask(gateway, id, more).then(
          ({ status }) => status,
          () => 0,
        ),
      )
  }
  const times = Math.ceil(calls / gateways.length / clients)
  await Promise.all(gateways.flatMap((gateway) => Array.from({ length: clients }, () => client(gateway, times))))
  return statuses
}
