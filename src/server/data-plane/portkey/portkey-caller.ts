import type { RequestWire } from '../../../core/call.ts'
import type { JsonValue } from '../../../core/json.ts'
import type { CallRecorder } from '../call-recorder.ts'
import type { ContinuedCall } from '../continued-call.ts'
import { type CallOrigin, modelCall } from '../model-call.ts'
import { type Answer, type FollowOptions, followPlan } from './follow-plan.ts'
import { noChanges, type Plan } from './plan.ts'
import { type IsAccount, sluggedModel } from './provider-names.ts'
import { hasPortkeyHeaders, readPortkeyHeaders } from './read-headers.ts'
import { type LastAttempt, replyFields } from './reply-fields.ts'
import { targetWire } from './target-wire.ts'

export interface CallParts extends Pick<FollowOptions, 'deadlines' | 'pipeline'> {
  readonly origin: CallOrigin
  readonly pathModel: string | undefined
  /** Checks what a body goes on from; for the body as it is sent, or a config could name replies of somebody else. */
  resume(wire: RequestWire): ContinuedCall
}

/** Makes the call of a client that speaks to Portkey. */
export interface PortkeyCaller {
  /** To be called when it is known who is calling. Throws `invalid_request`. */
  readHeaders(): void
  call(wire: RequestWire, parts: CallParts): Promise<Answer>
}

const plain: Plan = { kind: 'target', path: 'config', changes: noChanges }

/** For a request with `x-portkey-` headers, all replies to which then carry its own. */
export function portkeyCaller(
  headers: Readonly<Record<string, string>>,
  recorder: CallRecorder,
  isAccount: IsAccount,
): PortkeyCaller | undefined {
  if (!hasPortkeyHeaders(headers)) return undefined
  const last: LastAttempt = { path: 'config' }
  recorder.replyFields = () => replyFields(headers['x-portkey-trace-id'], recorder.id, last)
  let plan = plain
  return {
    readHeaders() {
      const read = readPortkeyHeaders(headers, isAccount)
      plan = read.plan
      if (read.dropped.length > 0) recorder.fact({ type: 'parameters-dropped', names: read.dropped })
    },
    call: (wire, parts) => followPlan(plan, { ...parts, callFor: callMaker(wire, parts, isAccount, last) }),
  }
}

/** For a model named as Portkey does (`@slug/model`) by a client that sends none of its headers. */
export function sluggedCaller(
  model: JsonValue | undefined,
  isAccount: IsAccount,
): Pick<PortkeyCaller, 'call'> | undefined {
  if (typeof model !== 'string' || sluggedModel(model) === undefined) return undefined
  return {
    call: (wire, parts) => followPlan(plain, { ...parts, callFor: callMaker(wire, parts, isAccount, { path: '' }) }),
  }
}

function callMaker(
  wire: RequestWire,
  { origin, pathModel, resume }: CallParts,
  isAccount: IsAccount,
  last: LastAttempt,
): FollowOptions['callFor'] {
  return (target) => {
    last.path = target.path
    const own = targetWire(wire, pathModel, target, isAccount)
    const call = modelCall(origin, resume(own.wire), own.pathModel)
    return {
      ...call,
      emit(fact) {
        if (fact.type === 'attempt-started') last.provider = fact.target.account.provider.id
        call.emit(fact)
      },
    }
  }
}
