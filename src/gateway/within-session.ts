import type { RoutedCall } from '../core/calls/call.ts'
import type { Target } from '../core/calls/registry.ts'
import type { Claim, Demand, HeldBeside } from '../core/spending/budget.ts'
import { type BudgetOptions, isCounted, oneCall } from './within-budgets.ts'
import { type BesideOptions, holdBeside } from './within-targets.ts'

/** The budgets of a session, which hold what its next response may come to. */
export interface SessionBudget {
  /** Rejects with `rate_limited` where there is not enough for one more response. */
  hold(): Promise<void>
  /** A response has come to so much, and the next one is held. Rejects as `hold` does. */
  used(tokens: SessionTokens): Promise<void>
}

export interface SessionTokens {
  readonly inputTokens: number
  readonly outputTokens: number
}

export interface SessionBudgetOptions extends BesideOptions, Pick<BudgetOptions, 'claims'> {
  now(): number
}

/** What a response is taken to write, and to be told beside what was said before. */
const assumedOutputTokens = 4096
const assumedInputTokens = 1024
/** What was used in one of these is written down together. */
const HOUR_MS = 3_600_000

/** `undefined` for a session that is under no budget of tokens. */
export function sessionBudgets({ claims: { of, at }, reserve, settle, now }: SessionBudgetOptions) {
  return (call: RoutedCall, target: Target): SessionBudget | undefined => {
    const claims = [...of(call), ...at(call, target)]
    if (claims.every(isCounted)) return undefined
    call.reserved.isInSteps = true
    return stepwise(call, claims)
  }

  function stepwise({ reserved }: RoutedCall, claims: readonly Claim[]): SessionBudget {
    let next: Demand = tokensOf(assumedInputTokens, assumedOutputTokens)
    let step: HeldBeside | undefined
    const hold = async (): Promise<void> => {
      step = await holdBeside({ reserve }, reserved, claims, next)
      // Should the session end before there is a response.
      if (step !== undefined) step.used = tokensOf(0, 0)
    }
    return {
      hold,
      async used({ inputTokens, outputTokens }) {
        const said = inputTokens + outputTokens
        next = tokensOf(said + assumedInputTokens, assumedOutputTokens)
        const ended = step
        step = undefined
        if (ended !== undefined) {
          ended.used = tokensOf(inputTokens, outputTokens)
          ended.at = now()
          settle(ended.reservation, ended.used)
          reserved.beside = joined(reserved.beside ?? [], ended)
        }
        await hold()
      },
    }
  }
}

/** A session may have any number of responses: those of one hour are one entry of its record. */
function joined(entries: readonly HeldBeside[], ended: HeldBeside): HeldBeside[] {
  const before = entries.find(({ at }) => at !== undefined && hourOf(at) === hourOf(ended.at ?? 0))
  if (before === undefined || before === ended || before.used === undefined || ended.used === undefined)
    return [...entries]
  before.used = tokensOf(
    before.used.inputTokens + ended.used.inputTokens,
    before.used.outputTokens + ended.used.outputTokens,
  )
  return entries.filter((entry) => entry !== ended)
}

function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS)
}

/** Of one that is a call by itself already. What it costs nobody knows. */
function tokensOf(inputTokens: number, outputTokens: number): Demand {
  return {
    ...oneCall,
    requests: 0,
    concurrentCalls: 0,
    inputTokens,
    outputTokens,
    tokens: inputTokens + outputTokens,
  }
}
