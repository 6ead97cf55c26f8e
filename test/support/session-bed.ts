import { once } from 'node:events'
import { afterAll, afterEach } from 'vitest'
import { WebSocket } from 'ws'
import type { Json } from './client.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'
import { type MockRealtime, type MockSession, type Queue, queue, startMockRealtime } from './mock-realtime.ts'

/** A session of a client with a provider, through a gateway with guardrails. */
export interface SessionBed {
  /** Of the client. */
  readonly socket: WebSocket
  readonly messages: Queue<string>
  readonly closed: Promise<number>
  /** At the provider. */
  readonly session: MockSession
  /** Opens another session; a file has one gateway for each configuration that it asks for. */
  open(guardrails: readonly object[], inspection?: object): Promise<void>
  /** What the provider says. */
  say(...events: readonly object[]): void
  /** What the client gets up to a last event, which is added. */
  heard(): Promise<Json[]>
  /** The record of the session. */
  call(): Promise<Json>
}

interface Opened {
  readonly gateway: TestGateway
  readonly socket: WebSocket
  readonly messages: Queue<string>
  readonly closed: Promise<number>
  readonly session: MockSession
  readonly callId: string
}

export function sessionBed(): SessionBed {
  const started = new Map<string, { readonly mock: MockRealtime; readonly gateway: TestGateway }>()
  let opened: Opened | undefined
  const current = (): Opened => {
    if (opened === undefined) throw new Error('No session is open.')
    return opened
  }
  const gatewayWith = async (parts: { readonly guardrails: readonly object[]; readonly inspection: object }) => {
    const known = started.get(JSON.stringify(parts))
    if (known !== undefined) return known
    const mock = await startMockRealtime()
    const account = { provider: 'openai', baseUrl: `${mock.origin}/v1`, apiKey: 'sk-x', allowPrivateNetwork: true }
    const gateway = await startTestGateway({ config: { ...parts, providers: [{ id: 'o', ...account }] } })
    const both = { mock, gateway }
    started.set(JSON.stringify(parts), both)
    return both
  }
  const leave = async (): Promise<void> => {
    if (opened === undefined) return
    const { socket, session, closed } = opened
    opened = undefined
    socket.close()
    session.socket.close()
    await Promise.all([closed, session.closed])
  }
  afterEach(leave)
  afterAll(async () => {
    for (const { mock, gateway } of started.values()) {
      await gateway.close()
      await mock.close()
    }
  })
  const say = (...events: readonly object[]): void => {
    for (const event of events) current().session.socket.send(JSON.stringify(event))
  }
  return {
    get socket() {
      return current().socket
    },
    get messages() {
      return current().messages
    },
    get closed() {
      return current().closed
    },
    get session() {
      return current().session
    },
    async open(guardrails, inspection = {}) {
      await leave()
      const { mock, gateway } = await gatewayWith({ guardrails, inspection: { preset: 'off', ...inspection } })
      const url = `${gateway.url.replace('http', 'ws')}/v1/realtime?model=o/gpt-realtime`
      const socket = new WebSocket(url, { headers: { authorization: `Bearer ${gateway.key}` } })
      const messages = queue<string>()
      socket.on('message', (data) => messages.put(String(data)))
      const upgraded = once(socket, 'upgrade')
      const closed = once(socket, 'close').then(([code]) => Number(code))
      await once(socket, 'open')
      const [{ headers }] = await upgraded
      const callId = String(headers['x-portcullis-call-id'])
      opened = { gateway, socket, messages, closed, session: await mock.session(), callId }
    },
    say,
    async heard() {
      say({ type: 'rate_limits.updated', event_id: 'event_last', rate_limits: [] })
      const got: Json[] = []
      for (;;) {
        const event = JSON.parse(await current().messages.take()) as Json
        if (event.event_id === 'event_last') return got
        got.push(event)
      }
    },
    call() {
      const { gateway, callId } = current()
      return gateway.call({ headers: { 'x-portcullis-call-id': callId } })
    },
  }
}
