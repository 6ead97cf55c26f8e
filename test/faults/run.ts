import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { stringify } from 'yaml'
import { type ChildGateway, startChildGateway } from '../support/child-gateway.ts'
import { type Json, post } from '../support/client.ts'
import { markPattern } from './answers.ts'
import { type Client, clients } from './clients.ts'
import { lateFaults } from './fault-kinds.ts'
import { type Fleet, lateModel, startFleet, trusted } from './fleet.ts'
import { seededRandom } from './random.ts'

export interface Order {
  readonly calls: number
  readonly concurrency: number
  readonly seed: number
  /** Shares of requests that go wrong at the first provider and at the second. */
  readonly rates: readonly [number, number]
  /** Time for each target but the last. */
  readonly timeoutMs: number
  /** The health of a target is of one model: the fewer, the more often breakers and pauses keep calls from a fault. */
  readonly models: number
}

/** What a client saw of one call. */
export interface Outcome {
  readonly number: number
  readonly client: string
  readonly callId: string
  readonly status: number
  readonly ms: number
  /** Marks of answers in the reply, each once. */
  readonly marks: readonly string[]
  /** How often the reply ended. */
  readonly endings: number
  readonly tellsError: boolean
  readonly text: string
}

export interface Run {
  readonly order: Order
  readonly outcomes: readonly Outcome[]
  /** Calls whose stream broke off after its first content. */
  readonly late: readonly Outcome[]
  /** Of all calls, as the gateway keeps them. */
  readonly records: readonly Json[]
  readonly fleet: Pick<Fleet, 'answers' | 'faults' | 'met'>
  readonly seconds: number
}

export const deadlineMs = 5000
const hedgeAfterMs = 200
const key = 'pk-faults-0123456789abcdefghijklmnop'
const adminToken = 'admin-token-of-the-fault-suite-0123456789'
/** USD per million tokens. */
export const prices: Readonly<Record<string, { readonly input: number; readonly output: number }>> = {
  first: { input: 1, output: 8 },
  second: { input: 3, output: 15 },
  third: { input: 2, output: 4 },
}

/** Sends the calls through a gateway of its own to the fleet, and collects what clients, providers and record have of them. */
export async function runFaults(order: Order): Promise<Run> {
  const random = seededRandom(order.seed)
  const models = Array.from({ length: order.models }, (_, index) => `model-${index}`)
  const fleet = await startFleet({ ...order, random, outageEvery: Math.max(40, Math.floor(order.calls / 25)) })
  const directory = await mkdtemp(join(tmpdir(), 'portcullis-faults-'))
  let gateway: ChildGateway | undefined
  try {
    const config = join(directory, 'portcullis.yaml')
    const authorities = join(directory, 'trusted.pem')
    await Promise.all([
      writeFile(config, stringify(configOf(fleet, models), { aliasDuplicateObjects: false })),
      writeFile(authorities, trusted()),
    ])
    gateway = await startChildGateway({
      dataDirectory: join(directory, 'data'),
      args: ['--config', config],
      environment: { PORTCULLIS_KEY: key, PORTCULLIS_ADMIN_TOKEN: adminToken, NODE_EXTRA_CA_CERTS: authorities },
    })
    const { url } = gateway
    const started = performance.now()
    const outcomes = await inParallel(order, (number) => {
      // Half are streams, in each dialect.
      const client = clients[number % clients.length]
      const model = routeOf(number, models[Math.floor(random() * models.length)] ?? '')
      return ask(url, { client, model, number, stream: Math.floor(number / clients.length) % 2 === 1 })
    })
    const seconds = (performance.now() - started) / 1000
    const late = await inParallel({ ...order, calls: lateFaults.length * clients.length * 2 }, (index) =>
      ask(url, {
        client: clients[index % clients.length],
        model: `${index % 2 === 0 ? 'second' : 'third'}/${lateModel}`,
        number: order.calls + index,
        stream: true,
      }),
    )
    const records = await recordsOf(gateway, outcomes.length + late.length)
    return { order, outcomes, late, records, fleet, seconds }
  } finally {
    gateway?.process.kill('SIGTERM')
    await gateway?.exited
    await fleet.close()
    await rm(directory, { recursive: true, force: true })
  }
}

