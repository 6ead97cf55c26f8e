import type { Readable } from 'node:stream'
import type { JsonObject } from '../../core/json.ts'
import { CallLifetime } from '../../core/lifetime.ts'
import type { Principal } from '../../core/registry.ts'
import type { Exchange } from '../http/exchange.ts'
import { bodyTimeout, type CallHandling } from './handle-call.ts'
import type { Found } from './path-table.ts'
import { checkBodyHeaders, parseBody, readBody } from './read-body.ts'
import type { Runtime } from './runtime.ts'

/** What is done at a path, by method. */
export type Resource = Readonly<Record<string, ResourceHandler>>
export type ResourceHandler = (call: ResourceCall) => ResourceReply | Promise<ResourceReply>

export interface ResourceCall {
  readonly principal: Principal
  /** As the path names it; empty where it names none. */
  readonly id: string
  readonly query: URLSearchParams
  json(): Promise<JsonObject>
  form(): Promise<{ readonly bytes: Buffer; readonly contentType: string }>
}

export type ResourceReply = { readonly json: JsonObject } | StreamReply

interface StreamReply {
  readonly stream: Readable
  readonly contentType: string
}

/** Answers from what the gateway keeps for a caller with a key. Rejects with the fault. */
export async function serveResource(
  exchange: Exchange,
  { item, model: id = '' }: Found<Resource>,
  runtime: Runtime,
  { concurrency, deadlines }: Pick<CallHandling, 'concurrency' | 'deadlines'>,
): Promise<void> {
  const { limits } = runtime
  const lifetime = new CallLifetime()
  let leave: (() => void) | undefined
  let stream: Readable | undefined
  exchange.onOver = () => {
    deadlines.delete(lifetime)
    leave?.()
    stream?.destroy()
  }
  const { id: key, workspace, models } = runtime.authenticate(exchange.headers)
  leave = concurrency.enter(key, limits)
  deadlines.set(lifetime, limits.bodyTimeoutMs, () => bodyTimeout(limits))
  const body = (kind: 'json' | 'multipart'): Promise<Buffer> => {
    checkBodyHeaders(exchange, limits.maxBodyBytes, kind)
    return readBody(exchange, limits.maxBodyBytes, lifetime)
  }
  const handler = item[exchange.method]
  const reply = await handler?.({
    principal: { key, workspace, models },
    id,
    query: new URL(exchange.url, 'http://gateway').searchParams,
    json: async () => parseBody(await body('json')).json,
    form: async () => ({ bytes: await body('multipart'), contentType: exchange.headers['content-type'] ?? '' }),
  })
  deadlines.delete(lifetime)
  if (reply === undefined) return
  if ('json' in reply) {
    exchange.reply(200, ['content-type', 'application/json'], Buffer.from(JSON.stringify(reply.json)))
    return
  }
  stream = reply.stream
  sendStream(exchange, reply)
}

/** A slow reader holds the file back. One that cannot be read to its end cuts the connection: what came must not pass for all of it. */
function sendStream(exchange: Exchange, { stream, contentType }: StreamReply): void {
  exchange.begin(200, ['content-type', contentType])
  stream.on('data', (chunk: Buffer) => {
    if (exchange.write(chunk)) return
    stream.pause()
    exchange.onDrain = () => stream.resume()
  })
  stream.on('end', () => exchange.end())
  stream.on('error', () => exchange.destroy())
}
