import { createHash } from 'node:crypto'
import type { ResolvedModel, Target } from '../../core/calls/registry.ts'
import { targetsOf } from '../../core/calls/route-plan.ts'
import type { Usage } from '../../core/model/model-reply.ts'
import { callCost } from '../../core/model/prices.ts'
import type { CallDetails } from '../../core/record/call-store.ts'
import { chooseTargets } from '../../gateway/routing/choose-targets.ts'
import { recordedFacts } from './recorded-facts.ts'

export interface Replay {
  readonly route: string
  /** Calls that were sent through the route again. */
  readonly calls: number
  /** Calls whose first target is not the one that answered them. */
  readonly moved: number
  /** Calls that could not be replayed: answered by the cache, copies, without a whole body of a dialect. */
  readonly skipped: number
  /** Of the calls whose cost is known both as it was and at the new target. */
  readonly cost: { readonly calls: number; readonly recordedUsd: number; readonly replayedUsd: number }
  readonly targets: readonly ReplayedTarget[]
}

export interface ReplayedTarget {
  readonly account: string
  readonly model: string
  /** Calls that would have gone there first. */
  readonly calls: number
  /** What the record knows of it: attempts, and of these the failed share and the mean time until the answer began. */
  readonly attempts: number
  readonly failedShare: number | null
  readonly meanMs: number | null
}

/** Sends recorded calls through a route again, without sending them anywhere. Pure: the same calls give the same replay. */
export function replayRoute(resolved: ResolvedModel, recorded: readonly CallDetails[]): Replay {
  const { plan, route } = resolved
  const known = attemptsByTarget(recorded)
  const counts = new Map<string, number>()
  const cost = { calls: 0, recordedUsd: 0, replayedUsd: 0 }
  let calls = 0
  let moved = 0
  for (const call of recorded) {
    const facts = recordedFacts(call)
    if (facts === undefined) continue
    const [first] = chooseTargets(plan, {
      random: chanceOf(call.id),
      facts: () => facts,
      // What its key was bound to nobody wrote down.
      mayReach: () => true,
      // As if all were well: how they were doing at that moment nobody wrote down.
      health: (target) => {
        const meanMs = known.get(nameOf(target))?.meanMs
        return { inFlight: 0, ...(meanMs === undefined || meanMs === null ? {} : { latencyMs: meanMs }) }
      },
    }).targets
    if (first === undefined) continue
    calls++
    counts.set(nameOf(first), (counts.get(nameOf(first)) ?? 0) + 1)
    if (call.account !== first.account.id || call.model !== first.model) moved++
    const there = callCost(first.facts?.price, usageOf(call))
    if (there === undefined || call.costUsd === null) continue
    cost.calls++
    cost.recordedUsd += call.costUsd
    cost.replayedUsd += there / 1e9
  }
  const targets = targetsOf(plan).map((target): ReplayedTarget => {
    const { attempts = 0, failedShare = null, meanMs = null } = known.get(nameOf(target)) ?? {}
    const { account, model } = target
    return { account: account.id, model, calls: counts.get(nameOf(target)) ?? 0, attempts, failedShare, meanMs }
  })
  return { route, calls, moved, skipped: recorded.length - calls, cost, targets }
}

type Known = Pick<ReplayedTarget, 'attempts' | 'failedShare' | 'meanMs'>

function attemptsByTarget(recorded: readonly CallDetails[]): ReadonlyMap<string, Known> {
  const groups = Map.groupBy(
    recorded.flatMap(({ attempts }) => attempts),
    ({ account, model }) => `${account}/${model}`,
  )
  return new Map(
    [...groups].map(([name, attempts]) => {
      const answered = attempts.filter(({ errorCode }) => errorCode === undefined)
      const sum = answered.reduce((total, { durationMs }) => total + durationMs, 0)
      return [
        name,
        {
          attempts: attempts.length,
          failedShare: 1 - answered.length / attempts.length,
          meanMs: answered.length === 0 ? null : sum / answered.length,
        },
      ]
    }),
  )
}

function usageOf({ inputTokens, outputTokens, cachedInputTokens, reasoningTokens }: CallDetails): Usage | undefined {
  if (inputTokens === null || outputTokens === null) return undefined
  return {
    inputTokens,
    outputTokens,
    ...(cachedInputTokens === null ? {} : { cachedInputTokens }),
    ...(reasoningTokens === null ? {} : { reasoningTokens }),
  }
}

/** In [0, 1), evenly spread, and for one call always the same. */
function chanceOf(id: string): () => number {
  let count = 0
  return () => createHash('sha256').update(`${id} ${count++}`).digest().readUIntBE(0, 6) / 2 ** 48
}

function nameOf({ account, model }: Target): string {
  return `${account.id}/${model}`
}
