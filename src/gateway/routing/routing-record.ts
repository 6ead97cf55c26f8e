import type { Target } from '../../core/calls/registry.ts'
import { isSameTarget, type RouteDecision, targetsOf } from '../../core/calls/route-plan.ts'
import type { Usage } from '../../core/model/model-reply.ts'
import { callCost } from '../../core/model/prices.ts'
import type { RoutingRecord } from '../../core/record/call-record.ts'

type Candidate = RoutingRecord['candidates'][number]

/** How a call came to its targets, and what it would have cost at each. */
export function routingRecord(decision: RouteDecision, usage: Usage | undefined): RoutingRecord {
  const candidates: Candidate[] = []
  for (const target of targetsOf(decision.plan)) candidates.push(candidateOf(target, decision, usage))
  return { steps: decision.steps, candidates }
}

function candidateOf(target: Target, { targets, passedOver }: RouteDecision, usage: Usage | undefined): Candidate {
  const { account, model, facts } = target
  const candidate: { -readonly [Field in keyof Candidate]: Candidate[Field] } = { account: account.id, model }
  const place = targets.findIndex((chosen) => isSameTarget(chosen, target))
  if (place >= 0) candidate.place = place + 1
  else candidate.passedOver = passedOver.find((passed) => isSameTarget(passed.target, target))?.why ?? 'not-chosen'
  const costNanoUsd = callCost(facts?.price, usage)
  if (costNanoUsd !== undefined) candidate.costNanoUsd = costNanoUsd
  return candidate
}
