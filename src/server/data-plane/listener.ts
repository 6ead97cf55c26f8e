import type { Endpoint } from '../../core/call.ts'
import type { Dialect } from '../../core/dialect.ts'
import { GatewayError } from '../../core/errors.ts'
import { nearestNames } from '../../core/nearest-names.ts'
import type { Limits } from '../../core/registry.ts'
import type { Exchange } from '../http/exchange.ts'
import { createHttpServer, type HttpServer } from '../http/http-server.ts'
import type { BadRequest } from '../http/server-connection.ts'
import type { Readiness } from '../readiness.ts'
import { writeError } from './error-reply.ts'
import { type CallHandling, handleCall } from './handle-call.ts'
import { modelList, oneModel } from './list-models.ts'
import { asGatewayError } from './reply-writer.ts'
import type { Runtime } from './runtime.ts'

export interface ListenerOptions extends CallHandling {
  /** By path, prefixes such as `/anthropic` included. */
  readonly endpoints: ReadonlyMap<string, Endpoint>
  /** Errors of paths that no dialect owns take this shape. */
  readonly fallbackDialect: Dialect
  /** For callers that speak it by their headers (`anthropic-version`). */
  dialectOf(exchange: Exchange): Dialect | undefined
  readonly limits: Limits
  runtime(): Runtime
  readiness(): Readiness
}

const MAX_HEAD_BYTES = 32 * 1024
const IDLE_TIMEOUT_MS = 75_000
const STALL_TIMEOUT_MS = 60_000

/** The data plane: client dialects at their native paths, and nothing else. */
export function createDataPlane(options: ListenerOptions): HttpServer {
  const { limits, endpoints } = options
  return createHttpServer({
    limits: {
      maxHeadBytes: MAX_HEAD_BYTES,
      headTimeoutMs: limits.headersTimeoutMs,
      idleTimeoutMs: IDLE_TIMEOUT_MS,
      stallTimeoutMs: STALL_TIMEOUT_MS,
    },
    onExchange(exchange) {
      const { url } = exchange
      const query = url.indexOf('?')
      const path = query < 0 ? url : url.slice(0, query)
      const endpoint = endpoints.get(path)
      if (endpoint !== undefined && exchange.method === 'POST') {
        handleCall(exchange, endpoint, options.runtime(), options).catch((fault: unknown) => {
          // No fault of one call may end the process, and so all others.
          options.log(fault, '')
          exchange.destroy()
        })
      } else serveOther(exchange, path, endpoint, options)
    },
    badRequestReply,
  })
}

/** Of no dialect: what cannot be read as a request has no path. */
function badRequestReply(fault: BadRequest, detail = ''): Buffer {
  const [status, sentence] = badRequests[fault]
  const message = detail === '' ? sentence : `${sentence} ${detail}`
  const error = { message, type: 'invalid_request_error', param: null, code: 'invalid_http' }
  const body = JSON.stringify({ error })
  return Buffer.from(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

const badRequests: Readonly<Record<BadRequest, readonly [status: string, message: string]>> = {
  invalid: ['400 Bad Request', 'The request is not valid HTTP/1.1.'],
  'head-too-large': ['431 Request Header Fields Too Large', 'The headers are larger than 32 KiB.'],
  'head-timeout': ['408 Request Timeout', 'The request did not arrive in time.'],
}

function serveOther(exchange: Exchange, path: string, endpoint: Endpoint | undefined, options: ListenerOptions): void {
  const dialect =
    endpoint?.kind === 'dialect' ? endpoint.dialect : (options.dialectOf(exchange) ?? options.fallbackDialect)
  const isRead = exchange.method === 'GET' || exchange.method === 'HEAD'
  const head: string[] = []
  try {
    const answer = isRead ? readAnswer(exchange, path, options) : undefined
    if (answer === undefined) throw unserved(exchange, head, path, options.endpoints)
    const bytes = Buffer.from(JSON.stringify(answer.body))
    exchange.reply(answer.status, ['content-type', 'application/json'], bytes)
  } catch (fault) {
    const error = asGatewayError(fault)
    if (error.code === 'internal_error') options.log(fault, '')
    writeError(exchange, dialect, error, head)
  }
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

function readAnswer(exchange: Exchange, path: string, options: ListenerOptions): Answer | undefined {
  if (path === '/healthz') return { status: 200, body: { status: 'ok' } }
  if (path === '/readyz') {
    const readiness = options.readiness()
    return { status: readiness.ready ? 200 : 503, body: readiness }
  }
  const listing = modelsPath.exec(path)
  if (listing === null) return undefined
  const runtime = options.runtime()
  const { id: key, workspace, models } = runtime.authenticate(exchange.headers)
  const listed = runtime.listModels({ key, workspace, models })
  const isAnthropic = exchange.headers['anthropic-version'] !== undefined || path.startsWith('/anthropic/')
  const shape = isAnthropic ? 'anthropic' : 'openai'
  const name = listing[1]
  return {
    status: 200,
    body: name === undefined ? modelList(listed, shape) : oneModel(listed, decodeName(name), shape),
  }
}

const modelsPath = /^(?:\/openai|\/anthropic)?\/v1\/models(?:\/(.+))?$/

function unserved(
  exchange: Exchange,
  head: string[],
  path: string,
  endpoints: ReadonlyMap<string, Endpoint>,
): GatewayError {
  if (endpoints.has(path) || modelsPath.test(path) || path === '/healthz' || path === '/readyz') {
    const allowed = endpoints.has(path) ? 'POST' : 'GET'
    head.push('allow', allowed)
    return new GatewayError('method_not_allowed', `${path} takes ${allowed}, not ${exchange.method}.`)
  }
  const known = [...endpoints.keys(), '/v1/models', '/healthz', '/readyz']
  const near = nearestNames(path, known, 1)[0] ?? '/v1/chat/completions'
  return new GatewayError('unknown_path', `There is nothing at ${path.slice(0, 200)}; the nearest path is ${near}.`)
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    throw new GatewayError('not_found', 'The model name in the path is not valid percent-encoding.')
  }
}