function configOf({ accounts }: Fleet, models: readonly string[]): object {
  const targetsOf = (model: string, ids: readonly string[]) =>
    ids.map((id) => {
      const limit = accounts.find((account) => account.id === id)?.timeoutMs
      return { target: `${id}/${model}`, ...(limit === undefined ? {} : { timeoutMs: limit }) }
    })
  const routes = models.flatMap((model) => {
    const fallback = targetsOf(model, ['first', 'second', 'third'])
    const lost = targetsOf(model, ['nowhere', 'second', 'third'])
    return [
      [`plain-${model}`, { fallback }],
      [`hedged-${model}`, { fallback, hedge: { afterMs: hedgeAfterMs } }],
      [`lost-${model}`, { fallback: lost }],
    ] as const
  })
  return {
    providers: [
      ...accounts.map(({ id, provider, baseUrl }) => ({
        id,
        provider,
        baseUrl,
        apiKey: `sk-of-${id}`,
        allowPrivateNetwork: true,
      })),
      // RFC 6761, section 6.4: a name that never resolves.
      { id: 'nowhere', provider: 'openai-compatible', baseUrl: 'http://nowhere.invalid/v1', allowPrivateNetwork: true },
    ],
    catalog: {
      discover: 'off',
      models: accounts.flatMap(({ id, provider }) =>
        [...models, lateModel].map((model) => ({
          provider,
          id: model,
          price: { inputPerMillionUsd: prices[id]?.input, outputPerMillionUsd: prices[id]?.output },
        })),
      ),
    },
    models: Object.fromEntries(routes.map(([route]) => [route, { route }])),
    routes: Object.fromEntries(routes),
    limits: { deadlineMs, upstreamTimeoutMs: 2000 },
  }
}

/** Most calls go the plain way, a third are hedged, and one in fifty begins with an account whose host has no address. */
function routeOf(number: number, model: string): string {
  if (number % 50 === 7) return `lost-${model}`
  return number % 3 === 0 ? `hedged-${model}` : `plain-${model}`
}

async function inParallel<Result>(
  { calls, concurrency }: Pick<Order, 'calls' | 'concurrency'>,
  act: (number: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < calls) results.push(await act(next++))
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return results
}

interface Question {
  readonly client: Client | undefined
  readonly model: string
  readonly number: number
  readonly stream: boolean
}

async function ask(url: string, { client, model, number, stream }: Question): Promise<Outcome> {
  if (client === undefined) throw new Error('There is no such client.')
  const started = performance.now()
  const body = client.body(model, `This is call-${number} of the suite.`, stream)
  const seen = { number, client: client.id, callId: '', status: 0, marks: [], endings: 0, tellsError: false }
  try {
    const { status, headers, text } = await post(url + client.path(model, stream), body, {
      headers: { authorization: `Bearer ${key}` },
    })
    return {
      ...seen,
      callId: String(headers['x-portcullis-call-id']),
      status,
      ms: performance.now() - started,
      marks: [...new Set(text.match(markPattern))],
      endings: text.match(client.ending[stream ? 'stream' : 'unary'])?.length ?? 0,
      tellsError: /"error"|^event: error$|response\.failed/m.test(text),
      text,
    }
  } catch (fault) {
    return { ...seen, ms: performance.now() - started, text: String(fault) }
  }
}

/** All of them, as soon as there are so many. */
async function recordsOf({ controlUrl }: ChildGateway, count: number): Promise<readonly Json[]> {
  for (let attempt = 0; ; attempt++) {
    const records: Json[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { json, status, text } = await post(`${controlUrl}/api/v1/calls?limit=200${cursor}`, undefined, {
        method: 'GET',
        headers: { authorization: `Bearer ${adminToken}` },
      })
      if (status !== 200) throw new Error(`The record answered ${status}: ${text}`)
      records.push(...json.data)
      cursor = json.nextCursor ? `&cursor=${encodeURIComponent(json.nextCursor)}` : null
    }
    if (records.length >= count || attempt === 60) return records
    await delay(500)
  }
}
