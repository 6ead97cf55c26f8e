import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { targetOf } from '../../../test/support/targets-of-routes.ts'
import type { RoutedCall } from '../../core/calls/call.ts'
import { CallLifetime } from '../../core/calls/lifetime.ts'
import type { Target } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import { createFleet } from './fleet.ts'
import { type Hedge, tryTargets } from './try-targets.ts'

const [first, second, third] = [targetOf('first'), targetOf('second'), targetOf('third')]
const failing = (): Promise<string> => Promise.reject(new GatewayError('upstream_error', 'It failed.'))
const silent = (): Promise<string> => Promise.withResolvers<string>().promise

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Tries the three, each of which does what is said of it. */
function tried(behaviour: ReadonlyMap<Target, () => Promise<string>>, hedge: Hedge) {
  const asked: Target[] = []
  const call: RoutedCall = {
    id: 'call',
    principal: { key: 'key', workspace: 'default', models: ['*'] },
    model: 'model',
    lifetime: new CallLifetime(),
    reserved: { reservation: undefined },
    facts: () => {
      throw new Error('Not asked for.')
    },
    emit: () => undefined,
  }
  const answer = tryTargets<RoutedCall, string>(
    call,
    { targets: [first, second, third], isLastRound: true, hedge },
    {
      fleet: createFleet(() => 0),
      attempt: (_call, target) => {
        asked.push(target)
        return (behaviour.get(target) ?? silent)()
      },
      settled: (reply) => reply,
      watch: (reply) => reply,
    },
  )
  return { asked, answer }
}

describe('a hedge', () => {
  it('is not for a target that has failed since: the next one has its own time', async () => {
    const may = vi.fn(() => true)
    const { asked } = tried(new Map([[first, failing]]), {
      lateMs: (target) => (target === first ? 10 : undefined),
      may,
    })
    await vi.advanceTimersByTimeAsync(1000)
    expect(asked).toEqual([first, second])
    expect(may).not.toHaveBeenCalled()
  })

  it('is asked for once for each late target, and not after the answer', async () => {
    const may = vi.fn(() => true)
    const { asked, answer } = tried(new Map([[second, () => Promise.resolve('second')]]), { lateMs: () => 10, may })
    await vi.advanceTimersByTimeAsync(1000)
    expect(await answer).toBe('second')
    expect(asked).toEqual([first, second])
    expect(may).toHaveBeenCalledTimes(1)
  })

  it('that may not be leaves the late target alone', async () => {
    const { asked } = tried(new Map(), { lateMs: () => 10, may: () => false })
    await vi.advanceTimersByTimeAsync(1000)
    expect(asked).toEqual([first])
  })
})
