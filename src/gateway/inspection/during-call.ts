import type { ModelCall, ModelReply, Next } from '../../core/calls/call.ts'
import { CallLifetime } from '../../core/calls/lifetime.ts'
import { GatewayError } from '../../core/errors.ts'
import type { Guardrail } from '../../core/inspection/guardrail.ts'
import { refusedReply } from './refused-usage.ts'

/** Those that a call waits for before it goes out, and those that look while the provider is at work. */
export function inTwoTurns(active: readonly Guardrail[]): {
  readonly before: readonly Guardrail[]
  readonly during: readonly Guardrail[]
} {
  const during = active.filter(({ duringCall }) => duringCall === true)
  return during.length === 0
    ? { before: active, during }
    : { before: active.filter(({ duringCall }) => duringCall !== true), during }
}

/** Sends the call on while it is still looked at. What the provider says waits for the verdict; rejects with its refusal, and the provider is stopped. */
export async function sentDuring(
  call: ModelCall,
  next: Next<ModelCall, ModelReply>,
  verdict: Promise<unknown>,
): Promise<ModelReply> {
  const lifetime = new CallLifetime()
  call.lifetime.onEnd((reason) => lifetime.end(reason))
  let answer: ModelReply | undefined
  let isJudged = false
  const coming = next({ ...call, lifetime }).then((reply) => {
    answer = reply
    if (!isJudged) call.emit({ type: 'stage-began', stage: 'inspect' })
    return reply
  })
  // Whether the provider fails is of interest only where the call may go on.
  coming.catch(() => undefined)
  try {
    await verdict
    isJudged = true
  } catch (fault) {
    if (answer !== undefined) refusedReply(call, answer)
    lifetime.end(
      new GatewayError('guardrail_denied', 'A guardrail refused the request while the provider was at work on it.'),
    )
    throw fault
  }
  return await coming
}
