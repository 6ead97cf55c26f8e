import { type ErrorCode, GatewayError } from '../../core/errors.ts'
import {
  type Claim,
  counterName,
  type Demand,
  type Reservation,
  type ReservedCall,
  type Standing,
} from '../../core/spending/budget.ts'
import { withoutPerson } from '../../core/spending/erased-names.ts'
import type { BudgetLedger } from '../../registry/budget-ledger.ts'

/** What a worker asks of the primary process, which counts for all workers: the calls of one turn of its loop together. */
export interface BudgetQuestions {
  readonly asks: readonly { readonly call: number; readonly claims: readonly Claim[]; readonly demand: Demand }[]
  readonly ended: readonly { readonly call: number; readonly used: Demand }[]
}

export interface BudgetAnswer {
  /** As the worker numbers those of its calls that are under budgets. */
  readonly call: number
  /** In the order of the claims, once the demand is held or refused. */
  readonly standings: readonly Standing[]
  readonly refusal?: {
    readonly code: ErrorCode
    readonly message: string
    readonly retryAfterSeconds?: number
    readonly help?: string
  }
}

export interface RemoteLedger extends BudgetLedger {
  receive(answers: readonly BudgetAnswer[]): void
}

/** As last heard of; each has about 300 bytes. */
const MAX_STANDINGS = 10_000

/** The ledger of a worker: the primary process has the counters, so that no call is let in twice. */
export function createRemoteLedger(send: (questions: BudgetQuestions) => void): RemoteLedger {
  const waiting = new Map<number, Waiting>()
  let calls = 0
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
    reserve(call, claims, demand) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const { reservation } = call
      const number = reservation instanceof RemoteReservation ? reservation.number : calls++
      waiting.set(number, { call, claims, demand, resolve, reject })
      asks.push({ call: number, claims, demand })
      sendSoon()
      return promise
    },
    receive(answers) {
      for (const { call: number, standings: told, refusal } of answers) {
        const asked = waiting.get(number)
        waiting.delete(number)
        if (asked === undefined) continue
        for (const [index, standing] of told.entries()) {
          const claim = asked.claims[index]
          if (claim !== undefined) heard(claim, standing)
        }
        if (refusal === undefined) {
          asked.call.reservation = new RemoteReservation(number, asked.claims, asked.demand)
          asked.resolve()
        } else asked.reject(new GatewayError(refusal.code, refusal.message, refusal))
      }
    },
    settle(reservation, used) {
      if (!(reservation instanceof RemoteReservation) || reservation.isSettled) return
      reservation.isSettled = true
      ended.push({ call: reservation.number, used })
      sendSoon()
    },
    standing({ budget, group }) {
      return standings.get(counterName(budget, group)) ?? { budget, used: 0, reserved: 0, left: budget.amount }
    },
    claims: () => [],
    restore: () => undefined,
    forgetPerson({ user }) {
      // What is missing is heard of with the next answer.
      for (const name of standings.keys()) if (withoutPerson(name, user, '') !== undefined) standings.delete(name)
    },
  }
}

class RemoteReservation implements Reservation {
  readonly number: number
  readonly claims: readonly Claim[]
  readonly demand: Demand
  isSettled = false

  constructor(number: number, claims: readonly Claim[], demand: Demand) {
    this.number = number
    this.claims = claims
    this.demand = demand
  }
}

interface Waiting {
  readonly call: ReservedCall
  readonly claims: readonly Claim[]
  readonly demand: Demand
  resolve(): void
  reject(fault: GatewayError): void
}
