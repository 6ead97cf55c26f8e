import type { WebSocket } from 'ws'
import type { WireEvent } from '../../core/model/framing.ts'
import { isJsonObject, parseJson } from '../../core/wire/json.ts'
import type { CallExchange } from '../http/exchange.ts'
import { HIGH_WATER_BYTES } from './relay.ts'

export interface TurnExchangeOptions {
  readonly socket: WebSocket
  readonly url: string
  /** Of the handshake: they hold for each request of the socket. */
  readonly headers: CallExchange['headers']
  readonly remoteAddress: string | undefined
  readonly body: Buffer
  /** Reads the events of what a call writes. */
  parse(bytes: Buffer): readonly WireEvent[]
  /** Sees each event, and gives what goes to the client. */
  onEvent(data: string): string
}

/** One request and its reply on a socket that carries many, one after the other. */
export interface TurnExchange extends CallExchange {
  /** Resolves when the reply has left, or the client has. */
  readonly over: Promise<void>
}

const EXPIRED_MS = 1000

/** Lets a message be served as any call is: its reply leaves as events, each a message of its own. */
export function turnExchange(options: TurnExchangeOptions): TurnExchange {
  const { socket, url, headers, remoteAddress, body, parse, onEvent } = options
  let isBegun = false
  let isEnded = false
  let state: 'open' | 'whole' | 'broken' = 'open'
  let unsent = 0
  let onOver: ((isWhole: boolean) => void) | undefined
  let cut: NodeJS.Timeout | undefined
  const { promise, resolve } = Promise.withResolvers<void>()

  const close = (): void => settle(false)
  const settle = (isWhole: boolean): void => {
    if (state !== 'open') return
    state = isWhole ? 'whole' : 'broken'
    clearTimeout(cut)
    socket.off('close', close)
    onOver?.(isWhole)
    resolve()
  }
  const send = (data: string): void => {
    if (state !== 'open') return
    unsent++
    socket.send(onEvent(data), () => {
      unsent--
      if (isEnded && unsent === 0) settle(true)
      else if (socket.bufferedAmount < HIGH_WATER_BYTES) drained()
    })
  }
  const drained = (): void => {
    const listener = exchange.onDrain
    exchange.onDrain = undefined
    listener?.()
  }
  const end = (): void => {
    isEnded = true
    if (unsent === 0) settle(true)
  }
  socket.once('close', close)

  const exchange: TurnExchange = {
    method: 'POST',
    url,
    headers,
    over: promise,
    remoteAddress,
    onDrain: undefined,
    get isCommitted() {
      return isBegun || state !== 'open'
    },
    set onOver(listener: (isWhole: boolean) => void) {
      if (state === 'open') onOver = listener
      else listener(state === 'whole')
    },
    readBody(handler) {
      handler.onData(body)
      handler.onEnd()
    },
    // All of it is there.
    pauseBody: () => undefined,
    resumeBody: () => undefined,
    dropBody: () => undefined,
    expire() {
      cut ??= setTimeout(() => socket.terminate(), EXPIRED_MS).unref()
    },
    reply(status, fields, reply) {
      if (isBegun) return
      isBegun = true
      send(errorMessage(status, fields, reply))
      end()
    },
    begin() {
      isBegun = true
    },
    write(bytes) {
      for (const { data } of parse(bytes)) send(told(data))
      return socket.bufferedAmount < HIGH_WATER_BYTES
    },
    end,
    destroy() {
      socket.close(1011)
      settle(false)
    },
  }
  return exchange
}

/** A reply without a stream is an error. What HTTP says in its head stands in the message. */
function errorMessage(status: number, fields: readonly string[], body: Buffer): string {
  const headers: Record<string, string> = {}
  for (let index = 0; index < fields.length; index += 2) headers[fields[index] ?? ''] = fields[index + 1] ?? ''
  const json = parseJson(body.toString('utf8'))
  const error = (isJsonObject(json) ? json['error'] : undefined) ?? { message: 'The provider sent no reason.' }
  return JSON.stringify({ type: 'error', status, error, headers })
}

/** Clients of sockets tell an error by its status, which events of a stream over HTTP do not have. */
function told(data: string): string {
  if (!data.slice(0, 200).includes('"error"')) return data
  const event = parseJson(data)
  if (!isJsonObject(event) || event['type'] !== 'error' || event['status'] !== undefined) return data
  const { code, message, param } = event
  return JSON.stringify({ error: { type: 'server_error', code, message, param }, ...event, status: 500 })
}
