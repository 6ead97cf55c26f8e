import { GatewayError } from '../../core/errors.ts'
import type { Connection, ResponseHandler } from './connection.ts'

export interface WholeRequest {
  /** A new connection to the URL's origin; it is for this request alone. */
  connect(): Connection
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** Absent for a GET. */
  readonly body?: string
  readonly maxReplyBytes: number
  /** For all of it. */
  readonly timeoutMs: number
  /** Whoever asked has left. */
  readonly signal?: AbortSignal | undefined
}

export interface WholeReply {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** One request beside the calls, and its whole reply. Rejects with a `GatewayError`, or with a fault of the connection as it is. */
export async function requestWhole(request: WholeRequest): Promise<WholeReply> {
  const { connect, maxReplyBytes, timeoutMs, signal } = request
  signal?.throwIfAborted()
  const bytes = Buffer.from(request.body ?? '')
  const head = headText(request, bytes.length)
  return await new Promise((resolve, reject) => {
    const connection = connect()
    let status = 0
    let headers: WholeReply['headers'] = {}
    let size = 0
    const chunks: Buffer[] = []
    const timer = setTimeout(
      () => connection.abort(new GatewayError('upstream_timeout', `No whole reply came within ${timeoutMs} ms.`)),
      timeoutMs,
    )
    const leave = (): void =>
      connection.abort(new GatewayError('client_closed', 'Nobody waits for the reply any more.'))
    signal?.addEventListener('abort', leave, { once: true })
    const over = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', leave)
    }
    const handler: ResponseHandler = {
      onHead(receivedStatus, receivedHeaders) {
        status = receivedStatus
        headers = receivedHeaders
      },
      onData(chunk) {
        size += chunk.length
        if (size > maxReplyBytes) {
          throw new GatewayError('upstream_reply_too_large', `The reply has more than ${maxReplyBytes} bytes.`)
        }
        chunks.push(chunk)
      },
      onEnd() {
        over()
        resolve({ status, headers, body: Buffer.concat(chunks) })
      },
      onError(fault) {
        over()
        reject(fault)
      },
    }
    connection.send(head, bytes, handler)
  })
}

function headText({ method, url, headers, body }: WholeRequest, length: number): string {
  const lines = Object.entries({
    host: url.host,
    'user-agent': 'portcullis',
    'accept-encoding': 'identity',
    ...headers,
    ...(body === undefined ? {} : { 'content-length': String(length) }),
  })
  const text = [`${method} ${url.pathname}${url.search} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`)]
  // A line break in an option or a credential would be a second header, or a second request.
  if (text.some((line) => !/^[\t\x20-\x7e]*$/.test(line))) {
    throw new GatewayError('upstream_unauthorized', 'The request would hold characters that no HTTP header can carry.')
  }
  return `${text.join('\r\n')}\r\n\r\n`
}
