import type { CacheWish } from '../../../core/calls/cache.ts'
import type { ModelCall, RequestWire } from '../../../core/calls/call.ts'
import type { CallRecorder } from '../record/call-recorder.ts'
import type { ClientLabels } from '../request/call-labels.ts'
import type { Answer, CallParts, ClientManner } from '../request/client-manner.ts'
import { modelCall } from '../request/model-call.ts'
import { type FollowOptions, followPlan } from './follow-plan.ts'
import { noChanges, type Plan } from './plan.ts'
import type { IsAccount } from './provider-names.ts'
import { hasPortkeyHeaders, readPortkeyHeaders } from './read-headers.ts'
import { type LastAttempt, replyFields } from './reply-fields.ts'
import { targetWire } from './target-wire.ts'

const plain: Plan = { kind: 'target', path: 'config', metadata: {}, changes: noChanges }

/** Of a request with `x-portkey-` headers, all replies to which then carry its own. */
export function portkeyCaller(
  headers: Readonly<Record<string, string>>,
  recorder: CallRecorder,
  isAccount: IsAccount,
): ClientManner | undefined {
  if (!hasPortkeyHeaders(headers)) return undefined
  const last: LastAttempt = { path: 'config', retries: 0 }
  recorder.replyFields = () => replyFields(headers['x-portkey-trace-id'], recorder.id, last)
  let plan = plain
  let metadata: Readonly<Record<string, string>> = {}
  return {
    readHeaders() {
      const read = readPortkeyHeaders(headers, isAccount)
      plan = read.plan
      metadata = read.metadata
      if (read.dropped.length > 0) recorder.fact({ type: 'parameters-dropped', names: read.dropped })
    },
    call: (wire, parts) =>
      followPlan(plan, {
        ...parts,
        isSpent: spentOf(wire),
        random: Math.random,
        facts: () => ({ metadata, params: wire.json, pathname: pathOf(parts) }),
        callFor: callMaker(wire, parts, last, metadata),
      }),
  }
}

/** For a model named as Portkey does (`@slug/model`), by a client that sends none of its headers. */
export function callSlug(wire: RequestWire, parts: CallParts): Promise<Answer> {
  return followPlan(plain, {
    ...parts,
    isSpent: spentOf(wire),
    random: Math.random,
    facts: () => ({ metadata: {}, params: wire.json, pathname: pathOf(parts) }),
    callFor: callMaker(wire, parts, { path: '', retries: 0 }),
  })
}

function pathOf({ origin }: CallParts): string {
  return new URL(origin.exchange.url, 'http://gateway').pathname
}

function spentOf({ upload }: RequestWire): () => boolean {
  return () => upload?.body.isSpent === true
}

function callMaker(
  wire: RequestWire,
  { origin, pathModel, resume, isAccount }: CallParts,
  last: LastAttempt,
  ofHeader: Readonly<Record<string, string>> = {},
): FollowOptions['callFor'] {
  const { headers } = origin.exchange
  return (target, retries) => {
    last.path = target.path
    last.retries = retries
    last.cache = undefined
    const own = targetWire(wire, pathModel, target, isAccount)
    const traceId = headers['x-portkey-trace-id']
    const said: ClientLabels = {
      metadata: { ...target.metadata, ...ofHeader },
      ...(traceId === undefined ? {} : { traceId }),
    }
    const asked = modelCall({ ...origin, said }, resume(own.wire), own.pathModel)
    const wish = portkeyWish(headers, asked.wish, target.cacheTtlMs, ofHeader)
    const call: ModelCall = { ...asked, wish }
    return {
      ...call,
      emit(fact) {
        if (fact.type === 'attempt-started') last.provider = fact.target.account.provider.id
        if (fact.type === 'cache-hit') last.cache = fact.match === undefined ? 'HIT' : 'SEMANTIC HIT'
        if (fact.type === 'cache-missed') last.cache = call.wish.mode === 'refresh' ? 'REFRESH' : 'MISS'
        call.emit(fact)
      },
    }
  }
}

/** What a call by Portkey's headers wants of the cache. Own words go first: `off` stays off. */
function portkeyWish(
  headers: Readonly<Record<string, string>>,
  asked: CacheWish,
  ttlMs: number | undefined,
  metadata: Readonly<Record<string, string>>,
): CacheWish {
  const isRefresh = asked.mode === 'on' && headers['x-portkey-cache-force-refresh'] === 'true'
  // As Portkey has it: who sends metadata and no namespace shares answers with calls of the same metadata only.
  const said = headers['x-portkey-cache-namespace'] || Object.entries(metadata).sort().flat()
  const namespace = said.length === 0 ? undefined : JSON.stringify(said)
  return {
    ...(ttlMs === undefined ? {} : { ttlMs }),
    ...(namespace === undefined ? {} : { namespace }),
    ...asked,
    ...(isRefresh ? { mode: 'refresh' } : {}),
  }
}
