import type { Endpoint, ModelCall } from '../../../core/calls/call.ts'
import type { CallLifetime } from '../../../core/calls/lifetime.ts'
import type { Principal } from '../../../core/calls/registry.ts'
import { requestFacts, routeFacts } from '../../../core/calls/request-facts.ts'
import { GatewayError } from '../../../core/errors.ts'
import type { ClientFraming } from '../../../core/model/framing.ts'
import type { ModelRequest } from '../../../core/model/model-request.ts'
import { budgetLeft } from '../../../core/spending/budget.ts'
import type { JsonObject, JsonValue } from '../../../core/wire/json.ts'
import { requestHeaders } from '../../../gateway/outbound/headers.ts'
import type { CallExchange } from '../../http/exchange.ts'
import type { CallRecorder } from '../record/call-recorder.ts'
import type { ContinuedCall } from '../things/continued-call.ts'
import { cacheWish } from './cache-wish.ts'
import { type ClientLabels, callLabels, checkMetadata } from './call-labels.ts'

/** The name goes into headers, the record and caches; the longest of a vendor has about 100. */
const MAX_MODEL_LENGTH = 256

/** What a call is made of, beside its body. */
export interface CallOrigin {
  readonly exchange: CallExchange
  readonly endpoint: Endpoint
  readonly principal: Principal
  readonly lifetime: CallLifetime
  readonly recorder: CallRecorder
  /** Of the headers of another gateway. */
  readonly said?: ClientLabels
  /** As the workspace has it. */
  readonly baggage?: readonly string[] | undefined
}

/** A request as the pipeline takes it. `pathModel`: the model's name where it stands in the path. */
export function modelCall(
  origin: CallOrigin,
  { wire, asked, heldBy, unseen, reasoning }: ContinuedCall,
  pathModel: string | undefined,
): ModelCall {
  const { exchange, endpoint, principal, lifetime, recorder } = origin
  const labels = callLabels(exchange.headers, wire.json, origin)
  recorder.labelled(labels)
  checkMetadata(principal, labels)
  refuseOtherSpellings(wire.json)
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
    upload: wire.upload,
    ...(asked === undefined ? {} : { asked }),
    ...(heldBy === undefined ? {} : { heldBy }),
    ...(unseen === undefined ? {} : { unseen }),
    ...(reasoning === undefined ? {} : { reasoning }),
    headers: requestHeaders(exchange.headers, principal.workspace),
    query: forwardedQuery(exchange.url),
    lifetime,
    reserved: recorder,
    labels,
    asker: exchange,
    wish: cacheWish(exchange.headers),
    request() {
      if (neutral === undefined) {
        if (endpoint.kind !== 'dialect')
          throw new GatewayError('unsupported_endpoint', `${endpoint.path} cannot be translated.`)
        neutral = endpoint.dialect.decodeRequest(wire.json, { model, stream })
      }
      return neutral
    },
    facts() {
      const request = requestFacts(
        { model, endpoint: endpoint.path, stream },
        endpoint.kind === 'dialect' ? this.request() : undefined,
      )
      return routeFacts(request, principal, labels.metadata, new Date(), budgetLeft(recorder.standings))
    },
    emit: (fact) => recorder.fact(fact),
  }
}

export function checkedModel(model: unknown): string {
  if (model === undefined)
    throw new GatewayError('invalid_request', '`model` is missing; `GET /v1/models` lists what it may be.', {
      param: 'model',
    })
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

/** Servers written in Go read `Model` as `model`, and the last of both counts. */
function refuseOtherSpellings(body: JsonObject): void {
  for (const name in body) {
    if (name.length === 5 && name !== 'model' && name.toLowerCase() === 'model')
      throw new GatewayError('invalid_request', 'The body names `model` in another spelling.', { param: 'model' })
  }
}

export function isStream(endpoint: Endpoint, asked: JsonValue | undefined): boolean {
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
