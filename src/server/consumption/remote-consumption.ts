import type { CallOutcome, CallShape, KeyHold, Verdict } from '../../core/spending/consumption.ts'
import { createHeldKeys } from '../../registry/held-keys.ts'
import type { Consumption } from './consumption.ts'

/** What a worker asks of the primary process, which judges for all workers: the calls of one turn of its loop together. */
export interface ConsumptionQuestions {
  readonly asks: readonly { readonly question: number; readonly shape: CallShape }[]
  readonly ended: readonly CallOutcome[]
}

export interface ConsumptionAnswer {
  readonly question: number
  readonly verdict: Verdict
}

export interface RemoteConsumption extends Consumption {
  receive(answers: readonly ConsumptionAnswer[]): void
}

/** The side of a worker: a key's calls are spread over all of them, and only one process sees the whole. */
export function createRemoteConsumption(
  send: (questions: ConsumptionQuestions) => void,
  holds: readonly KeyHold[],
): RemoteConsumption {
  const waiting = new Map<number, (verdict: Verdict) => void>()
  const held = createHeldKeys()
  held.use(holds)
  let questions = 0
  let asks: ConsumptionQuestions['asks'][number][] = []
  let ended: CallOutcome[] = []
  let isDue = false

  function sendSoon(): void {
    if (isDue) return
    isDue = true
    setImmediate(() => {
      isDue = false
      const now = { asks, ended }
      asks = []
      ended = []
      send(now)
    })
  }

  return {
    held,
    judge(shape) {
      const { promise, resolve } = Promise.withResolvers<Verdict>()
      const question = questions++
      waiting.set(question, resolve)
      asks.push({ question, shape })
      sendSoon()
      return promise
    },
    ended(outcome) {
      ended.push(outcome)
      sendSoon()
    },
    receive(answers) {
      for (const { question, verdict } of answers) {
        waiting.get(question)?.(verdict)
        waiting.delete(question)
      }
    },
  }
}
