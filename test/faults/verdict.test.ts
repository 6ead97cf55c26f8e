import { describe, expect, it } from 'vitest'
import { connectionFaults, lateFaults, requestFaults } from './fault-kinds.ts'
import type { Outcome, Run } from './run.ts'
import { judge } from './verdict.ts'

const answer = { account: 'third', mark: 'answer-third-1', inputTokens: 1000, outputTokens: 100 }
const outcome: Outcome = {
  number: 1,
  client: 'openai-chat',
  callId: 'one',
  status: 200,
  ms: 10,
  marks: [answer.mark],
  endings: 1,
  tellsError: false,
  text: '',
}
const record = { id: 'one', inputTokens: 1000, outputTokens: 100, costUsd: 0.0024, attempts: [{ status: 200 }] }
const late: Outcome = { ...outcome, number: 2, callId: 'two', marks: [], endings: 0, tellsError: true }
const kinds = [...requestFaults.map(({ id }) => id), ...lateFaults.map(({ id }) => id), ...connectionFaults]
/** More often than certificates account for. */
const unreachable = (account: string): readonly object[] =>
  [1, 2, 3].map(() => ({ account, errorCode: 'upstream_unreachable' }))
const good: Run = {
  order: { calls: 1, concurrency: 1, seed: 1, rates: [0.3, 0.1], timeoutMs: 500, models: 1 },
  outcomes: [outcome],
  late: [late],
  records: [record, { ...record, id: 'two', attempts: ['first', 'nowhere'].flatMap(unreachable) }],
  fleet: {
    answers: new Map([[1, [answer]]]),
    faults: new Map(kinds.map((kind) => [kind, 1])),
    met: new Map(),
  },
  seconds: 1,
}
const missed = (change: Partial<Run>): readonly string[] =>
  judge({ ...good, ...change }).figures.flatMap(({ what, isMet }) => (isMet ? [] : [what]))
const seen = (change: Partial<Outcome>): Partial<Run> => ({ outcomes: [{ ...outcome, ...change }] })

describe('the verdict of the fault suite', () => {
  it('is good when all went well', () => expect(missed({})).toEqual([]))

  it.each<[string, Partial<Run>, string]>([
    ['a call that failed', seen({ status: 502, marks: [] }), 'calls that succeeded'],
    ['a reply that broke off', seen({ endings: 0 }), 'calls that succeeded'],
    ['an answer that was for another call', { fleet: { ...good.fleet, answers: new Map() } }, 'calls that succeeded'],
    ['two answers in one reply', seen({ marks: [answer.mark, 'answer-first-7'] }), 'calls answered twice'],
    ['two endings of one reply', seen({ endings: 2 }), 'calls answered twice'],
    ['a call without a record', { records: good.records.slice(1) }, 'calls without exactly one record'],
    ['a call with two records', { records: [record, ...good.records] }, 'calls without exactly one record'],
    [
      'the cost of two attempts',
      { records: [{ ...record, costUsd: 0.0048 }, ...good.records.slice(1)] },
      'calls billed for anything but the one answer',
    ],
    [
      'the tokens of another attempt',
      { records: [{ ...record, inputTokens: 7 }, ...good.records.slice(1)] },
      'calls billed for anything but the one answer',
    ],
    [
      'two whole answers to a call that asked once',
      { fleet: { ...good.fleet, answers: new Map([[1, [answer, { ...answer, mark: 'answer-first-7' }]]]) } },
      'answers of providers that no attempt accounts for',
    ],
    [
      'a stream that ends in silence',
      { late: [{ ...late, tellsError: false }] },
      'streams that broke off after content and did not say so',
    ],
    ['a p99 over the deadline', seen({ ms: 5001 }), 'p99 of a call'],
    ['a fault that was never met', { fleet: { ...good.fleet, faults: new Map() } }, 'kinds of faults that were met'],
  ])('is not good with %s', (_what, change, figure) => expect(missed(change)).toContain(figure))
})
