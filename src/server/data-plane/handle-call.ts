import type { Endpoint, ModelCall } from '../../core/call.ts'
import type { EventSink } from '../../core/call-record.ts'
import { GatewayError } from '../../core/errors.ts'
import type { ClientFraming } from '../../core/framing.ts'
import type { JsonValue } from '../../core/json.ts'
import type { ReplyStore } from '../../core/kept-replies.ts'
import { CallLifetime } from '../../core/lifetime.ts'
import type { ModelRequest } from '../../core/model-request.ts'
import type { Limits, Principal } from '../../core/registry.ts'
import { requestHeaders } from '../../gateway/outbound/headers.ts'
import type { CallExchange } from '../http/exchange.ts'
import { callId } from './call-id.ts'
import { CallRecorder } from './call-recorder.ts'
import type { Concurrency } from './concurrency.ts'
import { type ContinuedCall, continuedCall } from './continued-call.ts'
import type { Deadlines } from './deadlines.ts'
import { sendError } from './error-reply.ts'
import type { Found } from './path-table.ts'
import { checkBodyHeaders, parseBody, parseForm, readBody } from './read-body.ts'
import { replyKeeper } from './reply-keeper.ts'
import { asGatewayError, replyContext, writeReply } from './reply-writer.ts'
import type { Runtime } from './runtime.ts'

export interface CallHandling {
  readonly sink: EventSink
  readonly concurrency: Concurrency
  readonly deadlines: Deadlines
  readonly replies: ReplyStore
  log(fault: unknown, callId: string): void
}

/** The name goes into headers, the record and caches; the longest of a vendor has about 100. */
const MAX_MODEL_LENGTH = 256

/** One model call, from its headers to the last byte of its reply. Every way out ends the record once. */
export async function handleCall(
  exchange: CallExchange,
  { item: endpoint, model }: Found<Endpoint>,
  runtime: Runtime,
  { sink, concurrency, deadlines, replies, log }: CallHandling,
): Promise<void> {
  const recorder = new CallRecorder(callId(), endpoint, performance.now(), sink)
  const lifetime = new CallLifetime()
  const { limits } = runtime
  let leave: (() => void) | undefined
  exchange.onOver = (isWhole) => {
    deadlines.delete(lifetime)
    leave?.()
    if (!isWhole) lifetime.end(new GatewayError('client_closed', 'The client left before the reply had ended.'))
  }
  deadlines.set(lifetime, limits.bodyTimeoutMs, () => bodyTimeout(limits))
  try {
    const signed = runtime.authenticateSigned(exchange, Date.now())
    const { id: key, workspace, models } = signed?.key ?? runtime.authenticate(exchange.headers)
    const principal: Principal = { key, workspace, models }
    const settings = runtime.recordSettings(workspace)
    // What a stranger sends in the name of a key is no call of that key.
    if (signed === undefined) recorder.calledBy(principal, settings)
    leave = concurrency.enter(key, limits)
    const kind = endpoint.kind === 'pass-through' ? endpoint.body : 'json'
    checkBodyHeaders(exchange, limits.maxBodyBytes, kind)
    const bytes = await readBody(exchange, limits.maxBodyBytes, lifetime)
    if (signed !== undefined) {
      signed.check(bytes)
      recorder.calledBy(principal, settings)
    }
    recorder.bodyRead(bytes)
    deadlines.set(lifetime, limits.deadlineMs, () => {
      exchange.expire()
      return deadlineExceeded(limits)
    })
    const wire = kind === 'json' ? parseBody(bytes) : parseForm(bytes, exchange.headers['content-type'] ?? '')
    const continued = continuedCall(endpoint, wire, workspace, replies, limits)
    const call = modelCall(exchange, endpoint, model, principal, continued, lifetime, recorder)
    const reply = await runtime.pipeline(call)
    if (lifetime.reason !== undefined) throw lifetime.reason
    const keeper = replyKeeper(call, reply, replies, settings.bodies === 'off')
    if (keeper !== undefined) recorder.keepWith(keeper, () => replyContext(call, recorder))
    writeReply(exchange, call, reply, recorder, limits.maxReplyBytes)
  } catch (fault) {
    const error = asGatewayError(fault)
    if (error.code === 'internal_error') log(fault, recorder.id)
    // A provider may be answering already.
    lifetime.end(error)
    recorder.headSent()
    sendError(exchange, endpoint, error, recorder)
    recorder.end(error.status, error)
  }
}

export function bodyTimeout({ bodyTimeoutMs }: Limits): GatewayError {
  return new GatewayError('body_timeout', `The body did not arrive within ${bodyTimeoutMs} ms.`)
}

export function deadlineExceeded({ deadlineMs }: Limits): GatewayError {
  return new GatewayError('deadline_exceeded', `The call took longer than ${deadlineMs} ms.`)
}

function modelCall(
  exchange: CallExchange,
  endpoint: Endpoint,
  pathModel: string | undefined,
  principal: Principal,
  { wire, asked, heldBy }: ContinuedCall,
  lifetime: CallLifetime,
  recorder: CallRecorder,
): ModelCall {
  const model = checkedModel(pathModel ?? wire.json['model'])
  const stream = isStream(endpoint, wire.json['stream'])
  recorder.asked(model, stream)
  let neutral: ModelRequest | undefined
  return {
    id: recorder.id,
    principal,
    endpoint,
    model,
    stream,
    ...(endpoint.kind === 'dialect' ? { framing: clientFraming(endpoint, exchange.url) } : {}),
    wire,
    ...(asked === undefined ? {} : { asked }),
    ...(heldBy === undefined ? {} : { heldBy }),
    headers: requestHeaders(exchange.headers),
    query: forwardedQuery(exchange.url),
    lifetime,
    request() {
      if (neutral === undefined) {
        if (endpoint.kind !== 'dialect')
          throw new GatewayError('unsupported_endpoint', `${endpoint.path} cannot be translated.`)
        neutral = endpoint.dialect.decodeRequest(wire.json, { model, stream })
      }
      return neutral
    },
    emit: (fact) => recorder.fact(fact),
  }
}

export function checkedModel(model: unknown): string {
  if (typeof model !== 'string' || model === '') {
    throw new GatewayError('invalid_request', '`model` must be a non-empty string.', { param: 'model' })
  }
  if (model.length > MAX_MODEL_LENGTH) {
    throw new GatewayError('invalid_request', `\`model\` is longer than ${MAX_MODEL_LENGTH} characters.`, {
      param: 'model',
    })
  }
  return model
}

function isStream(endpoint: Endpoint, asked: JsonValue | undefined): boolean {
  if (endpoint.kind === 'count-tokens') return false
  const rule = endpoint.kind === 'dialect' ? endpoint.clientPath.stream : 'when-asked'
  if (typeof rule === 'boolean') return rule
  if (asked !== undefined && asked !== null && typeof asked !== 'boolean') {
    throw new GatewayError('invalid_request', '`stream` must be true or false.', { param: 'stream' })
  }
  return asked ?? rule === 'unless-refused'
}

function clientFraming({ dialect, clientPath }: Endpoint & { kind: 'dialect' }, url: string): ClientFraming {
  return clientPath.framing?.(new URL(url, 'http://gateway').searchParams) ?? dialect.framing
}

/** `?beta=true` is part of Anthropic's API as its clients use it; everything else in a query stays here. */
function forwardedQuery(url: string): string {
  const start = url.indexOf('?')
  return start >= 0 && new URLSearchParams(url.slice(start)).get('beta') === 'true' ? '?beta=true' : ''
}
