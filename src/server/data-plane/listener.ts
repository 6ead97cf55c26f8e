import type { Endpoint } from '../../core/calls/call.ts'
import type { Limits } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import type { Dialect } from '../../core/model/dialect.ts'
import { rawPrefix } from '../client-paths.ts'
import type { Exchange } from '../http/exchange.ts'
import { createHttpServer, type HttpServer } from '../http/http-server.ts'
import type { BadRequest } from '../http/server-connection.ts'
import type { Readiness } from '../readiness.ts'
import { createOpenSockets, type OpenSockets } from '../realtime/open-sockets.ts'
import { serveRealtime } from '../realtime/serve-realtime.ts'
import { serveResponses } from '../realtime/serve-responses.ts'
import { type AskedQuestion, answerQuestion, chooseQuestion } from './paths/answer-question.ts'
import { type CallHandling, handleCall } from './paths/handle-call.ts'
import { nearestPathMessage, unknownPathMessage } from './paths/nearest-path.ts'
import { nearestVerb, type PathTable } from './paths/path-table.ts'
import { type FeedbackHandling, feedbackPath, serveFeedback } from './paths/serve-feedback.ts'
import { keptReplyPaths, serveKeptReply } from './paths/serve-kept-reply.ts'
import { serveRaw } from './paths/serve-raw.ts'
import { type Resource, serveResource } from './paths/serve-resource.ts'
import { type SpanHandling, serveSpans, spansPath } from './paths/serve-spans.ts'
import { writeError } from './reply/error-reply.ts'
import { asGatewayError } from './reply/reply-writer.ts'
import type { Runtime } from './runtime.ts'

export interface ListenerOptions extends CallHandling, SpanHandling, FeedbackHandling {
  /** By path, prefixes such as `/anthropic` included. */
  readonly endpoints: PathTable<Endpoint>
  readonly questions: PathTable<readonly AskedQuestion[]>
  /** Where WebSockets are opened. */
  readonly sockets: PathTable<Endpoint>
  /** Errors of paths that no dialect owns take this shape. */
  readonly fallbackDialect: Dialect
  /** For callers that speak it by their headers (`anthropic-version`). */
  dialectOf(exchange: Exchange): Dialect | undefined
  /** Things that the gateway keeps for its callers: files, batches. */
  readonly resources: PathTable<Resource>
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
  const open = createOpenSockets()
  const server = createHttpServer({
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
      const found = exchange.method === 'POST' ? endpoints.find(path) : undefined
      const served =
        found !== undefined
          ? handleCall(exchange, found, options.runtime(), options)
          : path.startsWith(rawPrefix)
            ? serveRaw(exchange, path, options.fallbackDialect, options.runtime(), options)
            : serveOther(exchange, path, options, open)
      served.catch((fault: unknown) => {
        // No fault of one call may end the process, and so all others.
        options.log(fault, '')
        exchange.destroy()
      })
    },
    badRequestReply,
  })
  return {
    listener: server.listener,
    close(graceMs) {
      open.leaveAll()
      return server.close(graceMs)
    },
  }
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

async function serveOther(
  exchange: Exchange,
  path: string,
  options: ListenerOptions,
  open: OpenSockets,
): Promise<void> {
  const head: string[] = []
  const guess = controlPlanePath.test(path) ? undefined : options.dialectOf(exchange)
  let dialect = guess ?? options.fallbackDialect
  try {
    const state = exchange.method === 'GET' || exchange.method === 'HEAD' ? stateAnswer(path, options) : undefined
    if (state !== undefined) {
      exchange.reply(state.status, ['content-type', 'application/json'], Buffer.from(JSON.stringify(state.body)))
      return
    }
    const socket = exchange.method === 'GET' ? options.sockets.find(path) : undefined
    if (socket !== undefined) {
      if (exchange.headers['upgrade']?.toLowerCase() === 'websocket') {
        const { item } = socket
        return item.kind === 'dialect'
          ? await serveResponses(exchange, item, { ...options, open })
          : await serveRealtime(exchange, item, options)
      }
    }
    if (socket !== undefined && options.endpoints.find(path) === undefined) {
      head.push('upgrade', 'websocket')
      throw new GatewayError('upgrade_required', `${path} is a WebSocket; ask for it with \`Upgrade: websocket\`.`)
    }
    const resource = options.resources.find(path)
    if (resource?.item.methods[exchange.method] !== undefined) {
      return await serveResource(exchange, resource, options.runtime(), options)
    }
    if (path === feedbackPath && exchange.method === 'POST')
      return await serveFeedback(exchange, options.runtime(), options)
    if (path === spansPath && exchange.method === 'POST') return await serveSpans(exchange, options.runtime(), options)
    const kept = keptReplyPaths.find(path)
    if (kept?.item.questions[exchange.method] !== undefined)
      return await serveKeptReply(exchange, kept, options.runtime(), options)
    const found = options.questions.find(path)
    const asked = found && chooseQuestion(found.item, exchange)
    if (asked === undefined) throw unserved(exchange, head, path, options)
    dialect = asked.dialect
    await answerQuestion(exchange, asked, found?.model, options.runtime(), options)
  } catch (fault) {
    const error = asGatewayError(fault)
    if (error.code === 'internal_error') options.log(fault, '')
    writeError(exchange, dialect, error, head)
  }
}

function stateAnswer(path: string, options: ListenerOptions): { status: number; body: unknown } | undefined {
  if (path === '/healthz') return { status: 200, body: { status: 'ok' } }
  if (path !== '/readyz') return undefined
  const readiness = options.readiness()
  return { status: readiness.ready ? 200 : 503, body: readiness }
}

function unserved(
  exchange: Exchange,
  head: string[],
  path: string,
  { endpoints, questions, sockets, resources }: ListenerOptions,
): GatewayError {
  const verb = exchange.method === 'POST' ? nearestVerb(path, endpoints.paths) : undefined
  if (verb !== undefined && endpoints.find(path) === undefined)
    return new GatewayError('unknown_path', nearestPathMessage(path, verb))
  const allowed = new Set<string>()
  if (endpoints.find(path) !== undefined) allowed.add('POST')
  for (const { question } of questions.find(path)?.item ?? []) allowed.add(question.method)
  for (const method of Object.keys(resources.find(path)?.item.methods ?? {})) allowed.add(method)
  for (const method of Object.keys(keptReplyPaths.find(path)?.item.questions ?? {})) allowed.add(method)
  if (path === feedbackPath || path === spansPath) allowed.add('POST')
  if (statePaths.includes(path) || (sockets.find(path) !== undefined && allowed.size === 0)) allowed.add('GET')
  if (allowed.size > 0) {
    const methods = [...allowed].join(', ')
    head.push('allow', methods)
    return new GatewayError('method_not_allowed', `${path} takes ${methods}, not ${exchange.method}.`)
  }
  if (controlPlanePath.test(path)) {
    const message = `${path.slice(0, 200)} is on the control plane, which has a port of its own (\`--control-port\`, 8788 by default).`
    return new GatewayError('unknown_path', message)
  }
  const known = [
    ...endpoints.paths,
    ...questions.paths,
    ...sockets.paths,
    ...resources.paths,
    ...keptReplyPaths.paths,
    feedbackPath,
    spansPath,
    ...statePaths,
  ]
  return new GatewayError('unknown_path', unknownPathMessage(path, known))
}

const controlPlanePath = /^\/(?:metrics$|api\/v1(?:\/|$))/

const statePaths: readonly string[] = ['/healthz', '/readyz']
