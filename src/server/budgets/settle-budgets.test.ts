import { expect, it } from 'vitest'
import type { GatewayEvent } from '../../core/record/call-record.ts'
import type { Demand } from '../../core/spending/budget.ts'
import { settleBudgets } from './settle-budgets.ts'

it('a call whose bodies cannot be worked on counts as what it held, and its record goes on', () => {
  const held: Demand = {
    requests: 1,
    concurrentCalls: 1,
    inputTokens: 10,
    outputTokens: 20,
    tokens: 30,
    streamSeconds: 0,
    costUsd: 5,
  }
  const used: Demand[] = []
  const settled = settleBudgets(
    {
      settle(_reservation, actual) {
        used.push(actual)
      },
    },
    {
      get broken(): never {
        throw new Error('A body that breaks its reader.')
      },
    },
  )
  const event: GatewayEvent = {
    type: 'call-end',
    record: {
      id: 'call',
      startedAt: 0,
      workspace: 'default',
      endpoint: '/v1/chat/completions',
      providerDialect: 'broken',
      stream: false,
      status: 200,
      durationMs: 1,
      overheadMs: 1,
      attempts: [{ account: 'a', provider: 'p', model: 'm', status: 200, durationMs: 1 }],
      decisions: [],
      droppedParameters: [],
    },
    bodies: { requestTruncated: false, replyTruncated: false },
    reservation: { claims: [], demand: held },
  }
  expect(settled(event)).toBe(event)
  expect(used).toEqual([held])
})
