import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Endpoint } from '../../core/call.ts'
import type { Dialect } from '../../core/dialect.ts'
import { GatewayError } from '../../core/errors.ts'
import { nearestNames } from '../../core/nearest-names.ts'
import type { Limits } from '../../core/registry.ts'
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
  dialectOf(request: IncomingMessage): Dialect | undefined
  readonly limits: Limits
  runtime(): Runtime
  readiness(): Readiness
}

/** The data plane: client dialects at their native paths, and nothing else. */
export function createDataPlane(options: ListenerOptions): Server {
  const { limits, endpoints } = options
  const server = createServer(
    {
      headersTimeout: limits.headersTimeoutMs,
      // Node's own limit is the last resort; `body_timeout` answers in the client's dialect before it.
      requestTimeout: limits.headersTimeoutMs + 2 * limits.bodyTimeoutMs,
      keepAliveTimeout: 75_000,
      maxHeaderSize: 32 * 1024,
      noDelay: true,
    },
    (request, response) => {
      const url = request.url ?? '/'
      const query = url.indexOf('?')
      const path = query < 0 ? url : url.slice(0, query)
      const endpoint = endpoints.get(path)
      if (endpoint !== undefined && request.method === 'POST') {
        void handleCall(request, response, endpoint, options.runtime(), options)
      } else serveOther(request, response, path, endpoint, options)
    },
  )
  server.on('clientError', (fault: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || fault.code === 'ECONNRESET') {
      socket.destroy()
      return
    }
    const [status, reason] = clientErrors[fault.code ?? ''] ?? ['400 Bad Request', 'The request is not valid HTTP/1.1.']
    const body = JSON.stringify({
      error: { message: reason, type: 'invalid_request_error', param: null, code: 'invalid_http' },
    })
    socket.end(
      `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    )
  })
  return server
}

const clientErrors: Readonly<Record<string, readonly [status: string, reason: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The headers are larger than 32 KiB.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request did not arrive in time.'],
}

function serveOther(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  endpoint: Endpoint | undefined,
  options: ListenerOptions,
): void {
  response.on('error', () => undefined)
  const dialect =
    endpoint?.kind === 'dialect' ? endpoint.dialect : (options.dialectOf(request) ?? options.fallbackDialect)
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  try {
    const answer = isRead ? readAnswer(request, path, options) : undefined
    if (answer === undefined) throw unserved(request, response, path, options.endpoints)
    const bytes = Buffer.from(JSON.stringify(answer.body))
    response.writeHead(answer.status, ['content-type', 'application/json', 'content-length', String(bytes.length)])
    response.end(bytes)
  } catch (fault) {
    const error = asGatewayError(fault)
    if (error.code === 'internal_error') options.log(fault, '')
    writeError(request, response, dialect, error, [])
  }
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

function readAnswer(request: IncomingMessage, path: string, options: ListenerOptions): Answer | undefined {
  if (path === '/healthz') return { status: 200, body: { status: 'ok' } }
  if (path === '/readyz') {
    const readiness = options.readiness()
    return { status: readiness.ready ? 200 : 503, body: readiness }
  }
  const listing = modelsPath.exec(path)
  if (listing === null) return undefined
  const runtime = options.runtime()
  const { id: key, workspace, models } = runtime.authenticate(request.headers)
  const listed = runtime.listModels({ key, workspace, models })
  const isAnthropic = request.headers['anthropic-version'] !== undefined || path.startsWith('/anthropic/')
  const shape = isAnthropic ? 'anthropic' : 'openai'
  const name = listing[1]
  return {
    status: 200,
    body: name === undefined ? modelList(listed, shape) : oneModel(listed, decodeName(name), shape),
  }
}

const modelsPath = /^(?:\/openai|\/anthropic)?\/v1\/models(?:\/(.+))?$/

function unserved(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  endpoints: ReadonlyMap<string, Endpoint>,
): GatewayError {
  if (endpoints.has(path) || modelsPath.test(path) || path === '/healthz' || path === '/readyz') {
    const allowed = endpoints.has(path) ? 'POST' : 'GET'
    response.setHeader('allow', allowed)
    return new GatewayError('method_not_allowed', `${path} takes ${allowed}, not ${request.method ?? 'this method'}.`)
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
