import type { Endpoint, ModelCall } from '../../core/calls/call.ts'
import type { Target } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import type { Dialect, TargetTraits } from '../../core/model/dialect.ts'
import { withoutPieces } from '../../core/model/encrypted-reasoning.ts'
import type { Provider, Surface } from '../../core/model/provider.ts'
import { withFields } from '../../core/wire/field-splice.ts'
import { withFormModel } from '../../core/wire/form-data.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import { modelSpan, withModel } from '../../core/wire/model-span.ts'
import type { StreamedBody } from '../../core/wire/streamed-body.ts'
import { fitToolNames } from './tool-names.ts'

export interface EncodedCall {
  readonly path: string
  readonly body: Buffer | StreamedBody
  readonly dropped: readonly string[]
  /** The client's names of tools, by those that the provider was given in their place. */
  readonly toolNames?: ReadonlyMap<string, string>
}

/**
 * The request for a target. Same dialect: the client's own bytes, with another model name in them at the most.
 * Another dialect: written anew from the neutral form.
 */
export function encodeCall(call: ModelCall, target: Target, surface: Surface): EncodedCall {
  if (call.endpoint.kind === 'count-tokens') return encodeCount(call, target, call.endpoint)
  if (call.endpoint.kind !== 'dialect') return passThrough(call, call.endpoint, target)
  const { dialect } = surface
  const client = call.endpoint.dialect
  const path = dialect.providerPath({ model: target.model, stream: call.stream })
  const traits = traitsOf(surface, target)
  if (dialect !== client || call.goesOn === true) {
    // Written anew, so harmless here; refused all the same, as the target must not decide what a valid body is.
    if (client.modelIn === 'body') modelSpan(call.wire.bytes, call.model)
    const foreign = call.reasoning?.foreignTo(target)
    const asked = { ...call.request(), model: target.model }
    const request = foreign === undefined ? asked : withoutPieces(asked, foreign)
    const fitted = dialect.toolNames && fitToolNames(request, dialect.toolNames)
    const encoded = dialect.encodeRequest(fitted?.request ?? request, traits)
    const { body } = encoded
    const dropped = foreign === undefined ? encoded.dropped : [...encoded.dropped, ...lostIn(client)]
    const { model, account } = target
    const adjusted = surface.adjust?.(body, { model, options: account.options }) ?? body
    const continued = call.goesOn === true ? (surface.continuation?.adjust?.(adjusted) ?? adjusted) : adjusted
    const bytes = Buffer.from(JSON.stringify(continued))
    return { path, body: bytes, dropped, ...(fitted === undefined ? {} : { toolNames: fitted.originals }) }
  }
  const namesModel = dialect.modelIn === 'body'
  const bytes = namesModel ? withModel(call.wire.bytes, call.model, target.model) : call.wire.bytes
  const read = readable(call, target, dialect)
  const given = read?.body ?? call.wire.json
  const adapted = dialect.adaptRequest?.(given, traits, { streamUsage: target.account.requestStreamUsage })
  const isGiven = read === undefined && adapted === undefined
  if (isGiven && surface.adjust === undefined) return { path, body: bytes, dropped: [] }
  const fitting = adapted?.body ?? given
  const dropped = [...(read?.dropped ?? []), ...(adapted?.dropped ?? [])]
  const named = (json: JsonObject): JsonObject => (namesModel ? { ...json, model: target.model } : json)
  const body = named(fitting)
  const adjusted = surface.adjust?.(body, { model: target.model, options: target.account.options })
  if (isGiven && adjusted === undefined) return { path, body: bytes, dropped: [] }
  return { path, body: withFields(bytes, named(call.wire.json), adjusted ?? body), dropped }
}

/** The client's body without the reasoning that the target is known not to read; `undefined` when there is none. */
function readable({ reasoning, wire }: ModelCall, target: Target, { encryptedReasoning }: Dialect) {
  const foreign = reasoning?.foreignTo(target)
  return foreign === undefined ? undefined : encryptedReasoning?.without(wire.json, foreign, target.model)
}

function lostIn({ encryptedReasoning }: Dialect): readonly string[] {
  return encryptedReasoning === undefined ? [] : [encryptedReasoning.name]
}

function passThrough(
  { wire, model }: ModelCall,
  endpoint: Exclude<Endpoint, { kind: 'dialect' }>,
  target: Target,
): EncodedCall {
  const { provider } = target.account
  const path =
    (endpoint.kind === 'pass-through' ? endpoint.providerPath : undefined) ?? endpointPath(provider, endpoint)
  if (path === undefined) {
    throw new GatewayError('unsupported_endpoint', `The provider "${provider.id}" does not serve ${endpoint.path}.`)
  }
  if (endpoint.kind === 'pass-through' && endpoint.modelIn === 'path') return { path, body: wire.bytes, dropped: [] }
  if (wire.contentType === undefined) return { path, body: withModel(wire.bytes, model, target.model), dropped: [] }
  const { bytes, upload } = withFormModel(wire, wire.contentType, target.model)
  return { path, body: upload?.body ?? bytes, dropped: [] }
}

/** A provider that speaks the endpoint's family may serve it, and says itself when it does not. */
function endpointPath(
  { passThrough: known, dialect, alsoSpeaks = [] }: Provider,
  { path, errorDialect }: Exclude<Endpoint, { kind: 'dialect' }>,
): string | undefined {
  const named = known?.[path]
  if (named !== undefined) return named
  const isOfFamily = dialect === errorDialect || alsoSpeaks.some((surface) => surface.dialect === errorDialect)
  return isOfFamily ? path.replace(/^\/v1(?=\/)/, '') : undefined
}

/** Only for a provider that counts for clients of the very dialect. */
function encodeCount(
  { wire, model }: ModelCall,
  target: Target,
  { counting, errorDialect }: Endpoint & { readonly kind: 'count-tokens' },
): EncodedCall {
  const path = counting.providerPath(target.model)
  const adapted = counting.adapt?.(wire.json, target.model)
  if (adapted !== undefined) return { path, body: withFields(wire.bytes, wire.json, adapted), dropped: [] }
  const namesModel = errorDialect.modelIn === 'body'
  return { path, body: namesModel ? withModel(wire.bytes, model, target.model) : wire.bytes, dropped: [] }
}

/** What the provider is known to take, and its model. */
function traitsOf({ traits = {} }: Surface, { facts }: Target): TargetTraits {
  if (facts === undefined) return traits
  const { maxOutputTokens, supportsReasoning, supportsSampling } = facts
  return {
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(supportsReasoning === undefined ? {} : { supportsReasoning }),
    ...(supportsSampling === undefined ? {} : { supportsSampling }),
    ...traits,
  }
}
