import { type WebSocket, WebSocketServer } from 'ws'
import type { Endpoint } from '../../core/call.ts'
import { GatewayError } from '../../core/errors.ts'
import { CallLifetime } from '../../core/lifetime.ts'
import type { Limits, Principal } from '../../core/registry.ts'
import { credentialFilter } from '../../gateway/credential-filter.ts'
import type { RealtimeCall, RealtimeSession } from '../../gateway/open-realtime.ts'
import { requestHeaders } from '../../gateway/outbound/headers.ts'
import { callId } from '../data-plane/call-id.ts'
import { CallRecorder } from '../data-plane/call-recorder.ts'
import { sendError } from '../data-plane/error-reply.ts'
import { type CallHandling, checkedModel } from '../data-plane/handle-call.ts'
import { asGatewayError } from '../data-plane/reply-writer.ts'
import type { Runtime } from '../data-plane/runtime.ts'
import type { Exchange } from '../http/exchange.ts'
import { relay, type SessionEnd } from './relay.ts'
import { sessionRecord } from './session-record.ts'

/** `Sec-WebSocket-Protocol` in which a browser, which can send no headers, presents its key (OpenAI's own convention). */
const keyProtocol = 'openai-insecure-api-key.'
const WEBSOCKET_VERSION = '13'

/** One session, from its handshake to its last message: key, limits, usage and record as for any call. */
export async function serveRealtime(
  exchange: Exchange,
  endpoint: Endpoint,
  runtime: Runtime,
  { sink, concurrency, deadlines, log }: CallHandling,
): Promise<void> {
  const recorder = new CallRecorder(callId(), endpoint, performance.now(), sink)
  const lifetime = new CallLifetime()
  const { limits } = runtime
  let leave: (() => void) | undefined
  exchange.onOver = (isWhole) => {
    if (!isWhole) lifetime.end(new GatewayError('client_closed', 'The client left.'))
  }
  deadlines.set(lifetime, limits.sessionDeadlineMs, () => sessionOver(limits))
  try {
    const { id: key, workspace, models } = runtime.authenticate(keyHeaders(exchange.headers))
    const principal: Principal = { key, workspace, models }
    recorder.calledBy(principal, runtime.recordSettings(workspace))
    leave = concurrency.enter(key, limits)
    checkHandshake(exchange)
    const model = checkedModel(new URL(exchange.url, 'http://gateway').searchParams.get('model') ?? undefined)
    recorder.asked(model, true)
    const call: RealtimeCall = {
      id: recorder.id,
      principal,
      model,
      path: endpoint.path,
      headers: requestHeaders(exchange.headers),
      lifetime,
      emit: (fact) => recorder.fact(fact),
    }
    const session = await runtime.realtime(call)
    if (lifetime.reason !== undefined) {
      session.socket.terminate()
      throw lifetime.reason
    }
    const client = await accept(exchange, session, recorder, limits)
    let late: GatewayError | undefined
    const removeEndListener = lifetime.onEnd((reason) => {
      if (reason.code === 'client_closed') return
      late = reason
      client.close(1008, reason.code)
    })
    const { account } = session.target
    const observer = sessionRecord(recorder, (bytes) => credentialFilter(account).bytes(bytes))
    const end = await relay(client, session.socket, observer)
    removeEndListener()
    const error = late ?? faultOf(end, account.id)
    // Each response reported its own usage: what is known is whole, however the session ended.
    recorder.parts([{ type: 'reply-end' }])
    recorder.end(error?.status ?? 101, error)
  } catch (fault) {
    const error = asGatewayError(fault)
    if (error.code === 'internal_error') log(fault, recorder.id)
    lifetime.end(error)
    recorder.headSent()
    sendError(exchange, endpoint, error, recorder)
    recorder.end(error.status, error)
  } finally {
    deadlines.delete(lifetime)
    leave?.()
  }
}

/** Only a server without a port: connections come from our own. */
function accept(
  exchange: Exchange,
  { socket, target }: RealtimeSession,
  recorder: CallRecorder,
  limits: Limits,
): Promise<WebSocket> {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.maxStreamEventBytes,
    handleProtocols: (offered) => [...offered].find((name) => !name.startsWith(keyProtocol)) ?? false,
  })
  server.on('headers', (lines) => {
    lines.push(
      `x-portcullis-call-id: ${recorder.id}`,
      `x-portcullis-provider: ${target.account.provider.id}`,
      `x-portcullis-model: ${encodeURI(target.model)}`,
    )
  })
  recorder.headSent()
  return new Promise((resolve, reject) => {
    const connection = exchange.upgrade()
    const onClose = (): void => {
      socket.terminate()
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
        // From here on, the relay tells the provider how the client ended.
        connection.off('close', onClose)
        client.pause()
        resolve(client)
      },
    )
  })
}

/** RFC 6455, section 4.2.1. Checked before a provider is asked, since after that only a close code can say what is wrong. */
function checkHandshake({ headers }: Exchange): void {
  const key = headers['sec-websocket-key'] ?? ''
  if (!/^[+/0-9A-Za-z]{22}==$/.test(key) || headers['sec-websocket-version'] !== WEBSOCKET_VERSION) {
    throw new GatewayError('invalid_request', 'The WebSocket handshake is not of RFC 6455, version 13.')
  }
}

function keyHeaders(headers: Exchange['headers']): Exchange['headers'] {
  const offered = headers['sec-websocket-protocol']?.split(',') ?? []
  const key = offered.map((name) => name.trim()).find((name) => name.startsWith(keyProtocol))
  if (key === undefined) return headers
  const shown = { ...headers, 'x-api-key': key.slice(keyProtocol.length) }
  if (headers['x-api-key'] !== undefined && headers['x-api-key'] !== shown['x-api-key']) {
    throw new GatewayError('conflicting_keys', 'The request holds two different keys; send one.')
  }
  return shown
}

function faultOf({ by, code, fault }: SessionEnd, account: string): GatewayError | undefined {
  const details = fault === undefined ? {} : { cause: fault }
  const isTooLarge = fault !== undefined && 'code' in fault && fault.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'
  if (by === 'client') {
    if (isTooLarge) return new GatewayError('frame_too_large', 'The client sent a message over the limit.', details)
    if (fault !== undefined)
      return new GatewayError('invalid_frame', 'The client broke the WebSocket protocol.', details)
    return code === 1006 ? new GatewayError('client_closed', 'The client left without a farewell.') : undefined
  }
  if (isTooLarge) {
    return new GatewayError(
      'upstream_reply_too_large',
      `The provider account "${account}" sent a message over the limit.`,
    )
  }
  if (fault !== undefined) {
    return new GatewayError(
      'upstream_invalid_reply',
      `The provider account "${account}" broke the WebSocket protocol.`,
      details,
    )
  }
  return code === 1006
    ? new GatewayError('upstream_reset', `The provider account "${account}" cut the connection.`)
    : undefined
}

function sessionOver({ sessionDeadlineMs }: Limits): GatewayError {
  return new GatewayError('deadline_exceeded', `The session took longer than ${sessionDeadlineMs} ms.`)
}
