import { type WebSocket, WebSocketServer } from 'ws'
import { GatewayError } from '../../core/errors.ts'
import type { Exchange } from '../http/exchange.ts'

/** `Sec-WebSocket-Protocol` in which a browser, which can send no headers, presents its key (OpenAI's own convention). */
const keyProtocol = 'openai-insecure-api-key.'
const WEBSOCKET_VERSION = '13'

export interface AcceptOptions {
  readonly maxMessageBytes: number
  /** Lines of the reply's head: `name: value`. */
  readonly head: readonly string[]
  /** The client left before the socket was open. */
  onGone?(): void
}

/** Opens the client's side of a session; the socket is paused. Only a server without a port: connections come from our own. */
export function acceptSocket(exchange: Exchange, { maxMessageBytes, head, onGone }: AcceptOptions): Promise<WebSocket> {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    // Answered by whoever keeps watch.
    autoPong: false,
    maxPayload: maxMessageBytes,
    handleProtocols: (offered) => [...offered].find((name) => !name.startsWith(keyProtocol)) ?? false,
  })
  server.on('headers', (lines) => {
    lines.push(...head)
  })
  return new Promise((resolve, reject) => {
    const connection = exchange.upgrade()
    const onClose = (): void => {
      onGone?.()
      reject(new GatewayError('client_closed', 'The client left during the handshake.'))
    }
    connection.once('close', onClose)
    const request = { method: exchange.method, headers: exchange.headers, url: exchange.url }
    // It reads these three fields of the request, and nothing else.
    server.handleUpgrade(
      request as Parameters<typeof server.handleUpgrade>[0],
      connection,
      Buffer.alloc(0),
      (client) => {
        connection.off('close', onClose)
        client.pause()
        resolve(client)
      },
    )
  })
}

/** RFC 6455, section 4.2.1. Checked before a provider is asked, since after that only a close code can say what is wrong. */
export function checkHandshake({ headers }: Exchange): void {
  const key = headers['sec-websocket-key'] ?? ''
  if (!/^[+/0-9A-Za-z]{22}==$/.test(key) || headers['sec-websocket-version'] !== WEBSOCKET_VERSION) {
    throw new GatewayError('invalid_request', 'The WebSocket handshake is not of RFC 6455, version 13.')
  }
}

/** The headers, with a key that was offered as a protocol among them. */
export function keyHeaders(headers: Exchange['headers']): Exchange['headers'] {
  const offered = headers['sec-websocket-protocol']?.split(',') ?? []
  const key = offered.map((name) => name.trim()).find((name) => name.startsWith(keyProtocol))
  if (key === undefined) return headers
  const shown = { ...headers, 'x-api-key': key.slice(keyProtocol.length) }
  if (headers['x-api-key'] !== undefined && headers['x-api-key'] !== shown['x-api-key']) {
    throw new GatewayError('conflicting_keys', 'The request holds two different keys; send one.')
  }
  return shown
}
