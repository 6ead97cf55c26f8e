import type { Endpoint, UnaryBody } from '../../core/calls/call.ts'
import type { Target } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import type { Dialect } from '../../core/model/dialect.ts'
import type { ReplyPart, Usage } from '../../core/model/model-reply.ts'
import { usageIn } from '../../core/model/usage-in.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../core/wire/json.ts'
import type { CredentialFilter } from '../credentials/credential-filter.ts'
import type { ProviderHead } from './provider-head.ts'
import { withOriginalNames } from './tool-names.ts'
import { upstreamError } from './upstream-error.ts'

export interface UnaryContext {
  readonly endpoint: Endpoint
  readonly target: Target
  /** Of the wire; absent for pass-through endpoints. */
  readonly dialect: Dialect | undefined
  /** The client's names of tools, by those in the reply. */
  readonly toolNames: ReadonlyMap<string, string> | undefined
  readonly head: ProviderHead
  readonly credential: CredentialFilter
}

/** Reads a whole reply. Throws what it says when it is an error, or `upstream_invalid_reply`. */
export function unaryBody(bytes: Buffer, context: UnaryContext): UnaryBody {
  const { target, dialect, head, credential } = context
  // Beside a dialect, a provider's error has the shape of the family.
  const family = context.endpoint.kind === 'dialect' ? dialect : context.endpoint.errorDialect
  if (head.status >= 400) throw upstreamError(target, family, head, credential.bytes(bytes))
  if (context.endpoint.kind === 'raw') {
    const parts = usageParts(usageIn(parseJson(bytes.toString('utf8'))))
    return { kind: 'unary', bytes, contentType: head.contentType, parts }
  }
  try {
    const read = wholeParts(bytes, context.endpoint, dialect)
    if (read === undefined) {
      throw new GatewayError(
        'upstream_invalid_reply',
        `The provider account "${target.account.id}" sent something that is not JSON.`,
      )
    }
    const parts = withOriginalNames(read, context.toolNames)
    return { kind: 'unary', bytes, contentType: head.contentType, parts }
  } catch (fault) {
    // Some providers answer 200 with an error in their body, and its words become the fault's.
    const cleaned = credential.bytes(bytes)
    if (cleaned === bytes) throw fault
    return unaryBody(cleaned, context)
  }
}

/** What a whole reply says, in the provider's names of tools; `undefined` when it is no JSON object. Throws `upstream_invalid_reply`. */
export function wholeParts(
  bytes: Buffer,
  endpoint: Endpoint,
  dialect: Dialect | undefined,
): readonly ReplyPart[] | undefined {
  const json = parseJson(bytes.toString('utf8'))
  return isJsonObject(json) ? (dialect?.decodeReply(json) ?? passThroughParts(endpoint, json)) : undefined
}

function passThroughParts(endpoint: Endpoint, reply: JsonObject): readonly ReplyPart[] {
  return usageParts(endpoint.kind === 'pass-through' ? endpoint.usageOf(reply) : undefined)
}

export function usageParts(usage: Usage | undefined): readonly ReplyPart[] {
  // The body is whole, and so are its figures.
  return usage === undefined ? [] : [{ type: 'usage-report', usage }, { type: 'reply-end' }]
}
