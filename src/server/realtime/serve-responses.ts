import { randomUUID } from 'node:crypto'
import type { WebSocket } from 'ws'
import type { Endpoint } from '../../core/calls/call.ts'
import { CallLifetime } from '../../core/calls/lifetime.ts'
import type { VirtualKey } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import { withFields } from '../../core/wire/field-splice.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../core/wire/json.ts'
import { type CallHandling, handleCall } from '../data-plane/paths/handle-call.ts'
import { asGatewayError } from '../data-plane/reply/reply-writer.ts'
import { checkedModel } from '../data-plane/request/model-call.ts'
import { parseBody } from '../data-plane/request/read-body.ts'
import type { Runtime } from '../data-plane/runtime.ts'
import type { Exchange } from '../http/exchange.ts'
import { acceptSocket, checkHandshake, keyHeaders } from './accept-socket.ts'
import { endWithKey } from './end-with-key.ts'
import type { OpenSockets } from './open-sockets.ts'
import { bytesOf, HIGH_WATER_BYTES, keepWatch } from './relay.ts'
import { turnExchange } from './turn-exchange.ts'
import { createTurnMemory, type Turn } from './turn-memory.ts'

export type ResponsesEndpoint = Endpoint & { readonly kind: 'dialect' }

export interface ResponsesHandling extends CallHandling {
  runtime(): Runtime
  readonly open: OpenSockets
}

const MAX_WAITING = 16
/** Says that a socket carries the messages, which a provider behind HTTP need not know. */
const socketBeta = /^responses_websockets=/

/**
 * The Responses API over a WebSocket: each `response.create` is one call as over HTTP, its events are messages, and one
 * is answered after the other. https://developers.openai.com/api/docs/guides/websocket-mode
 */
export async function serveResponses(
  exchange: Exchange,
  endpoint: ResponsesEndpoint,
  handling: ResponsesHandling,
): Promise<void> {
  const headers = turnHeaders(keyHeaders(exchange.headers))
  const { limits } = handling.runtime()
  const authenticate = (): VirtualKey => handling.runtime().authenticate(headers, exchange, endpoint.path)
  const { id: key } = authenticate()
  checkHandshake(exchange)
  let leave: () => void = () => undefined
  const place = handling.open.enter(key, limits, () => leave())
  const socket = await acceptSocket(exchange, { maxMessageBytes: limits.maxBodyBytes, head: [] }).catch((fault) => {
    place.close()
    throw fault
  })
  const lifetime = new CallLifetime()
  handling.deadlines.set(lifetime, limits.sessionDeadlineMs, () => sessionOver(limits.sessionDeadlineMs))
  const stopLooking = endWithKey(lifetime, authenticate)
  lifetime.onEnd((reason) => {
    void sendError(socket, reason)
    socket.close(1008, reason.code)
  })
  const pings = keepWatch(socket)
  const memory = createTurnMemory(() => Math.min(limits.maxBodyBytes, place.room() - waitingBytes))
  const count = (): void => place.holds(memory.bytes + waitingBytes)
  const waiting: Buffer[] = []
  let waitingBytes = 0
  let isBusy = false
  let isLeaving = false
  leave = (): void => {
    isLeaving = true
    if (!isBusy) socket.close(1001, 'The gateway shuts down.')
  }

  const answer = async (message: Buffer): Promise<void> => {
    let streamId: string | undefined
    try {
      const request = readRequest(message)
      if (request === undefined) return
      const { type: _, stream_id: stream, generate, background: __, ...rest } = request
      if (typeof stream === 'string') streamId = stream
      const turn = memory.turn(rest)
      if (generate === false) return await warmUp(turn, message.length, streamId)
      await serve(turn, withFields(message, request, { ...turn.body, stream: true }), streamId)
    } catch (fault) {
      const error = asGatewayError(fault)
      if (error.code === 'internal_error') handling.log(fault, '')
      await sendError(socket, error, streamId)
    }
  }
  /** Nothing is to be generated yet: the client shows what it will go on from. */
  const warmUp = async (turn: Turn, bytes: number, streamId: string | undefined): Promise<void> => {
    const id = `resp_${randomUUID().replaceAll('-', '')}`
    const response = { id, object: 'response', created_at: Math.floor(Date.now() / 1000), output: [], error: null }
    const model = checkedModel(turn.body['model'])
    const { concurrency } = handling
    // As a call: a key that was taken away, or that has too many, warms nothing up.
    concurrency.enter(authenticate().id, limits)()
    memory.keep(id, turn.items, bytes)
    count()
    for (const [sequence_number, status] of (['in_progress', 'completed'] as const).entries()) {
      const type = status === 'completed' ? 'response.completed' : 'response.created'
      const usage = status === 'completed' ? noUsage : null
      const event = { type, sequence_number, response: { ...response, model, status, usage } }
      await sent(socket, labelled(JSON.stringify(event), streamId))
    }
  }
  const serve = async (turn: Turn, body: Buffer, streamId: string | undefined): Promise<void> => {
    // Those are kept as over HTTP.
    const isStored = turn.body['store'] !== false
    const output: JsonValue[] = []
    let size = body.length
    const turnOf = turnExchange({
      socket,
      url: exchange.url,
      headers: { ...headers, 'content-length': String(body.length) },
      remoteAddress: exchange.remoteAddress,
      body,
      parse: (bytes) => endpoint.dialect.framing.parse(bytes),
      onEvent(data) {
        if (isStored) return labelled(data, streamId)
        const ending = endingOf(data)
        if (ending?.item !== undefined) {
          output.push(ending.item)
          size += data.length
        }
        if (ending?.responseId !== undefined) {
          memory.keep(ending.responseId, [...turn.items, ...output], size)
          count()
        }
        return labelled(data, streamId)
      },
    })
    await handleCall(turnOf, { item: endpoint }, handling.runtime(), handling)
    await turnOf.over
  }
  const next = (): void => {
    const message = isBusy ? undefined : waiting.shift()
    if (message === undefined || socket.readyState !== socket.OPEN) return
    waitingBytes -= message.length
    count()
    isBusy = true
    answer(message)
      .finally(() => {
        isBusy = false
        if (isLeaving) leave()
        else next()
      })
      .catch((fault: unknown) => {
        handling.log(fault, '')
        socket.close(1011)
      })
  }
  socket.on('message', (data, isBinary) => {
    const message = bytesOf(data)
    if (isBinary) return socket.close(1003, 'Send text.')
    waitingBytes += message.length
    const isFull = waitingBytes > limits.maxBodyBytes || (isBusy && memory.bytes + waitingBytes > place.room())
    if (waiting.length >= MAX_WAITING || isFull) {
      waitingBytes -= message.length
      // A client that asks on and reads nothing would fill the memory with refusals.
      if (socket.bufferedAmount >= HIGH_WATER_BYTES) return socket.terminate()
      void sendError(socket, new GatewayError('too_many_calls', 'Wait for the responses that were asked for before.'))
      return
    }
    waiting.push(message)
    count()
    next()
  })
  // A broken frame; `close` follows.
  socket.on('error', () => undefined)
  socket.on('close', () => {
    clearInterval(pings)
    stopLooking()
    place.close()
    handling.deadlines.delete(lifetime)
    waiting.length = 0
  })
  socket.resume()
}

