import type { TokenReply } from '../../core/credential.ts'
import { GatewayError } from '../../core/errors.ts'
import type { Connection, ResponseHandler } from './connection.ts'
import { networkError } from './network-error.ts'

export interface AskOptions {
  /** A new connection to the URL's origin; it is for this request alone. */
  connect(): Connection
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly maxReplyBytes: number
  /** For all of it. */
  readonly timeoutMs: number
}

/** One small POST to a token endpoint, and its whole reply. Rejects with a `GatewayError`. */
export async function ask(options: AskOptions): Promise<TokenReply> {
  const { connect, url, headers, body, maxReplyBytes, timeoutMs } = options
  const bytes = Buffer.from(body)
  const head = headText(url, { ...headers, 'content-length': String(bytes.length) })
  return await new Promise((resolve, reject) => {
    const connection = connect()
    let status = 0
    let size = 0
    const chunks: Buffer[] = []
    const timer = setTimeout(
      () => connection.abort(new GatewayError('upstream_timeout', `No whole reply came within ${timeoutMs} ms.`)),
      timeoutMs,
    )
    const handler: ResponseHandler = {
      onHead(received) {
        status = received
      },
      onData(chunk) {
        size += chunk.length
        if (size > maxReplyBytes) {
          throw new GatewayError('upstream_reply_too_large', `The reply has more than ${maxReplyBytes} bytes.`)
        }
        chunks.push(chunk)
      },
      onEnd() {
        clearTimeout(timer)
        resolve({ status, body: Buffer.concat(chunks).toString('utf8') })
      },
      onError(fault) {
        clearTimeout(timer)
        reject(endpointError(fault))
      },
    }
    connection.send(head, bytes, handler)
  })
}

function endpointError(fault: Error): GatewayError {
  if (fault instanceof GatewayError) return fault
  // Only the code: the sentence speaks of the provider.
  const { code } = networkError(fault, '')
  const name = 'code' in fault ? String(fault.code) : ''
  return new GatewayError(
    code === 'upstream_reset' ? 'upstream_unreachable' : code,
    `The token endpoint cannot be reached, or broke off${/^[A-Z][A-Z0-9_]*$/.test(name) ? ` (${name})` : ''}.`,
  )
}

function headText(url: URL, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({
    host: url.host,
    'user-agent': 'portcullis',
    'accept-encoding': 'identity',
    ...headers,
  })
  const text = [`POST ${url.pathname}${url.search} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`)]
  // A line break in an option or a credential would be a second header, or a second request.
  if (text.some((line) => !/^[\t\x20-\x7e]*$/.test(line))) {
    throw new GatewayError('upstream_unauthorized', 'The request would hold characters that no HTTP header can carry.')
  }
  return `${text.join('\r\n')}\r\n\r\n`
}
