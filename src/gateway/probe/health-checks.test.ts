import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { targetOf } from '../../../test/support/targets-of-routes.ts'
import type { HealthCheck, ProviderAccount } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import { createHealthChecks } from './health-checks.ts'

const check: HealthCheck = { everyMs: 1000, timeoutMs: 100, failures: 3, question: { kind: 'models' } }
const account = (id = 'a'): ProviderAccount => ({ ...targetOf(id).account, healthCheck: check })
const fault = new GatewayError('upstream_error', 'It failed.')

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function bed(random = 0.5) {
  const asked: string[] = []
  const told: [account: string, isWell: boolean][] = []
  const answers = { next: undefined as GatewayError | undefined, msAgo: undefined as number | undefined }
  const checks = createHealthChecks({
    ask: async ({ id }) => {
      asked.push(id)
      return answers.next
    },
    answeredMsAgo: async () => answers.msAgo,
    tell: (id, isWell) => void told.push([id, isWell]),
    random: () => random,
    log: () => undefined,
  })
  return { asked, told, answers, checks }
}

describe('health checks', () => {
  it('say that an account is unwell after as many failures in a row as it has, and well after one success', async () => {
    const { told, answers, checks } = bed()
    checks.watch([account()])
    answers.next = fault
    await vi.advanceTimersByTimeAsync(1600)
    expect(told).toEqual([])
    answers.next = undefined
    await vi.advanceTimersByTimeAsync(1000)
    answers.next = fault
    await vi.advanceTimersByTimeAsync(3000)
    answers.next = undefined
    await vi.advanceTimersByTimeAsync(1000)
    expect(told).toEqual([
      ['a', true],
      ['a', false],
      ['a', true],
    ])
    expect(checks.counts()).toEqual([{ account: 'a', passed: 2, failed: 5, spared: 0, isFailing: false }])
  })

  it('ask nothing of an account that has answered a call since', async () => {
    const { asked, answers, checks } = bed()
    answers.msAgo = check.everyMs - 1
    checks.watch([account()])
    await vi.advanceTimersByTimeAsync(10_000)
    expect(asked).toEqual([])
    answers.msAgo = check.everyMs
    await vi.advanceTimersByTimeAsync(1000)
    expect(asked).toEqual(['a'])
  })

  it('are spread: the first within a period, the others by a fifth earlier or later', async () => {
    for (const [random, times] of [
      [0, [0, 800, 1600]],
      [0.999, [999, 2199, 3398]],
    ] as const) {
      const { asked, checks } = bed(random)
      checks.watch([account()])
      for (const [index, ms] of times.entries()) {
        await vi.advanceTimersByTimeAsync(ms - (times[index - 1] ?? 0) + 1)
        expect(asked).toHaveLength(index + 1)
      }
      checks.close()
    }
  })

  it('are of the accounts that there are now, as they are now', async () => {
    const { asked, told, answers, checks } = bed()
    answers.next = fault
    checks.watch([account('a'), targetOf('b').account])
    await vi.advanceTimersByTimeAsync(2600)
    expect(told).toEqual([['a', false]])
    // The same question: what is known stays known.
    checks.watch([account('a')])
    expect(told).toHaveLength(1)
    // Another address: nothing is known.
    checks.watch([{ ...account('a'), baseUrl: 'https://elsewhere.example' }])
    expect(told.at(-1)).toEqual(['a', true])
    await vi.advanceTimersByTimeAsync(2600)
    expect(told.at(-1)).toEqual(['a', false])
    checks.watch([])
    expect(told.at(-1)).toEqual(['a', true])
    const before = asked.length
    await vi.advanceTimersByTimeAsync(10_000)
    expect(asked).toHaveLength(before)
    expect(asked).not.toContain('b')
  })
})
