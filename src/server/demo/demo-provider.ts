import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as timeout } from 'node:timers/promises'
import type { z } from 'zod'
import { type JsonObject, parseJson } from '../../core/wire/json.ts'
import { type DemoAnswer, demoAnswer, demoModelNames } from './demo-answer.ts'
import { DemoChatRequest, DemoEmbeddingRequest, issueSentence } from './demo-request.ts'
import { chatCompletion, chatCompletionChunks, embeddings, errorBody, modelList } from './demo-wire.ts'

export interface DemoProvider {
  readonly baseUrl: string
  /** Made anew at each start: another user of this machine cannot call the provider. */
  readonly secret: string
  close(): Promise<void>
}

export interface DemoProviderOptions {
  /** Waits; rejects when the signal ends the wait. */
  readonly delay?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>
}

/**
 * An upstream that speaks OpenAI Chat Completions over real HTTP on the loopback interface, so that a call to
 * a demo model takes the same way through the gateway as every other.
 */
export async function startDemoProvider(options: DemoProviderOptions = {}): Promise<DemoProvider> {
  const delay = options.delay ?? ((milliseconds, signal) => timeout(milliseconds, undefined, { signal }))
  const secret = randomBytes(32).toString('base64url')
  const isAuthorized = bearerCheck(secret)
  const server = createServer((request, response) => {
    // A client that leaves breaks the body or a delay: nothing is left to answer then.
    answer(request, response, isAuthorized, delay).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  // A demo must not keep the process alive.
  server.unref()
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The demo provider has no port.')
  return {
    baseUrl: `http://127.0.0.1:${address.port}/v1`,
    secret,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)))
        server.closeAllConnections()
      }),
  }
}

type Delay = NonNullable<DemoProviderOptions['delay']>

const maxBodyBytes = 64 * 1024 * 1024

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  isAuthorized: (header: string | undefined) => boolean,
  delay: Delay,
): Promise<void> {
  if (!isAuthorized(request.headers.authorization)) {
    request.resume()
    return sendError(response, 401, '[demo] The credential is wrong.', 'invalid_request_error', 'invalid_api_key')
  }
  const route = `${request.method} ${request.url?.split('?', 1)[0]}`
  if (route === 'GET /v1/models') return send(response, 200, modelList(demoModelNames))
  const body = parseJson(await readBody(request))
  if (route === 'POST /v1/embeddings') return sendEmbeddings(response, body)
  if (route === 'POST /v1/chat/completions') return sendChat(response, body, delay)
  sendError(response, 404, `[demo] There is nothing at ${route.slice(0, 200)}.`, 'invalid_request_error', 'unknown_url')
}

/** Compares digests, so that neither the length nor a common beginning shows in the time taken. */
function bearerCheck(secret: string): (header: string | undefined) => boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  const expected = digest(`Bearer ${secret}`)
  return (header) => header !== undefined && timingSafeEqual(digest(header), expected)
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBodyBytes) throw new RangeError(`The body is larger than ${maxBodyBytes} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function sendEmbeddings(response: ServerResponse, body: unknown): void {
  const request = DemoEmbeddingRequest.safeParse(body)
  if (!request.success) sendInvalid(response, request.error.issues[0])
  else if (/^(?:demo\/)?embedding$/.test(request.data.model)) send(response, 200, embeddings(request.data))
  else
    sendError(
      response,
      404,
      '[demo] The model for embeddings is "embedding".',
      'invalid_request_error',
      'model_not_found',
    )
}

async function sendChat(response: ServerResponse, body: unknown, delay: Delay): Promise<void> {
  const request = DemoChatRequest.safeParse(body)
  if (!request.success) return sendInvalid(response, request.error.issues[0])
  const result = demoAnswer(request.data)
  if (result.kind === 'error') {
    const { status, message, type, code } = result
    return sendError(response, status, message, type, code)
  }
  const left = new AbortController()
  response.once('close', () => left.abort())
  if (result.delayMs > 0) await delay(result.delayMs, left.signal)
  if (request.data.stream === true) return sendStream(response, request.data, result, delay, left.signal)
  const text = JSON.stringify(chatCompletion(request.data, result.reply))
  response.writeHead(200, jsonHeaders(text))
  if (result.isCut) response.write(text.slice(0, text.length / 2), () => response.destroy())
  else response.end(text)
}

async function sendStream(
  response: ServerResponse,
  request: DemoChatRequest,
  { reply, chunkDelayMs, isCut }: DemoAnswer & { kind: 'reply' },
  delay: Delay,
  signal: AbortSignal,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
  const chunks = [...chatCompletionChunks(request, reply)]
  const sent = isCut ? chunks.slice(0, Math.ceil(chunks.length / 2)) : chunks
  for (const [index, chunk] of sent.entries()) {
    if (index > 0 && chunkDelayMs > 0) await delay(chunkDelayMs, signal)
    const isWritten = response.write(`data: ${JSON.stringify(chunk)}\n\n`)
    if (!isWritten) await drained(response, signal)
    if (signal.aborted) return
  }
  // An empty write is done when everything before it has been given to the system.
  if (isCut) response.write('\n', () => response.destroy())
  else response.end('data: [DONE]\n\n')
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = (): void => {
      response.off('drain', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    response.once('drain', done)
    signal.addEventListener('abort', done, { once: true })
  })
}

function sendInvalid(response: ServerResponse, issue: z.core.$ZodIssue | undefined): void {
  const param = issue?.path.map(String).join('.') ?? ''
  send(response, 400, errorBody(`[demo] ${issueSentence(issue)}`, 'invalid_request_error', null, param || null))
}

function sendError(response: ServerResponse, status: number, message: string, type: string, code: string | null): void {
  if (status === 429 || status === 503) response.setHeader('retry-after', '1')
  send(response, status, errorBody(message, type, code))
}

function send(response: ServerResponse, status: number, body: JsonObject): void {
  const text = JSON.stringify(body)
  response.writeHead(status, jsonHeaders(text))
  response.end(text)
}

function jsonHeaders(text: string): Record<string, string | number> {
  return { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
}
