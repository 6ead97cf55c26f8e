import type { ModelCall, RoutedCall } from '../core/calls/call.ts'
import type { Target } from '../core/calls/registry.ts'
import { GatewayError } from '../core/errors.ts'
import { callCost } from '../core/model/prices.ts'
import {
  type Claim,
  type Demand,
  type HeldBeside,
  noDemand,
  type Reservation,
  type ReservedCall,
} from '../core/spending/budget.ts'
import { holdStreamTime, type StreamTime } from './stream-time.ts'
import { type NearPriced, withNearNames } from './unpriced-call.ts'

export interface BesideOptions {
  reserve(call: ReservedCall, claims: readonly Claim[], demand: Demand): void | Promise<void>
  settle(reservation: Reservation, used: Demand): void
}

export interface TargetBudgetOptions<Call> extends BesideOptions {
  /** Wherever it goes; a call that is asked twice is under them twice. */
  claimsOf(call: Call): readonly Claim[]
  claimsAt(call: Call, target: Target): readonly Claim[]
  readonly nearPriced: NearPriced
  /** The most that it may come to there. */
  demandAt(call: Call, target: Target): Demand
}

type Attempt<Call, Reply> = (call: Call, target: Target) => Promise<Reply>

/**
 * Holds what an attempt may come to, of budgets of its target, and of those of the call once more where it is asked at two
 * targets at once. An attempt that fails gives that back; what is left is settled with the call.
 */
export function withinTargets<Call extends RoutedCall & Partial<Pick<ModelCall, 'stream'>>, Reply>(
  options: TargetBudgetOptions<Call>,
  attempt: Attempt<Call, Reply>,
): Attempt<Call, Reply> {
  const { claimsOf, claimsAt, demandAt, nearPriced } = options
  return (call, target) => {
    const claims = claimsAt(call, target)
    const further = call.hedges === undefined ? none : claimsOf(call)
    return claims.length === 0 && further.length === 0 ? attempt(call, target) : held(call, target, claims, further)
  }

  async function held(call: Call, target: Target, claims: readonly Claim[], further: readonly Claim[]): Promise<Reply> {
    const demand = demandAt(call, target)
    const { reserved, hedges, lifetime } = call
    const here = await holdBeside(options, reserved, claims, demand).catch((fault: unknown) => {
      throw withNearNames(fault, call, nearPriced)
    })
    let again: HeldBeside | undefined
    let time: StreamTime | undefined
    try {
      const ofTime = call.stream === true ? claims.filter(({ budget }) => budget.measure === 'streamSeconds') : none
      if (ofTime.length > 0) time = await holdStreamTime(call, ofTime, options)
      // It is one call all the same.
      again = await holdBeside(options, reserved, further, { ...demand, requests: 0, concurrentCalls: 0 })
      if (again !== undefined && hedges !== undefined) again.used = promptAt(hedges, demand)
      lifetime.onEnd(({ code }) => {
        if (code !== 'hedge_lost') return
        // What it had written until then nobody has counted: its prompt was read.
        const prompt = promptAt(target, demand)
        if (here !== undefined) here.used = { ...prompt, requests: 1 }
        if (again !== undefined) again.used = prompt
      })
      return await attempt(call, target)
    } catch (fault) {
      time?.giveBack()
      if (!(fault instanceof GatewayError) || fault.code !== 'hedge_lost')
        for (const one of [here, again]) giveBack(options, reserved, one)
      throw fault
    }
  }
}

const none: readonly Claim[] = []

/** Of what is asked for a call beside it. Throws or rejects as `reserve` does. */
export async function holdBeside(
  { reserve }: Pick<BesideOptions, 'reserve'>,
  call: ReservedCall,
  claims: readonly Claim[],
  demand: Demand,
): Promise<HeldBeside | undefined> {
  if (claims.length === 0) return undefined
  const own: ReservedCall = { reservation: undefined }
  await reserve(own, claims, demand)
  if (own.reservation === undefined) return undefined
  const held: HeldBeside = { reservation: own.reservation }
  call.beside ??= []
  call.beside.push(held)
  return held
}

function giveBack({ settle }: BesideOptions, call: ReservedCall, held: HeldBeside | undefined): void {
  if (held === undefined) return
  settle(held.reservation, noDemand)
  call.beside = call.beside?.filter((other) => other !== held)
}

function promptAt({ facts }: Target, { inputTokens }: Demand): Demand {
  const { costUsd: _, ...counts } = noDemand
  const costUsd = callCost(facts?.price, { inputTokens, outputTokens: 0 })
  return { ...counts, inputTokens, tokens: inputTokens, ...(costUsd === undefined ? {} : { costUsd }) }
}
