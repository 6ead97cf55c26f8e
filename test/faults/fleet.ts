import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls'
import { type MockProvider, type MockReply, type ReceivedRequest, startMockProvider } from '../support/mock-provider.ts'
import type { Answer } from './answers.ts'
import {
  type ConnectionFault,
  connectionFaults,
  type Fault,
  lateFaults,
  rateLimited,
  requestFaults,
  wholeReply,
} from './fault-kinds.ts'
import { deckOf } from './random.ts'

/** Three providers: the first fails often, the second now and then, the third never. */
export interface Fleet {
  readonly accounts: readonly FleetAccount[]
  /** Answers that went out whole, by the number of the call that they are for. */
  readonly answers: ReadonlyMap<number, readonly Answer[]>
  /** How often each fault was met. */
  readonly faults: ReadonlyMap<string, number>
  /** Requests and connections that each account met before any content, and how many of them went wrong. */
  readonly met: ReadonlyMap<string, { all: number; wrong: number }>
  close(): Promise<void>
}

export interface FleetAccount {
  readonly id: string
  readonly provider: string
  readonly baseUrl: string
  readonly timeoutMs?: number
}

/** Calls of this model break off after their first content. */
export const lateModel = 'breaks-late'
const burst = 3
const outageMs = 150
/** Certificates of no use to anybody; the gateway of the suite trusts all but `untrusted`. */
const pem = (name: string): Buffer => readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url))
export const trusted = (): Buffer => Buffer.concat([pem('localhost'), pem('other-host')])

export interface FleetOptions {
  readonly random: () => number
  readonly rates: readonly [number, number]
  readonly timeoutMs: number
  /** The first provider goes away for a while each time that it has taken so many connections. */
  readonly outageEvery: number
}

export async function startFleet({ random, rates, timeoutMs, outageEvery }: FleetOptions): Promise<Fleet> {
  const answers = new Map<number, Answer[]>()
  const faults = new Map<string, number>()
  const met = new Map<string, { all: number; wrong: number }>()
  const count = (account: string, fault?: string, isLate = false): void => {
    if (fault !== undefined) faults.set(fault, (faults.get(fault) ?? 0) + 1)
    if (isLate) return
    const figures = met.get(account) ?? { all: 0, wrong: 0 }
    met.set(account, figures)
    figures.all++
    if (fault !== undefined) figures.wrong++
  }
  let serial = 0
  /** An answer that only the call in the request can have been given. */
  const answerTo = (request: ReceivedRequest, account: string, isFaulty: boolean): Answer => {
    const answer = {
      account,
      mark: `answer-${account}-${serial++}`,
      inputTokens: 1 + Math.floor(random() * 10_000),
      outputTokens: 1 + Math.floor(random() * 1000),
    }
    const call = Number(/call-(\d+)\b/.exec(request.body.toString())?.[1])
    if (!isFaulty) {
      void request.ended.then((how) => {
        if (how === 'whole') answers.set(call, [...(answers.get(call) ?? []), answer])
      })
    }
    return answer
  }
  const decks = {
    unary: deckOf(
      requestFaults.filter(({ to }) => to !== 'stream'),
      random,
    ),
    stream: deckOf(
      requestFaults.filter(({ to }) => to !== 'unary'),
      random,
    ),
    late: deckOf(lateFaults, random),
  }
  const asksForStream = (request: ReceivedRequest): boolean => /"stream": ?true/.test(request.body.toString())

  /** What an account replies; `isWrong` says whether it is this request that goes wrong. */
  const scriptOf = (account: string, isWrong: () => boolean) => {
    let burstLeft = 0
    return (request: ReceivedRequest): MockReply => {
      const isStream = asksForStream(request)
      let fault: Fault | undefined
      const isLate = request.body.includes(lateModel)
      if (isLate) fault = decks.late()
      else if (burstLeft > 0) {
        burstLeft--
        fault = rateLimited
      } else if (isWrong()) {
        fault = isStream ? decks.stream() : decks.unary()
        if (fault === rateLimited) burstLeft = burst - 1
      }
      count(account, fault?.id, isLate)
      const answer = answerTo(request, account, fault !== undefined)
      return fault?.reply(answer) ?? wholeReply(answer, isStream)
    }
  }

  const [first, second, third] = await Promise.all([startMockProvider(), startMockProvider(), startMockProvider()])
  second.script(scriptOf('second', () => random() < rates[1]))
  third.script(scriptOf('third', () => false))
  const front = await startTlsFront(first, {
    isWrong: () => random() < rates[0],
    deal: deckOf(
      ['in its request', ...requestFaults.map(() => 'in its request' as const), ...connectionFaults],
      random,
    ),
    script: (isWrong) => scriptOf('first', isWrong),
    met: (fault) => count('first', fault),
    outageEvery,
  })
  return {
    accounts: [
      { id: 'first', provider: 'openai', baseUrl: `https://localhost:${front.port}/v1`, timeoutMs },
      { id: 'second', provider: 'anthropic', baseUrl: second.origin, timeoutMs },
      { id: 'third', provider: 'openai-compatible', baseUrl: `${third.origin}/v1` },
    ],
    answers,
    faults,
    met,
    close: async () => {
      await front.close()
      await Promise.all([first.close(), second.close(), third.close()])
    },
  }
}

