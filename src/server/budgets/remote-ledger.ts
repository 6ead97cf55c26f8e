import { type Claim, counterName, type Demand, type Standing } from '../../core/budget.ts'
import { type ErrorCode, GatewayError } from '../../core/errors.ts'
import type { BudgetLedger, Settled } from '../../registry/budget-ledger.ts'

/** What a worker asks of the primary process, which counts for all workers: the calls of one turn of its loop together. */
export interface BudgetQuestions {
  readonly asks: readonly { readonly callId: string; readonly claims: readonly Claim[]; readonly demand: Demand }[]
  readonly ended: readonly { readonly callId: string; readonly used: Demand }[]
}

export interface BudgetAnswer {
  readonly callId: string
  /** In the order of the claims, once the demand is held or refused. */
  readonly standings: readonly Standing[]
  readonly refusal?: { readonly code: ErrorCode; readonly message: string; readonly retryAfterSeconds?: number }
}

export interface RemoteLedger extends BudgetLedger {
  receive(answers: readonly BudgetAnswer[]): void
}

/** As last heard of; each has about 300 bytes. */
const MAX_STANDINGS = 10_000

/** The ledger of a worker: the primary process has the counters, so that no call is let in twice. */
export function createRemoteLedger(send: (questions: BudgetQuestions) => void): RemoteLedger {
  const waiting = new Map<string, Waiting>()
  const inFlight = new Map<string, Settled>()
  const standings = new Map<string, Standing>()
  let asks: BudgetQuestions['asks'][number][] = []
  let ended: BudgetQuestions['ended'][number][] = []
  let isDue = false

  function sendSoon(): void {
    if (isDue) return
    isDue = true
    setImmediate(() => {
      isDue = false
      const questions = { asks, ended }
      asks = []
      ended = []
      send(questions)
    })
  }

  function heard({ budget, group }: Claim, standing: Standing): void {
    const name = counterName(budget, group)
    standings.delete(name)
    standings.set(name, standing)
    if (standings.size > MAX_STANDINGS) for (const oldest of standings.keys()) if (standings.delete(oldest)) break
  }

  return {
    reserve(callId, claims, demand) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      waiting.set(callId, { claims, demand, resolve, reject })
      asks.push({ callId, claims, demand })
      sendSoon()
      return promise
    },
    receive(answers) {
      for (const { callId, standings: told, refusal } of answers) {
        const asked = waiting.get(callId)
        waiting.delete(callId)
        if (asked === undefined) continue
        for (const [index, standing] of told.entries()) {
          const claim = asked.claims[index]
          if (claim !== undefined) heard(claim, standing)
        }
        if (refusal === undefined) {
          inFlight.set(callId, { claims: asked.claims, used: asked.demand })
          asked.resolve()
        } else asked.reject(new GatewayError(refusal.code, refusal.message, refusal))
      }
    },
    settle(callId, actual) {
      const held = inFlight.get(callId)
      if (held === undefined) return undefined
      inFlight.delete(callId)
      const used = actual(held.used)
      ended.push({ callId, used })
      sendSoon()
      return { claims: held.claims, used: { ...held.used, ...used } }
    },
    standing({ budget, group }) {
      return standings.get(counterName(budget, group)) ?? { budget, used: 0, reserved: 0, left: budget.amount }
    },
    claims: () => [],
    restore: () => undefined,
  }
}

interface Waiting {
  readonly claims: readonly Claim[]
  readonly demand: Demand
  resolve(): void
  reject(fault: GatewayError): void
}
