import type { ModelCall, ModelReply } from '../core/calls/call.ts'
import type { Target } from '../core/calls/registry.ts'
import { GatewayError } from '../core/errors.ts'
import type { EndpointPlan } from '../core/model/endpoint-format.ts'
import { isJsonObject, parseJson } from '../core/wire/json.ts'
import { modelSpan } from '../core/wire/model-span.ts'
import { usageParts } from './provider-call/unary-body.ts'

type Attempt = (call: ModelCall, target: Target) => Promise<ModelReply>

/** Requests of endpoints whose formats differ from provider to provider: each target gets its own, and the client's reply comes back in the client's. */
export function serveFormats(attempt: Attempt): Attempt {
  return (call, target) => {
    const { endpoint } = call
    if (endpoint.kind !== 'pass-through' || endpoint.plan === undefined) return attempt(call, target)
    return attemptPlanned(call, target, endpoint, attempt)
  }
}

async function attemptPlanned(
  call: ModelCall,
  target: Target,
  endpoint: ModelCall['endpoint'] & { readonly kind: 'pass-through' },
  attempt: Attempt,
): Promise<ModelReply> {
  const { provider } = target.account
  const { id: callId, model: asked, wire } = call
  const plan = endpoint.plan?.({ provider, body: wire.json, callId, asked, model: target.model })
  if (plan === undefined) {
    throw new GatewayError('unsupported_endpoint', `The provider "${provider.id}" does not serve ${endpoint.path}.`)
  }
  if (plan.dropped.length > 0) call.emit({ type: 'parameters-dropped', names: plan.dropped })
  const reply = await attempt(
    {
      ...call,
      ...sent(call, plan),
      // A body written anew is left alone.
      endpoint: {
        ...endpoint,
        errorDialect: plan.beside,
        providerPath: plan.path,
        ...(plan.body === undefined ? {} : { modelIn: 'path' }),
      },
    },
    target,
  )
  return plan.reply === undefined ? reply : { ...reply, body: translated(reply, plan.reply) }
}

function sent({ model, wire, endpoint }: ModelCall, { body }: EndpointPlan): Pick<ModelCall, 'wire'> {
  if (body === undefined) return { wire }
  // Written anew, so a second model in it is harmless here; refused all the same, as the target must not decide what a valid body is.
  if (endpoint.kind === 'pass-through' && endpoint.modelIn === undefined) modelSpan(wire.bytes, model)
  return { wire: { bytes: Buffer.from(JSON.stringify(body)), json: body } }
}

function translated({ body, target }: ModelReply, translate: NonNullable<EndpointPlan['reply']>): ModelReply['body'] {
  const json = body.kind === 'unary' ? parseJson(body.bytes.toString('utf8')) : undefined
  if (!isJsonObject(json)) {
    throw new GatewayError(
      'upstream_invalid_reply',
      `The provider account "${target.account.id}" sent something that is not JSON.`,
    )
  }
  const { body: written, usage } = translate(json)
  return {
    kind: 'unary',
    bytes: Buffer.from(JSON.stringify(written)),
    contentType: 'application/json',
    parts: usageParts(usage),
  }
}
