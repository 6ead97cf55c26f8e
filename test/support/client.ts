import { once } from 'node:events'
import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'

/** A reply as it came over the wire. */
export interface WireReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  readonly text: string
  /** The body, parsed. */
  readonly json: Json
}

/** Parsed JSON whose shape the test's expectations check. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads what it then compares; a wrong path fails its expectation.
export type Json = any

export interface PostOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly method?: string
}

/** Sends one request with exactly these bytes and headers, on a connection of its own, and reads the whole reply. */
export async function post(url: string, body: unknown, options: PostOptions = {}): Promise<WireReply> {
  const { response } = await open(url, body, options)
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return wireReply(response, Buffer.concat(chunks))
}

/** A reply that the test reads as it comes. */
export interface ReadingClient {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** All that has come so far. */
  readonly received: Buffer
  /** Resolves as soon as `text` has come; rejects when the reply ends without it. */
  until(text: string): Promise<void>
  /** Resolves with the whole body; rejects when the connection was cut before its end. */
  whole(): Promise<Buffer>
  /** Stops reading, so that the sender meets back-pressure. */
  pause(): void
  resume(): void
  /** Goes away. */
  abort(): void
}

export async function openStream(url: string, body: unknown, options: PostOptions = {}): Promise<ReadingClient> {
  const { request, response } = await open(url, body, options)
  let received: Buffer = Buffer.alloc(0)
  response.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
  })
  const ended = Promise.withResolvers<Buffer>()
  ended.promise.catch(() => undefined)
  response.on('end', () => ended.resolve(received))
  response.on('error', (fault) => ended.reject(fault))
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    get received() {
      return received
    },
    until: async (text) => {
      while (!received.includes(text)) {
        const next = await Promise.race([once(response, 'data'), ended.promise])
        if (Buffer.isBuffer(next) && !received.includes(text)) throw new Error(`the reply ended without ${text}`)
      }
    },
    whole: () => ended.promise,
    pause: () => void response.pause(),
    resume: () => void response.resume(),
    abort: () => void request.destroy(),
  }
}

async function open(
  url: string,
  body: unknown,
  { headers = {}, method = 'POST' }: PostOptions,
): Promise<{ request: ClientRequest; response: IncomingMessage }> {
  const bytes = body === undefined || Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body)
  const request = httpRequest(url, {
    method,
    agent: new Agent({ keepAlive: false }),
    headers: { ...(bytes === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
  })
  // A server may answer and close before it has read all of a body that it refuses.
  request.on('error', () => undefined)
  const answered = once(request, 'response')
  request.end(bytes)
  const [response] = await answered
  return { request, response }
}

function wireReply(response: IncomingMessage, body: Buffer): WireReply {
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    rawHeaders: response.rawHeaders,
    body,
    get text() {
      return body.toString('utf8')
    },
    get json() {
      return JSON.parse(body.toString('utf8'))
    },
  }
}

/** Sends `count` chunks without a length, as far as the server takes them, and reads the reply. */
export async function chunkedPost(url: string, key: string, chunk: Buffer, count: number): Promise<WireReply> {
  const request = httpRequest(url, {
    method: 'POST',
    agent: new Agent({ keepAlive: false }),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
  })
  request.on('error', () => undefined)
  const answered = once(request, 'response')
  for (let sent = 0; sent < count; sent++) request.write(chunk)
  request.end()
  const [response] = await answered
  const chunks: Buffer[] = []
  for await (const part of response) chunks.push(part)
  return wireReply(response, Buffer.concat(chunks))
}

/** Sends a request and goes away when told to, without waiting for a reply. */
export async function leave(
  url: string,
  body: unknown,
  headers: PostOptions['headers'],
  when: Promise<void>,
): Promise<void> {
  const request = httpRequest(url, {
    method: 'POST',
    agent: new Agent({ keepAlive: false }),
    headers: { 'content-type': 'application/json', ...headers },
  })
  request.on('error', () => undefined)
  request.end(JSON.stringify(body))
  await when
  const closed = new Promise((resolve) => request.once('close', resolve))
  request.destroy()
  await closed
}
