import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { type Collector, startCollector } from './support/collector/collector.ts'
import { type GatewayOptions, startTestGateway, type TestGateway } from './support/gateway.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function collectorOf(tls = ''): Promise<Collector> {
  const collector = await startCollector('take', '', tls)
  closers.push(collector.close)
  return collector
}

async function gatewayOf(options: GatewayOptions): Promise<TestGateway> {
  const gateway = await startTestGateway(options)
  closers.push(gateway.close)
  return gateway
}

async function ask(gateway: TestGateway): Promise<Json> {
  const body = { model: 'demo/echo', messages: [{ role: 'user', content: 'Hello' }] }
  return await gateway.call(await gateway.post('/v1/chat/completions', body))
}

const has = (collector: Collector, { id }: Json): boolean =>
  collector.spans().some(({ attributes }) => attributes['portcullis.call.id'] === id)

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 15_000; Date.now() < end; await pause(5)) if (await condition()) return
  throw new Error('it did not come to that')
}

/** Asks until a call is told to this collector: a change of the file is seen a moment after it is made. */
const isToldTo = (collector: Collector, gateway: TestGateway): Promise<void> =>
  until(async () => {
    await ask(gateway)
    return collector.spans().length > 0
  })

const metric = async (gateway: TestGateway, name: string): Promise<number | undefined> => {
  const { text } = await gateway.control('/metrics')
  const found = new RegExp(`^portcullis_telemetry_calls_${name} (\\d+)$`, 'm').exec(text)?.[1]
  return found === undefined ? undefined : Number(found)
}

const telemetry = { allowPrivateNetwork: true, signals: ['traces'], timeoutMs: 1000 }
const withTelemetry = (gateway: TestGateway, more: object): Promise<void> =>
  gateway.configure({
    keys: [{ id: 'team-a', key: gateway.key, workspace: 'default' }],
    catalog: { discover: 'off' },
    ...more,
  })

describe('a change of the file', () => {
  it('leads to another collector by another protocol, to none, and back', async () => {
    const [first, second] = [await collectorOf(), await collectorOf()]
    const gateway = await gatewayOf({ config: { telemetry: { ...telemetry, endpoint: first.httpUrl } } })
    await isToldTo(first, gateway)
    await withTelemetry(gateway, { telemetry: { ...telemetry, endpoint: second.grpcUrl, protocol: 'grpc' } })
    await isToldTo(second, gateway)
    const moved = await ask(gateway)
    await until(() => has(second, moved))
    expect(has(first, moved)).toBe(false)
    await withTelemetry(gateway, {})
    await until(async () => (await metric(gateway, 'sent_total')) === undefined)
    const untold = await ask(gateway)
    await withTelemetry(gateway, { telemetry: { ...telemetry, endpoint: first.httpUrl } })
    await until(async () => (await metric(gateway, 'sent_total')) !== undefined)
    const last = await ask(gateway)
    await until(() => has(first, last))
    expect([has(first, untold), has(second, untold), has(second, last)]).toEqual([false, false, false])
  })

  it.each(['http/protobuf', 'grpc'] as const)(
    'of a certificate takes effect, and a collector that nobody vouches for is told nothing: %s',
    async (protocol) => {
      const collector = await collectorOf('localhost')
      const pem = (name: string): string => join(import.meta.dirname, `fixtures/tls/${name}.pem`)
      const gateway = await gatewayOf({})
      const ca = join(gateway.directory, 'ca.pem')
      const endpoint = protocol === 'grpc' ? collector.grpcUrl.replace('127.0.0.1', 'localhost') : collector.httpUrl
      const parts = { telemetry: { ...telemetry, endpoint, protocol, tls: { ca } } }
      await copyFile(pem('untrusted'), ca)
      await withTelemetry(gateway, parts)
      await until(async () => (await metric(gateway, 'sent_total')) === 0)
      expect(await ask(gateway)).toMatchObject({ status: 200 })
      await until(async () => (await metric(gateway, 'dropped_total')) === 1)
      expect(collector.exports).toEqual([])
      await copyFile(pem('localhost'), ca)
      await withTelemetry(gateway, { ...parts, demo: true })
      await isToldTo(collector, gateway)
      // A file that is damaged: nothing goes out rather than to somebody else.
      await writeFile(ca, 'no certificate')
      await withTelemetry(gateway, parts)
      await until(async () => (await metric(gateway, 'sent_total')) === undefined)
      expect(await ask(gateway)).toMatchObject({ status: 200 })
    },
  )

  it('is not held up by a collector that never answers', async () => {
    const [hanging, good] = [await startCollector('hang'), await collectorOf()]
    closers.push(hanging.close)
    const slow = { ...telemetry, timeoutMs: 60_000 }
    const gateway = await gatewayOf({ config: { telemetry: { ...slow, endpoint: hanging.httpUrl } } })
    await ask(gateway)
    await hanging.until(() => hanging.exports[0])
    await withTelemetry(gateway, { telemetry: { ...slow, endpoint: good.httpUrl } })
    await isToldTo(good, gateway)
  })

  it('is not needed for variables: the certificate of OpenTelemetry counts over HTTP too', async () => {
    const collector = await collectorOf('localhost')
    const gateway = await gatewayOf({
      environment: {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.httpUrl,
        OTEL_EXPORTER_OTLP_CERTIFICATE: join(import.meta.dirname, 'fixtures/tls/localhost.pem'),
      },
    })
    await isToldTo(collector, gateway)
  })
})

it.each(['http/protobuf', 'grpc'] as const)(
  'a collector that is away for a moment is told all the same: %s',
  async (protocol) => {
    const collector = await startCollector('stumble')
    closers.push(collector.close)
    const endpoint = protocol === 'grpc' ? collector.grpcUrl : collector.httpUrl
    const gateway = await gatewayOf({ config: { telemetry: { ...telemetry, timeoutMs: 10_000, endpoint, protocol } } })
    await until(async () => (await metric(gateway, 'sent_total')) === 0)
    const call = await ask(gateway)
    await until(() => has(collector, call))
    await until(async () => (await metric(gateway, 'sent_total')) === 1)
    expect(await metric(gateway, 'dropped_total')).toBe(0)
  },
)

describe('the thread that sends', () => {
  it('dies without harm to calls, and another goes on where it was', async () => {
    const threads: Worker[] = []
    const note = (worker: Worker): void => {
      if (worker.threadName === 'telemetry-thread') threads.push(worker)
    }
    process.on('worker', note)
    closers.push(async () => void process.off('worker', note))
    const collector = await collectorOf()
    const gateway = await gatewayOf({ config: { telemetry: { ...telemetry, endpoint: collector.httpUrl } } })
    await isToldTo(collector, gateway)
    expect(threads).toHaveLength(1)
    await threads[0]?.terminate()
    const meanwhile = [await ask(gateway), await ask(gateway), await ask(gateway)]
    expect(meanwhile.map(({ status }) => status)).toEqual([200, 200, 200])
    expect((await gateway.get('/readyz')).status).toBe(200)
    await until(() => threads.length === 2)
    const after = await ask(gateway)
    // Those of the time between are held for the next thread.
    await until(() => [...meanwhile, after].every((call) => has(collector, call)))
    await until(async () => (await metric(gateway, 'waiting')) === 0)
  })
})
