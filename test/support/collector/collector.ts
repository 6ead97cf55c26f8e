import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Json } from '../client.ts'

export interface Collector {
  readonly httpUrl: string
  readonly grpcUrl: string
  /** All lines so far: one for each export. */
  readonly exports: readonly Json[]
  /** All spans that were taken so far, with plain attributes. */
  spans(): readonly Json[]
  /** Resolves as soon as it gives something. Rejects after ten seconds. */
  until<T>(look: () => T | undefined): Promise<T>
  close(): Promise<void>
}

/** `hang` never answers, `refuse` answers with 400, `stumble` takes nothing at the first export of a signal, `redirect` leads to `location`. `tls`: which certificate of `fixtures/tls` it shows. */
export async function startCollector(
  answer: 'take' | 'hang' | 'refuse' | 'stumble' | 'redirect' = 'take',
  location = '',
  tls = '',
): Promise<Collector> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'collector-process.ts'), answer, location, tls], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const scheme = tls === '' ? 'http' : 'https'
  const exports: Json[] = []
  const listeners = new Set<() => void>()
  const { promise: started, resolve } = Promise.withResolvers<Json>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message: Json = JSON.parse(line)
    if ('httpPort' in message) return resolve(message)
    exports.push(message)
    for (const listener of listeners) listener()
  })
  const { httpPort, grpcPort } = await started
  return {
    httpUrl: `${scheme}://127.0.0.1:${httpPort}`,
    grpcUrl: `${scheme}://127.0.0.1:${grpcPort}`,
    exports,
    spans: () => exports.filter(({ signal }) => signal === 'traces').flatMap(({ body }) => spansIn(body)),
    until: (look) =>
      new Promise((found, reject) => {
        const stop = (): void => {
          clearTimeout(timer)
          listeners.delete(check)
        }
        const check = (): void => {
          const value = look()
          if (value === undefined) return
          stop()
          found(value)
        }
        const timer = setTimeout(() => {
          stop()
          reject(new Error(`the collector has only ${JSON.stringify(exports).slice(0, 4000)}`))
        }, 10_000)
        listeners.add(check)
        check()
      }),
    async close() {
      const ended = new Promise((next) => child.once('exit', next))
      child.kill('SIGKILL')
      await ended
    },
  }
}

function spansIn(body: Json): readonly Json[] {
  return (body.resourceSpans ?? []).flatMap(({ resource, scopeSpans }: Json) =>
    scopeSpans.flatMap(({ spans }: Json) =>
      spans.map((span: Json) => ({
        ...span,
        traceId: hex(span.traceId),
        spanId: hex(span.spanId),
        parentSpanId: hex(span.parentSpanId),
        resource: attributesOf(resource.attributes),
        attributes: attributesOf(span.attributes),
      })),
    ),
  )
}

/** JSON has ids in hexadecimal, and protobuf as bytes, which are read as base64. */
function hex(id: string | undefined): string | undefined {
  if (id === undefined || id === '') return undefined
  return /^(?:[\da-f]{16}|[\da-f]{32})$/.test(id) ? id : Buffer.from(id, 'base64').toString('hex')
}

export function attributesOf(attributes: readonly Json[] = []): Json {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]))
}

function plain(value: Json): unknown {
  if ('arrayValue' in value) return value.arrayValue.values.map(plain)
  const [only] = Object.values(value)
  return 'intValue' in value ? Number(only) : only
}