interface FrontOptions {
  isWrong(): boolean
  deal(): ConnectionFault | 'in its request'
  script(isWrong: () => boolean): (request: ReceivedRequest) => MockReply
  /** A connection went wrong before its request. */
  met(fault: ConnectionFault): void
  readonly outageEvery: number
}

/** TLS before a mock: one request on each connection, so that each has its own chance to go wrong. */
async function startTlsFront(
  mock: MockProvider,
  { isWrong, deal, script, met, outageEvery }: FrontOptions,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const contextOf = (name: string): SecureContext =>
    createSecureContext({ key: pem(`${name}-key`), cert: pem(name), minVersion: 'TLSv1.2' })
  const contexts = {
    right: contextOf('localhost'),
    'TLS not trusted': contextOf('untrusted'),
    'TLS for another host': contextOf('other-host'),
  }
  const open = new Set<Socket>()
  const wrong = new WeakSet<Socket>()
  let isNextWrong = false
  const replyTo = script(() => isNextWrong)
  mock.script((request) => (exchange) => {
    isNextWrong = wrong.has(exchange.socket)
    exchange.response.shouldKeepAlive = false
    return replyTo(request)(exchange)
  })
  const secure = (raw: Socket, secureContext: SecureContext): TLSSocket => {
    const socket = new TLSSocket(raw, { isServer: true, secureContext })
    socket.on('error', () => raw.destroy())
    // Node resets no connection through its TLS.
    socket.resetAndDestroy = () => {
      raw.resetAndDestroy()
      return socket
    }
    return socket
  }
  const take = (raw: Socket): void => {
    open.add(raw)
    raw.on('close', () => open.delete(raw))
    raw.on('error', () => undefined)
    const fault = isWrong() ? deal() : undefined
    if (fault !== undefined && fault !== 'in its request') met(fault)
    switch (fault) {
      case 'reset at once':
        raw.resetAndDestroy()
        break
      case 'TLS cut':
        raw.once('data', () => raw.destroy())
        break
      case 'TLS stalled':
        raw.resume()
        break
      case 'TLS not trusted':
      case 'TLS for another host':
        secure(raw, contexts[fault])
        break
      default: {
        const socket = secure(raw, contexts.right)
        if (fault !== undefined) wrong.add(socket)
        mock.accept(socket)
      }
    }
  }
  let taken = 0
  let timer: NodeJS.Timeout | undefined
  const server: Server = createServer((raw) => {
    take(raw)
    if (++taken % outageEvery !== 0) return
    // Connections are refused until it comes back.
    server.close()
    timer = setTimeout(() => server.listen(port, '127.0.0.1'), outageMs)
  })
  // Another program may have taken the port meanwhile: then the provider stays away.
  server.on('error', () => undefined)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    close: async () => {
      clearTimeout(timer)
      for (const socket of open) socket.destroy()
      if (!server.listening) return
      server.close()
      await once(server, 'close')
    },
  }
}
