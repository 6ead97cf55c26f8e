import { createHash } from 'node:crypto'
import type { ModelCall } from '../../core/calls/call.ts'
import type { ResolvedModel } from '../../core/calls/registry.ts'
import { readsOneWay } from '../../core/wire/reads-one-way.ts'
import { askingHeaders } from '../outbound/headers.ts'
import { cacheKey, dependsOnCaller, type Scope } from './cache-key.ts'

/** About 150 bytes each. */
const MAX_KNOWN = 10_000

export type FindKey = (call: ModelCall, resolved: ResolvedModel, scope: Scope) => string | undefined

/**
 * The keys of requests, which are found once for the same bytes: reading what a request says costs ten times as much as
 * hashing it. For one configuration. `undefined` for a body that may be read in several ways. Throws `invalid_request`.
 */
export function createKnownKeys(): FindKey {
  const known = new Map<string, string>()
  return (call, resolved, scope) => {
    // What a condition sees of a call is not all in its bytes.
    if (dependsOnCaller(resolved.plan)) return readsOneWay(call.wire) ? cacheKey(call, resolved, scope) : undefined
    const digest = digestOf(call, scope)
    const found = known.get(digest)
    if (found !== undefined) return found
    if (!readsOneWay(call.wire)) return undefined
    const key = cacheKey(call, resolved, scope)
    if (known.size >= MAX_KNOWN) for (const oldest of known.keys()) if (known.delete(oldest)) break
    known.set(digest, key)
    return key
  }
}

function digestOf(call: ModelCall, scope: Scope): string {
  const { principal, endpoint, model, stream, headers, query, wire, wish } = call
  const owner = scope === 'key' ? principal.key : ''
  const family = endpoint.kind === 'dialect' ? endpoint.dialect.id : ''
  const partition = [principal.workspace, owner, wish.namespace ?? '']
  const beside = JSON.stringify([...partition, family, endpoint.path, model, stream, query, askingHeaders(headers)])
  return createHash('sha256').update(`${beside.length}:${beside}`).update(wire.bytes).digest('base64url')
}