const noUsage = {
  input_tokens: 0,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 0,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 0,
}

/** `undefined` for a message that asks for nothing. */
function readRequest(message: Buffer): JsonObject | undefined {
  const { json } = parseBody(message)
  if (json['type'] === 'response.create') return json
  // Codex tells its server what it has taken in.
  if (json['type'] === 'response.processed') return undefined
  throw new GatewayError('invalid_request', 'Send messages of `type` "response.create".', { param: 'type' })
}

/** The headers of the handshake that hold for its requests too. */
function turnHeaders(headers: Exchange['headers']): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const name in headers) {
    if (!name.startsWith('content-') && !name.startsWith('sec-websocket-')) kept[name] = headers[name] ?? ''
  }
  const betas = kept['openai-beta']?.split(',').map((beta) => beta.trim())
  const others = betas?.filter((beta) => !socketBeta.test(beta)).join(', ')
  if (others === '') delete kept['openai-beta']
  else if (others !== undefined) kept['openai-beta'] = others
  return kept
}

/** What an event adds to the conversation: an item of the output, or the response's end. */
function endingOf(data: string): { readonly item?: JsonValue; readonly responseId?: string } | undefined {
  const isItem = data.includes('"response.output_item.done"')
  if (!isItem && !data.includes('"response.completed"') && !data.includes('"response.incomplete"')) return undefined
  const event = parseJson(data)
  if (!isJsonObject(event)) return undefined
  const { type, item, response } = event
  if (type === 'response.output_item.done') return item === undefined ? undefined : { item }
  if (type !== 'response.completed' && type !== 'response.incomplete') return undefined
  const id = isJsonObject(response) ? response['id'] : undefined
  return typeof id === 'string' ? { responseId: id } : undefined
}

/** Tells which of a client's streams an event is of. */
function labelled(data: string, streamId: string | undefined): string {
  return streamId === undefined ? data : `{"stream_id":${JSON.stringify(streamId)},${data.slice(data.indexOf('{') + 1)}`
}

function sendError(socket: WebSocket, error: GatewayError, streamId?: string): Promise<void> {
  const { status, message, param, vendorCode, code } = error
  const body = { type: 'invalid_request_error', code: vendorCode ?? code, message, param: param ?? null }
  return sent(socket, labelled(JSON.stringify({ type: 'error', status, error: body }), streamId))
}

/** Resolves when the client's connection has taken the message, or is closed. */
function sent(socket: WebSocket, message: string): Promise<void> {
  return new Promise((resolve) => socket.send(message, () => resolve()))
}

function sessionOver(ms: number): GatewayError {
  const message = `The connection was open for ${ms} ms; open another to go on.`
  return new GatewayError('deadline_exceeded', message, { vendorCode: 'websocket_connection_limit_reached' })
}
