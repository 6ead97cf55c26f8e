import { noCache } from '../core/calls/cache.ts'
import type { ModelCall } from '../core/calls/call.ts'
import type { CallLifetime } from '../core/calls/lifetime.ts'
import type { Principal } from '../core/calls/registry.ts'
import { requestFacts, routeFacts } from '../core/calls/request-facts.ts'
import type { Dialect, TargetTraits } from '../core/model/dialect.ts'
import type { ModelRequest } from '../core/model/model-request.ts'

export interface OwnCall {
  readonly id: string
  readonly request: ModelRequest
  /** What the request is written in. */
  readonly dialect: Dialect
  readonly traits: TargetTraits
  readonly principal: Principal
  readonly lifetime: CallLifetime
}

/** A call that no client has made, but the gateway itself. Nothing of it is recorded. */
export function ownCall({ id, request, dialect, traits, principal, lifetime }: OwnCall): ModelCall {
  const { model, stream } = request
  const { body } = dialect.encodeRequest(request, traits)
  const [clientPath] = dialect.clientPaths
  if (clientPath === undefined) throw new Error(`The dialect ${dialect.id} has no path.`)
  const { path } = clientPath
  return {
    id,
    principal,
    model,
    lifetime,
    reserved: { reservation: undefined },
    emit: () => undefined,
    endpoint: { kind: 'dialect', path, dialect, clientPath },
    stream,
    wire: { bytes: Buffer.from(JSON.stringify(body)), json: body },
    headers: [],
    query: '',
    wish: noCache,
    request: () => request,
    facts: () => routeFacts(requestFacts({ model, endpoint: path, stream }, request), principal, {}, new Date()),
  }
}
