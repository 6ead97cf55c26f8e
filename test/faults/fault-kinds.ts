import {
  closeBeforeHeaders,
  cutStream,
  halfJson,
  htmlPage,
  notHttp,
  resetBeforeHeaders,
  resetInsideBody,
  resetInsideHeaders,
  wrongContentLength,
} from '../support/mock-faults.ts'
import type { MockReply } from '../support/mock-provider.ts'
import { stream, unary, vendorError } from '../support/mock-replies.ts'
import { type Answer, formatOf } from './answers.ts'

/** What goes wrong with one request. `of`: what would have been the answer. */
export interface Fault {
  readonly id: string
  /** Which requests it can happen to. */
  readonly to: 'any' | 'unary' | 'stream'
  reply(of: Answer): MockReply
}

const dripMs = 20
/** In turn, as vendors tell how long to stay away. */
const waits: readonly (() => Readonly<Record<string, string>>)[] = [
  () => ({ 'retry-after': '1' }),
  () => ({ 'retry-after-ms': '150' }),
  () => ({ 'retry-after': new Date(Date.now() + 1000).toUTCString() }),
  () => ({}),
]

const silence: MockReply = () => undefined
const bodyOf = (path: string, answer: Answer): string => JSON.stringify(formatOf(path).body(answer))
const headOf = (path: string, answer: Answer): string => formatOf(path).events(answer).head.join('')

/** A reply that depends on the wire format of the path. */
const byPath =
  (make: (path: string, of: Answer) => MockReply) =>
  (of: Answer): MockReply =>
  (exchange) =>
    make(exchange.request.path, of)(exchange)

export const rateLimited: Fault = {
  id: '429 in bursts, with each form of Retry-After',
  to: 'any',
  reply: () => (exchange) => {
    const wait = waits[exchange.request.body.length % waits.length]
    return vendorError(429, { headers: wait?.() ?? {} })(exchange)
  },
}

export const requestFaults: readonly Fault[] = [
  { id: 'reset before headers', to: 'any', reply: () => resetBeforeHeaders },
  { id: 'closed before headers', to: 'any', reply: () => closeBeforeHeaders },
  { id: 'reset inside headers', to: 'any', reply: () => resetInsideHeaders },
  { id: 'stalled before headers', to: 'any', reply: () => silence },
  {
    id: 'stalled inside headers',
    to: 'any',
    reply:
      () =>
      ({ socket }) =>
        void socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/js'),
  },
  { id: 'not HTTP', to: 'any', reply: () => notHttp },
  { id: 'HTML with 200', to: 'any', reply: () => htmlPage(200) },
  { id: 'HTML with 502', to: 'any', reply: () => htmlPage(502) },
  ...[500, 503, 529].map((status): Fault => ({ id: String(status), to: 'any', reply: () => vendorError(status) })),
  rateLimited,
  { id: 'half a JSON', to: 'unary', reply: byPath((path, of) => halfJson(bodyOf(path, of))) },
  { id: 'length too long', to: 'unary', reply: byPath((path, of) => wrongContentLength(bodyOf(path, of), 20)) },
  { id: 'length too short', to: 'unary', reply: byPath((path, of) => wrongContentLength(bodyOf(path, of), -20)) },
  { id: 'reset inside body', to: 'unary', reply: byPath((path, of) => resetInsideBody(bodyOf(path, of), 80)) },
  {
    id: 'stalled inside body',
    to: 'unary',
    reply: byPath((path, of) => ({ response }) => {
      const body = Buffer.from(bodyOf(path, of))
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
      response.write(body.subarray(0, 80))
    }),
  },
  { id: 'slow drip of a body', to: 'unary', reply: byPath((path, of) => drip('application/json', bodyOf(path, of))) },
  { id: 'error as the first event', to: 'stream', reply: byPath((path) => stream(formatOf(path).errorEvent)) },
  {
    id: 'error before content',
    to: 'stream',
    reply: byPath((path, of) => stream([...formatOf(path).events(of).head, formatOf(path).errorEvent])),
  },
  { id: 'end before content', to: 'stream', reply: byPath((path, of) => stream(headOf(path, of))) },
  { id: 'reset inside stream', to: 'stream', reply: byPath((path, of) => cutHead(path, of, 'reset')) },
  { id: 'closed inside stream', to: 'stream', reply: byPath((path, of) => cutHead(path, of, 'close')) },
  { id: 'stalled before the first event', to: 'stream', reply: byPath(() => stalledStream('')) },
  { id: 'stalled inside stream', to: 'stream', reply: byPath((path, of) => stalledStream(headOf(path, of))) },
  {
    id: 'slow drip of a stream',
    to: 'stream',
    reply: byPath((path, of) => drip('text/event-stream', headOf(path, of))),
  },
]

/** After content has left, a call can go nowhere else. */
export const lateFaults: readonly Fault[] = [
  { id: 'reset after content', to: 'stream', reply: byPath((path, of) => cutContent(path, of, 'reset')) },
  { id: 'closed after content', to: 'stream', reply: byPath((path, of) => cutContent(path, of, 'close')) },
  { id: 'stalled after content', to: 'stream', reply: byPath((path, of) => stalledStream(begun(path, of))) },
  {
    id: 'error after content',
    to: 'stream',
    reply: byPath((path, of) => stream([begun(path, of), formatOf(path).errorEvent])),
  },
]

function begun(path: string, of: Answer): string {
  const { head, rest } = formatOf(path).events(of)
  return [...head, ...rest.slice(0, 2)].join('')
}

function cutHead(path: string, of: Answer, how: 'reset' | 'close'): MockReply {
  return cutStream(headOf(path, of), headOf(path, of).length, how)
}

function cutContent(path: string, of: Answer, how: 'reset' | 'close'): MockReply {
  return cutStream(begun(path, of), begun(path, of).length, how)
}

function stalledStream(text: string): MockReply {
  return ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    if (text !== '') response.write(text)
  }
}

/** One byte at a time, for longer than anybody waits. */
function drip(contentType: string, text: string): MockReply {
  return ({ response }) => {
    const bytes = Buffer.from(text)
    response.writeHead(200, { 'content-type': contentType })
    let sent = 0
    const timer = setInterval(() => {
      if (sent < bytes.length) response.write(bytes.subarray(sent, ++sent))
    }, dripMs)
    response.once('close', () => clearInterval(timer))
  }
}

/** A whole answer. */
export function wholeReply(of: Answer, isStream: boolean): MockReply {
  return byPath((path) => {
    const { head, rest } = formatOf(path).events(of)
    return isStream ? stream([...head, ...rest]) : unary(formatOf(path).body(of))
  })(of)
}

/** What goes wrong with a connection over TLS before there is a request. */
export const connectionFaults = [
  'reset at once',
  'TLS cut',
  'TLS stalled',
  'TLS not trusted',
  'TLS for another host',
] as const
export type ConnectionFault = (typeof connectionFaults)[number]
