/**
 * Makes calls and measures them. A process of its own: reads a `LoadOrder` from its input, prints a `LoadResult`.
 *
 * Connections begin one after the other over `RAMP_SECONDS`, and only what happens in the `seconds` after that is counted.
 * Streams that all begin at once end at once: a window that holds a whole number of such waves for one program and not for
 * another measures the window, and the first events wait for 500 requests that no client would send in one millisecond.
 */
import { connect } from 'node:net'
import { json } from 'node:stream/consumers'
import { replyReader } from './reply-reader.ts'

export interface LoadOrder {
  readonly port: number
  readonly headers: Readonly<Record<string, string>>
  readonly path: string
  /** With `counterMark` in it, it is another one each time. */
  readonly body: string
  readonly connections: number
  /** That are counted. */
  readonly seconds: number
  /** Calls per second over all connections; absent: each connection calls again at once. */
  readonly rate?: number
  /** What a whole reply ends with. */
  readonly ending: string
}

export interface LoadResult {
  /** That ended in the counted seconds. */
  readonly calls: number
  /** Those before and after too. */
  readonly allCalls: number
  /** Replies that were not 200, not whole, or did not come. */
  readonly errors: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly firstByteP50Ms: number
  readonly firstByteP99Ms: number
  readonly events: number
  /** From the provider's clock in an event to its arrival here. */
  readonly transitP50Ms: number
  readonly transitP99Ms: number
}

const RAMP_SECONDS = 1

/** What stands for the number of the call, which is as long. */
export const counterMark = '#counter'

if (import.meta.main) run((await json(process.stdin)) as LoadOrder)

function run(order: LoadOrder): void {
  const request = Buffer.from(
    [
      `POST ${order.path} HTTP/1.1`,
      `host: 127.0.0.1:${order.port}`,
      'content-type: application/json',
      ...Object.entries(order.headers).map(([name, value]) => `${name}: ${value}`),
      `content-length: ${Buffer.byteLength(order.body)}`,
      '',
      order.body,
    ].join('\r\n'),
  )
  const counterAt = request.indexOf(counterMark)
  let sent = 0
  const nextRequest = (): Buffer => {
    if (counterAt < 0) return request
    const copy = Buffer.from(request)
    copy.write(String(sent++).padStart(counterMark.length, '0'), counterAt, 'latin1')
    return copy
  }
  const latencies: number[] = []
  const firstBytes: number[] = []
  const transits: number[] = []
  let errors = 0
  let events = 0
  let allCalls = 0
  const from = performance.now() + RAMP_SECONDS * 1000
  const until = from + order.seconds * 1000
  const isCounted = (now: number): boolean => now >= from && now < until
  const intervalMs = order.rate === undefined ? 0 : (1000 * order.connections) / order.rate
  let open = order.connections

  for (let index = 0; index < order.connections; index++) startConnection(index)

  function startConnection(index: number): void {
    const socket = connect({ port: order.port, host: '127.0.0.1', noDelay: true })
    let sentAt = 0
    let firstAt = 0
    let isWaiting = false
    let tail = ''
    const reader = replyReader({
      onBody(bytes) {
        const now = performance.now()
        if (firstAt === 0) firstAt = now
        const text = bytes.toString('latin1')
        if (isCounted(now)) {
          events += countEvents(text)
          readTransits(text, now)
        }
        tail = (tail + text.slice(-order.ending.length)).slice(-order.ending.length)
      },
      onEnd(status) {
        isWaiting = false
        const now = performance.now()
        allCalls++
        if (isCounted(now)) {
          latencies.push(now - sentAt)
          firstBytes.push(firstAt - sentAt)
        }
        if (status !== 200 || tail !== order.ending) errors++
        next(now)
      },
    })
    const send = (): void => {
      if (performance.now() >= until) return void socket.end()
      sentAt = performance.now()
      firstAt = 0
      tail = ''
      isWaiting = true
      socket.write(nextRequest())
    }
    const next = (now: number): void => {
      if (intervalMs === 0) send()
      else setTimeout(send, Math.max(0, sentAt + intervalMs - now))
    }
    socket.on('connect', () => setTimeout(send, ((intervalMs || RAMP_SECONDS * 1000) * index) / order.connections))
    socket.on('data', (bytes: Buffer) => reader.read(bytes))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      if (isWaiting) errors++
      if (--open === 0) report()
    })
  }

  function readTransits(text: string, now: number): void {
    if (!text.includes('"fp_')) return
    const clock = performance.timeOrigin + now
    for (const [, at] of text.matchAll(/"fp_(\d+\.\d+)"/g)) transits.push(clock - Number(at))
  }

  function report(): void {
    latencies.sort((a, b) => a - b)
    firstBytes.sort((a, b) => a - b)
    transits.sort((a, b) => a - b)
    const result: LoadResult = {
      calls: latencies.length,
      allCalls,
      errors,
      seconds: order.seconds,
      p50Ms: quantile(latencies, 0.5),
      p99Ms: quantile(latencies, 0.99),
      firstByteP50Ms: quantile(firstBytes, 0.5),
      firstByteP99Ms: quantile(firstBytes, 0.99),
      events,
      transitP50Ms: quantile(transits, 0.5),
      transitP99Ms: quantile(transits, 0.99),
    }
    process.stdout.write(JSON.stringify(result))
  }
}

function countEvents(text: string): number {
  let count = 0
  for (let at = text.indexOf('data: '); at >= 0; at = text.indexOf('data: ', at + 6)) count++
  return count
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}
