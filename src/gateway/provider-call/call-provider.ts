import type { ModelCall, ModelReply } from '../../core/calls/call.ts'
import type { Target } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import { surfaceFor } from '../../core/model/provider.ts'
import { withFields } from '../../core/wire/field-splice.ts'
import { isJsonObject, parseJson } from '../../core/wire/json.ts'
import { encodeCall } from './encode-call.ts'
import { type Outgoing, type SendOptions, sender } from './send.ts'

const json = 'application/json'

/** The last step of a model call: what the client said, in a form that the target takes. */
export function callProvider(options: SendOptions): (call: ModelCall, target: Target) => Promise<ModelReply> {
  const send = sender(options)
  return async (call, target) => {
    const { endpoint } = call
    call.emit({ type: 'stage-began', stage: 'encode' })
    const client = endpoint.kind === 'dialect' ? endpoint.dialect : undefined
    // An endpoint beside a dialect stands where its family does (`/v1/embeddings` beside Chat Completions).
    const family = endpoint.kind === 'dialect' ? endpoint.dialect : endpoint.errorDialect
    const surface = surfaceFor(target.account.provider, family, target.model)
    const dialect = client === undefined ? undefined : surface.dialect
    const { path, body, dropped, toolNames } = encodeCall(call, target, surface)
    if (dropped.length > 0) call.emit({ type: 'parameters-dropped', names: dropped })
    const own = surface.dialect === family ? undefined : family.featureHeader
    const passed = own === undefined ? call.headers : withoutHeader(call.headers, own)
    if (own !== undefined && passed !== call.headers) call.emit({ type: 'parameters-dropped', names: [own] })
    const contentType = call.wire.contentType ?? json
    const headers = contentType === json ? passed : [...passed, 'content-type', contentType]
    const isSame = surface.dialect === client || endpoint.kind === 'count-tokens'
    const query = isSame ? call.query : ''
    const outgoing: Outgoing = {
      call,
      target,
      surface,
      dialect,
      method: 'POST',
      path,
      query,
      headers,
      contentType,
      body,
      toolNames,
    }
    try {
      return await send(outgoing)
    } catch (fault) {
      const readable = withoutUnreadable(outgoing, fault)
      if (readable === undefined || call.lifetime.reason !== undefined) throw fault
      call.emit({ type: 'parameters-dropped', names: readable.dropped })
      return await send({ ...outgoing, body: readable.bytes })
    }
  }
}

/** Thinking that another account encrypted goes to the one that made it, or to none: the conversation goes on without it. */
function withoutUnreadable({ dialect, body, target }: Outgoing, fault: unknown) {
  if (!(fault instanceof GatewayError) || fault.code !== 'upstream_rejected') return undefined
  if (dialect?.isUnreadable?.(fault) !== true || !Buffer.isBuffer(body)) return undefined
  const sent = parseJson(body.toString('utf8'))
  const reasoning = dialect.encryptedReasoning
  if (!isJsonObject(sent) || reasoning === undefined || reasoning.piecesIn(sent).length === 0) return undefined
  const without = reasoning.without(sent, () => true, target.model)
  return { bytes: withFields(body, sent, without.body), dropped: without.dropped }
}

/** The same list where the header is not in it. */
function withoutHeader(headers: readonly string[], name: string): readonly string[] {
  const at = headers.findIndex((text, place) => place % 2 === 0 && text === name)
  return at < 0 ? headers : headers.toSpliced(at, 2)
}
