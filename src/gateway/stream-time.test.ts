import { afterEach, expect, it, vi } from 'vitest'
import { CallLifetime } from '../core/calls/lifetime.ts'
import { GatewayError } from '../core/errors.ts'
import type { Claim, ReservedCall } from '../core/spending/budget.ts'
import { holdStreamTime } from './stream-time.ts'

afterEach(() => void vi.useRealTimers())

const claim: Claim = {
  budget: {
    id: 'streams',
    owner: { kind: 'budget', id: 'streams' },
    measure: 'streamSeconds',
    amount: 60_000,
    window: { kind: 'fixed', per: 'day' },
  },
  group: [],
}

it('a stream goes on while nobody can tell what is left, holds all of its time when somebody can, and is cut then', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const reserved: ReservedCall = { reservation: undefined }
  const lifetime = new CallLifetime()
  const held: number[] = []
  let fault: GatewayError | undefined
  const reserve = async (_: ReservedCall, __: readonly Claim[], { streamSeconds }: { streamSeconds: number }) => {
    if (fault !== undefined) throw fault
    held.push(streamSeconds)
  }
  await holdStreamTime({ reserved, lifetime }, [claim], { reserve, settle: () => undefined })
  fault = new GatewayError('budget_unavailable', 'It is away.')
  await vi.advanceTimersByTimeAsync(10_000)
  expect([held, lifetime.reason]).toEqual([[1000], undefined])
  fault = undefined
  await vi.advanceTimersByTimeAsync(1000)
  expect(held.at(-1)).toBeGreaterThanOrEqual(11_000)
  fault = new GatewayError('rate_limited', 'There is none left.')
  await vi.advanceTimersByTimeAsync(2000)
  expect(lifetime.reason).toBe(fault)
})
