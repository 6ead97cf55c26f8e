import type { Json } from '../support/client.ts'
import type { Answer } from './answers.ts'
import { connectionFaults, lateFaults, requestFaults } from './fault-kinds.ts'
import { deadlineMs, type Outcome, prices, type Run } from './run.ts'

export interface Figure {
  readonly what: string
  readonly target: string
  readonly measured: string
  readonly isMet: boolean
  /** It depends on how fast the machine is. */
  readonly isTimed?: boolean
}

export interface Verdict {
  readonly figures: readonly Figure[]
  /** Calls that were not as they should be, for whoever looks for the reason. */
  readonly wrong: readonly string[]
}

const minSucceeded = 0.9999
const costNoiseUsd = 5e-7

export function judge(run: Run): Verdict {
  const { order, outcomes, late, records, fleet } = run
  const recordOf = new Map<string, Json>(records.map((record) => [record.id, record]))
  const answersTo = (outcome: Outcome): readonly Answer[] => fleet.answers.get(outcome.number) ?? []
  const winner = (outcome: Outcome): Answer | undefined =>
    answersTo(outcome).find(({ mark }) => mark === outcome.marks[0])
  const isBilledWrong = (outcome: Outcome): boolean => {
    const record = recordOf.get(outcome.callId)
    const answer = winner(outcome)
    return record === undefined || answer === undefined || !isBilledAs(record, answer)
  }
  const succeeded = outcomes.filter((outcome) => outcome.status === 200 && outcome.endings === 1 && winner(outcome))
  const twice = outcomes.filter(({ marks, endings }) => marks.length > 1 || endings > 1)
  const all = [...outcomes, ...late]
  const unrecorded = all.filter(({ callId }) => !recordOf.has(callId))
  const billedWrong = succeeded.filter(isBilledWrong)
  // A provider may have answered whole when nobody waited any longer; the record says so of the attempt.
  const unasked = outcomes.filter((outcome) => {
    const attempts: readonly Json[] = recordOf.get(outcome.callId)?.attempts ?? []
    const cut = attempts.filter(({ errorCode }) => errorCode === 'upstream_timeout' || errorCode === 'hedge_lost')
    return answersTo(outcome).length > 1 + cut.length
  })
  const untold = late.filter(({ status, tellsError, endings }) => status === 200 && (!tellsError || endings > 0))
  const p99 = percentile(outcomes, 0.99)
  const faults = faultsOf(run)
  const missed = [...faults].flatMap(([id, count]) => (count > 0 ? [] : [id]))
  const share = succeeded.length / order.calls
  return {
    figures: [
      {
        what: 'calls that succeeded',
        target: `≥ ${minSucceeded * 100} %`,
        measured: `${(Math.floor(share * 1e6) / 1e4).toFixed(2)} % (${succeeded.length} of ${order.calls})`,
        isMet: share >= minSucceeded,
      },
      none('calls answered twice', twice),
      none(
        'calls without exactly one record',
        unrecorded,
        records.length - new Set(all.map(({ callId }) => callId)).size,
      ),
      none('calls billed for anything but the one answer', billedWrong),
      none('answers of providers that no attempt accounts for', unasked),
      none('streams that broke off after content and did not say so', untold),
      {
        what: 'p99 of a call',
        target: `< ${deadlineMs} ms, the deadline`,
        measured: `${p99.toFixed(0)} ms (p50 ${percentile(outcomes, 0.5).toFixed(0)} ms)`,
        isMet: p99 < deadlineMs,
        isTimed: true,
      },
      {
        what: 'kinds of faults that were met',
        target: 'all',
        measured: missed.length === 0 ? `all ${faults.size}` : `all but ${missed.join(', ')}`,
        isMet: missed.length === 0,
      },
    ],
    wrong: [
      ...outcomes.filter((outcome) => !succeeded.includes(outcome)),
      ...twice,
      ...unrecorded,
      ...billedWrong,
      ...unasked,
      ...untold,
    ].map((outcome) =>
      JSON.stringify({ ...outcome, answers: answersTo(outcome), record: recordOf.get(outcome.callId) }),
    ),
  }
}

/** How often each was met. What happens before a mock could notice is in the record. */
export function faultsOf({ records, fleet }: Pick<Run, 'records' | 'fleet'>): ReadonlyMap<string, number> {
  const told = [...requestFaults.map(({ id }) => id), ...lateFaults.map(({ id }) => id), ...connectionFaults]
  const met = (id: string): number => fleet.faults.get(id) ?? 0
  const unreachable = (id: string): number =>
    records
      .flatMap((record): readonly Json[] => record.attempts)
      .filter(({ account, errorCode }) => account === id && errorCode === 'upstream_unreachable').length
  return new Map([
    ...told.map((id) => [id, met(id)] as const),
    ['connection refused', unreachable('first') - met('TLS not trusted') - met('TLS for another host')],
    ['host without an address', unreachable('nowhere')],
  ])
}

function none(what: string, calls: readonly Outcome[], more = 0): Figure {
  return { what, target: '0', measured: String(calls.length + more), isMet: calls.length === 0 && more === 0 }
}

function isBilledAs({ inputTokens, outputTokens, costUsd }: Json, answer: Answer): boolean {
  const price = prices[answer.account] ?? { input: 0, output: 0 }
  const expected = (answer.inputTokens * price.input + answer.outputTokens * price.output) / 1e6
  return (
    inputTokens === answer.inputTokens &&
    outputTokens === answer.outputTokens &&
    Math.abs(costUsd - expected) < costNoiseUsd
  )
}

function percentile(outcomes: readonly Outcome[], share: number): number {
  const sorted = outcomes.map(({ ms }) => ms).sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
