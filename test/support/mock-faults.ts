import { gzipSync } from 'node:zlib'
import type { MockReply } from './mock-provider.ts'
import { unary } from './mock-replies.ts'

/** What providers, proxies before them and attackers at a mistyped base URL send instead of a reply. */

export const resetBeforeHeaders: MockReply = ({ cut }) => cut('reset')

export const closeBeforeHeaders: MockReply = ({ cut }) => cut('close')

export const resetInsideHeaders: MockReply = (exchange) =>
  raw('HTTP/1.1 200 OK\r\ncontent-type: application/js', 'reset')(exchange)

/** A head and a part of its body, then a TCP reset. */
export function resetInsideBody(body: Buffer | string, sent: number, contentType = 'application/json'): MockReply {
  const bytes = Buffer.from(body)
  return raw(
    Buffer.concat([
      Buffer.from(`HTTP/1.1 200 OK\r\ncontent-type: ${contentType}\r\ncontent-length: ${bytes.length}\r\n\r\n`),
      bytes.subarray(0, sent),
    ]),
    'reset',
  )
}

/** A chunked stream that is cut after `sent` bytes: with a reset, or with a close before the last chunk. */
export function cutStream(body: Buffer | string, sent: number, how: 'reset' | 'close'): MockReply {
  const bytes = Buffer.from(body).subarray(0, sent)
  return raw(
    Buffer.concat([
      Buffer.from(
        `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n${bytes.length.toString(16)}\r\n`,
      ),
      bytes,
      Buffer.from('\r\n'),
    ]),
    how,
  )
}

/** `Content-Length` says more (or less) than there is; then the connection closes. */
export function wrongContentLength(body: Buffer | string, difference: number): MockReply {
  const bytes = Buffer.from(body)
  return raw(
    Buffer.concat([
      Buffer.from(
        `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${bytes.length + difference}\r\n\r\n`,
      ),
      bytes,
    ]),
    'close',
  )
}

/** The connection is well, the JSON is not. */
export function halfJson(body: Buffer | string): MockReply {
  const bytes = Buffer.from(body)
  return unary(bytes.subarray(0, Math.floor(bytes.length / 2)))
}

export function htmlPage(status: number): MockReply {
  return unary(
    `<!DOCTYPE html><html><head><title>${status} Bad Gateway</title></head><body><center><h1>${status} Bad Gateway</h1></center><hr>proxy/1.25</body></html>`,
    { status, headers: { 'content-type': 'text/html; charset=utf-8' } },
  )
}

/** Compressed, although the gateway asks for `identity`. */
export function gzipped(body: Buffer | string): MockReply {
  return unary(gzipSync(body), { headers: { 'content-encoding': 'gzip' } })
}

/** A small body that unpacks to `unpackedBytes` of spaces inside a JSON object. */
export function gzipBomb(unpackedBytes: number): MockReply {
  return gzipped(Buffer.concat([Buffer.from('{"a":"'), Buffer.alloc(unpackedBytes, ' '), Buffer.from('"}')]))
}

/** Header bytes without end, as fast as the other side takes them. */
export const endlessHeader: MockReply = ({ socket }) => {
  socket.write('HTTP/1.1 200 OK\r\nx-padding: ')
  const padding = 'a'.repeat(8192)
  const more = (): void => {
    while (!socket.destroyed && socket.write(padding));
  }
  socket.on('drain', more)
  more()
}

/** A body without end. */
export const endlessBody: MockReply = ({ response }) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  const padding = ' '.repeat(65_536)
  const more = (): void => {
    while (!response.destroyed && response.write(padding));
  }
  response.on('drain', more)
  more()
}

/** One event without end. */
export const endlessEvent: MockReply = ({ response }) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write('data: {"choices":[{"index":0,"delta":{"content":"')
  const padding = 'a'.repeat(65_536)
  const more = (): void => {
    while (!response.destroyed && response.write(padding));
  }
  response.on('drain', more)
  more()
}

export function redirect(location: string, status = 307): MockReply {
  return unary('', { status, headers: { location } })
}

export const notHttp: MockReply = (exchange) => raw('220 mail.example.com ESMTP ready\r\n', 'close')(exchange)

/** Bytes on the socket, past the HTTP server. */
function raw(bytes: Buffer | string, then: 'reset' | 'close'): MockReply {
  return async ({ socket, cut }) => {
    await new Promise<void>((resolve) => socket.write(bytes, () => resolve()))
    cut(then)
  }
}
