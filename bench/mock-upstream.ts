/**
 * A provider that answers at once: OpenAI Chat Completions from prepared buffers. `node bench/mock-upstream.ts` prints its
 * port. What a call gets stands in its text, which every gateway passes on: `events=100 gap=5`.
 */
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** As a model would write: of one letter alone, some detectors have nothing to do, and others think that it is a code. */
const message =
  'Revenue grew by twelve percent, as the north brought new customers and few of the old ones left. The main risk is the release: two of its tests are late, and the team has no plan for the case that they fail. A second risk is the price of energy, which the contracts of last year no longer cover. The board may want to hear how the reserve was worked out, and who decides when it is used. '
    .repeat(3)
    .slice(0, 1100)
const usage = { prompt_tokens: 210, completion_tokens: 220, total_tokens: 430 }
const shared = { id: 'chatcmpl-bench', created: 1764576000, model: 'bench', system_fingerprint: null }
const unary = httpReply(
  JSON.stringify({
    ...shared,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: message }, logprobs: null, finish_reason: 'stop' }],
    usage,
  }),
)
const streamHead = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n'
const streamEnd = `${chunk(event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }))}${chunk(event({ choices: [], usage }))}${chunk('data: [DONE]\n\n')}0\r\n\r\n`
const bursts = new Map<number, Buffer>()

const server = createServer({ noDelay: true }, serve)
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})

function serve(socket: Socket): void {
  let received: Buffer = Buffer.alloc(0)
  socket.on('error', () => undefined)
  socket.on('data', (bytes: Buffer) => {
    received = received.length === 0 ? bytes : Buffer.concat([received, bytes])
    for (;;) {
      const end = received.indexOf('\r\n\r\n')
      if (end < 0) return
      const head = received.toString('latin1', 0, end)
      const length = /content-length: (\d+)/i.exec(head)?.[1]
      const isChunked = /transfer-encoding: chunked/i.test(head)
      const total = isChunked ? chunkedEnd(received, end + 4) : end + 4 + Number(length ?? 0)
      if (total === undefined || received.length < total) return
      // The wish stands in the first message, so at the front.
      const body = received.toString('latin1', end + 4, Math.min(total, end + 1000))
      received = received.subarray(total)
      answer(socket, body)
    }
  })
}

/** Where a chunked body ends; `undefined`: not yet. */
function chunkedEnd(bytes: Buffer, start: number): number | undefined {
  const end = bytes.indexOf('0\r\n\r\n', start)
  return end < 0 ? undefined : end + 5
}

function answer(socket: Socket, body: string): void {
  const wish = /events=(\d+) gap=(\d+)/.exec(body)
  if (wish === null) return void socket.write(unary)
  const events = Number(wish[1])
  const gapMs = Number(wish[2])
  if (gapMs === 0) return void socket.write(burst(events))
  socket.write(streamHead)
  let sent = 0
  const timer = setInterval(() => {
    if (socket.destroyed) return clearInterval(timer)
    if (sent++ < events) return void socket.write(chunk(delta(sent, performance.timeOrigin + performance.now())))
    clearInterval(timer)
    socket.write(streamEnd)
  }, gapMs)
}

function burst(events: number): Buffer {
  let bytes = bursts.get(events)
  if (bytes === undefined) {
    bytes = Buffer.from(
      `${streamHead}${Array.from({ length: events }, (_, index) => chunk(delta(index))).join('')}${streamEnd}`,
    )
    bursts.set(events, bytes)
  }
  return bytes
}

const words =
  'the team says that the numbers of this year are better than those of the last one and that nobody knows why so they will look again'.split(
    ' ',
  )

/** The clock stands where no guardrail looks for words, and which every gateway passes on. */
function delta(index: number, clock?: number): string {
  const content = ` ${words[index % words.length]}`
  const choices = [{ index: 0, delta: { content }, logprobs: null, finish_reason: null }]
  return event(clock === undefined ? { choices } : { system_fingerprint: `fp_${clock.toFixed(3)}`, choices })
}

function event(fields: object): string {
  return `data: ${JSON.stringify({ ...shared, object: 'chat.completion.chunk', ...fields })}\n\n`
}

function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
}

function httpReply(body: string): Buffer {
  return Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
