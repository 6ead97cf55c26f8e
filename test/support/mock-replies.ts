import { readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { gate } from './gate.ts'
import type { Exchange, MockReply, ReceivedRequest } from './mock-provider.ts'

/** The bytes of a file in `test/fixtures/`. */
export function fixture(name: string): Buffer {
  return readFileSync(new URL(`../fixtures/${name}`, import.meta.url))
}

/** What the vendors send along with every reply; a gateway has to let some of it pass and keep the rest. */
const vendorHeaders: Readonly<Record<string, string | readonly string[]>> = {
  'x-request-id': 'req_mock_0001',
  'openai-processing-ms': '41',
  'openai-organization': 'org-behind-the-credential',
  'x-ratelimit-remaining-requests': '499',
  'set-cookie': ['__cf_bm=a-cookie-of-the-vendor; path=/; HttpOnly', 'second=cookie'],
  server: 'vendor-edge',
}

type Headers = Readonly<Record<string, string | readonly string[]>>

/** One whole body. A value is sent as JSON, bytes and text as they are. */
export function unary(
  body: unknown,
  { status = 200, headers = {} }: { status?: number; headers?: Headers } = {},
): MockReply {
  const bytes =
    Buffer.isBuffer(body) || typeof body === 'string' ? Buffer.from(body) : Buffer.from(JSON.stringify(body))
  return ({ response }) => {
    response.writeHead(status, {
      'content-type': 'application/json',
      'content-length': bytes.length,
      ...mutable(vendorHeaders),
      ...mutable(headers),
    })
    response.end(bytes)
  }
}

/** A stream of events, in the pieces in which it is given. */
export function stream(
  pieces: Buffer | string | readonly (Buffer | string)[],
  { status = 200, headers = {} }: { status?: number; headers?: Headers } = {},
): MockReply {
  const list = Buffer.isBuffer(pieces) || typeof pieces === 'string' ? [pieces] : pieces
  return async (exchange) => {
    startStream(exchange, status, headers)
    for (const piece of list) {
      exchange.response.write(piece)
      // Lets the piece leave on its own: what is written in one turn goes out as one.
      await setImmediate()
    }
    exchange.response.end()
  }
}

/** Cuts bytes into pieces of `size`. */
export function inPieces(bytes: Buffer, size: number): Buffer[] {
  const pieces: Buffer[] = []
  for (let start = 0; start < bytes.length; start += size) pieces.push(bytes.subarray(start, start + size))
  return pieces
}

/** Whole events, one each. */
export function eventsOf(bytes: Buffer): string[] {
  return bytes.toString('utf8').split(/(?<=\n\n)/)
}

/** The whole events that come before the one with `text` in it. */
export function eventsBefore(bytes: Buffer, text: string): string {
  const events = eventsOf(bytes)
  return events
    .slice(
      0,
      events.findIndex((event) => event.includes(text)),
    )
    .join('')
}

/** A stream that the test feeds piece by piece. */
export interface LiveStream {
  readonly reply: MockReply
  /** Resolves when the request is there and the head of the reply has been sent. */
  readonly started: Promise<Exchange>
  /** Resolves when the bytes were handed to the network. */
  send(bytes: Buffer | string): Promise<void>
  end(): Promise<void>
  cut(how: 'reset' | 'close'): Promise<void>
}

export function liveStream({ headers = {} }: { headers?: Headers } = {}): LiveStream {
  const started = gate<Exchange>()
  return {
    reply: (exchange) => {
      startStream(exchange, 200, headers)
      exchange.response.flushHeaders()
      started.open(exchange)
    },
    started: started.passed,
    send: async (bytes) => {
      const { response } = await started.passed
      await new Promise<void>((resolve) => response.write(bytes, () => resolve()))
    },
    end: async () => {
      const { response } = await started.passed
      response.end()
    },
    cut: async (how) => (await started.passed).cut(how),
  }
}

/** Answers nothing until the test opens the gate; then what the gate was given. */
export function heldReply(): {
  readonly reply: MockReply
  readonly arrived: Promise<Exchange>
  release(reply: MockReply): void
} {
  const arrived = gate<Exchange>()
  const released = gate<MockReply>()
  return {
    reply: async (exchange) => {
      arrived.open(exchange)
      await (await released.passed)(exchange)
    },
    arrived: arrived.passed,
    release: released.open,
  }
}

/** An error in the shape that the vendor of the path uses. */
export function vendorError(
  status: number,
  { message = 'The mock says no.', type, headers = {} }: { message?: string; type?: string; headers?: Headers } = {},
): MockReply {
  return (exchange) => {
    if (exchange.request.path.includes('enerateContent')) {
      const error = { code: status, message, status: type ?? 'INVALID_ARGUMENT' }
      return unary({ error }, { status, headers })(exchange)
    }
    const body = exchange.request.path.includes('/messages')
      ? { type: 'error', error: { type: type ?? anthropicType(status), message }, request_id: 'req_mock_0001' }
      : { error: { message, type: type ?? openAiType(status), param: null, code: null } }
    return unary(body, { status, headers })(exchange)
  }
}

/** https://docs.anthropic.com/en/api/errors */
function anthropicType(status: number): string {
  const types: Readonly<Record<number, string>> = {
    400: 'invalid_request_error',
    401: 'authentication_error',
    403: 'permission_error',
    404: 'not_found_error',
    413: 'request_too_large',
    429: 'rate_limit_error',
    529: 'overloaded_error',
  }
  return types[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error')
}

function openAiType(status: number): string {
  if (status === 429) return 'rate_limit_exceeded'
  return status >= 500 ? 'server_error' : 'invalid_request_error'
}

/** The whole reply that a vendor would send: by path, and by `stream` in the body. */
export function fixtureReply(request: ReceivedRequest): MockReply {
  const body = request.json
  const isStream = typeof body === 'object' && body !== null && 'stream' in body && body.stream === true
  if (request.path.includes(':streamGenerateContent')) return stream(fixture('gemini/generate-content.sse'))
  if (request.path.includes(':generateContent')) return unary(fixture('gemini/generate-content.json'))
  if (request.path.includes('/embeddings')) return unary(fixture('openai/embeddings.json'))
  const name = request.path.includes('/messages')
    ? 'anthropic/message'
    : request.path.includes('/responses')
      ? 'openai/response'
      : 'openai/chat-completion'
  return isStream ? stream(fixture(`${name}.sse`)) : unary(fixture(`${name}.json`))
}

function startStream({ response }: Exchange, status: number, headers: Headers): void {
  response.writeHead(status, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    ...mutable(vendorHeaders),
    ...mutable(headers),
  })
}

function mutable(headers: Headers): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  )
}
