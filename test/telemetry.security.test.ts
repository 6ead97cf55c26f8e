import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { compileConfig } from '../src/server/config/compile.ts'
import { configOutline } from '../src/server/config/outline.ts'
import type { Json } from './support/client.ts'
import { startCollector } from './support/collector/collector.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function beds(answer: Parameters<typeof startCollector>[0], telemetry: Json = {}, location = '') {
  const collector = await startCollector(answer, location)
  closers.push(collector.close)
  const gateway = await startTestGateway({
    config: {
      telemetry: {
        endpoint: collector.httpUrl,
        allowPrivateNetwork: true,
        timeoutMs: 300,
        signals: ['traces'],
        ...telemetry,
      },
    },
  })
  closers.push(gateway.close)
  return { collector, gateway }
}

async function ask(gateway: TestGateway): Promise<Json> {
  const body = { model: 'demo/echo', messages: [{ role: 'user', content: 'hidden words' }] }
  return await gateway.call(await gateway.post('/v1/chat/completions', body, {}))
}

async function dropped(gateway: TestGateway, wanted: number): Promise<string> {
  for (const until = Date.now() + 15_000; Date.now() < until; ) {
    const { text } = await gateway.control('/metrics')
    // Counts of one export may come in two messages of the thread that sends.
    const isTold = text.includes('portcullis_telemetry_calls_waiting 0\n')
    if (isTold && text.includes(`portcullis_telemetry_calls_dropped_total ${wanted}\n`)) return text
  }
  throw new Error('the drop was not counted')
}

describe('a collector', () => {
  it.each(['hang', 'refuse'] as const)(
    'that does this changes no call, and what it does not take is counted: %s',
    async (answer) => {
      const { gateway } = await beds(answer)
      for (let call = 0; call < 3; call++) expect(await ask(gateway)).toMatchObject({ status: 200 })
      const text = await dropped(gateway, 3)
      expect(text).toContain('portcullis_telemetry_calls_waiting 0\n')
      expect(text).toContain('portcullis_telemetry_calls_sent_total 0\n')
      expect((await gateway.get('/readyz')).status).toBe(200)
    },
  )

  it('that is elsewhere now is not followed: a redirect leads nowhere, and takes no header along', async () => {
    const visits: unknown[] = []
    const elsewhere = createServer((request, response) => {
      visits.push(request.headers)
      response.end()
    })
    await new Promise<void>((listening) => elsewhere.listen(0, '127.0.0.1', listening))
    closers.push(() => new Promise((closed) => void elsewhere.close(() => closed())))
    const { port } = elsewhere.address() as AddressInfo
    const { gateway } = await beds(
      'redirect',
      { headers: { 'x-key': 'of-the-collector' } },
      `http://127.0.0.1:${port}/`,
    )
    await ask(gateway)
    await dropped(gateway, 1)
    expect(visits).toEqual([])
  })

  it('gets nothing of what was said, nor of what went wrong in words, where content is off', async () => {
    const { collector, gateway } = await beds('take', { timeoutMs: 5000, conventions: 'both' })
    const { id } = await ask(gateway)
    await gateway.post('/v1/chat/completions', {
      model: 'demo/error-400',
      messages: [{ role: 'user', content: 'hidden words' }],
    })
    await collector.until(() =>
      collector.spans().some(({ attributes }) => attributes['portcullis.call.id'] === id) ? id : undefined,
    )
    await collector.until(() =>
      collector.spans().filter(({ name }) => name === 'chat demo/error-400').length > 0 ? id : undefined,
    )
    expect(JSON.stringify(collector.exports)).not.toMatch(/hidden words|\[demo\]/)
    expect(JSON.stringify(collector.exports)).not.toContain(gateway.key)
  })

  it('is told a key that is kept elsewhere, and nobody else is', async () => {
    const { collector, gateway } = await beds('take', {
      timeoutMs: 5000,
      headers: { authorization: 'env:PORTCULLIS_ADMIN_TOKEN' },
    })
    await ask(gateway)
    const [line] = await collector.until(() => (collector.exports.length > 0 ? collector.exports : undefined))
    expect(line?.headers.authorization).toBe(gateway.adminToken)
    const { text } = await gateway.control('/api/v1/config')
    expect(text).toContain('env:PORTCULLIS_ADMIN_TOKEN')
    expect(text).not.toContain(gateway.adminToken)
  })
})

describe('the configuration', () => {
  const compiled = (telemetry: Json, environment: NodeJS.ProcessEnv = {}) =>
    compileConfig(JSON.stringify({ telemetry }), [], environment)
  const faults = (telemetry: Json, environment: NodeJS.ProcessEnv = {}): string =>
    compiled(telemetry, environment)
      .faults.map(({ message }) => message)
      .join()
  const settings = (telemetry: Json, environment: NodeJS.ProcessEnv) => {
    const result = compiled(telemetry, environment)
    return 'config' in result ? result.config.telemetry : undefined
  }

  it.each([
    [{ endpoint: 'http://127.0.0.1:4318' }, 'allowPrivateNetwork'],
    [{ endpoint: 'http://10.0.0.7:4318' }, 'allowPrivateNetwork'],
    [{ endpoint: 'http://169.254.169.254/', allowPrivateNetwork: true }, 'never allowed'],
    [{ endpoint: 'http://metadata.google.internal/', allowPrivateNetwork: true }, 'never allowed'],
    [{ endpoint: 'file:///etc/passwd' }, 'must start with https:// or http://'],
    [{ endpoint: 'https://user:word@example.com' }, 'user name or password'],
    [{ endpoint: 'https://example.com', headers: { 'a\r\nb': 'x' } }, 'is not valid'],
    [{ endpoint: 'https://example.com', headers: { a: 'x\r\nb: c' } }, 'visible ASCII'],
    [{ endpoint: 'https://example.com', headers: { a: 'vault:none' } }, 'needs mount'],
  ])('refuses %j', (telemetry, words) => {
    expect(faults(telemetry)).toContain(words)
  })

  it('sends what a variable holds to no address of the file', () => {
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318/',
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=of%20the%20shell,other=x',
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://localhost:9999/own/path',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_TIMEOUT: '1234',
      OTEL_SERVICE_NAME: 'gate',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,service.name=lost',
    }
    expect(settings({ endpoint: 'https://example.com' }, environment)?.traces).toMatchObject({
      url: 'https://example.com/v1/traces',
      headers: {},
      allowPrivateNetwork: false,
    })
    expect(settings({}, environment)).toMatchObject({
      traces: {
        url: 'http://localhost:4318/v1/traces',
        headers: { 'api-key': 'of the shell', other: 'x' },
        protocol: 'http/json',
        timeoutMs: 1234,
      },
      metrics: { url: 'http://localhost:9999/own/path', protocol: 'http/protobuf' },
      resource: { 'service.name': 'gate', 'deployment.environment.name': 'test' },
      sendsContent: false,
    })
    expect(settings({}, { ...environment, OTEL_TRACES_EXPORTER: 'none' })).not.toHaveProperty('traces')
    expect(settings({}, { ...environment, OTEL_SDK_DISABLED: 'true' })).toBeUndefined()
    expect(settings({}, {})).toBeUndefined()
  })

  it('is compared without the values of headers, whatever they are called', () => {
    const text = JSON.stringify({ telemetry: { headers: { 'x-honeycomb-team': 'a-credential' } } })
    expect(JSON.stringify(configOutline(text, 'hash'))).not.toContain('a-credential')
  })
})
