import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../test/faults/random.ts'
import { factsOf } from '../../../test/support/call-facts.ts'
import { targetOf } from '../../../test/support/targets-of-routes.ts'
import type { Target } from '../../core/calls/registry.ts'
import {
  type Expression,
  leavesOf,
  type NonEmpty,
  type RouteFacts,
  type RoutePlan,
} from '../../core/calls/route-plan.ts'
import { chooseTargets, type RoutingView } from './choose-targets.ts'

const [a, b, c, d] = [targetOf('a'), targetOf('b'), targetOf('c'), targetOf('d')]
const leaf = (target: Target): RoutePlan => ({ kind: 'target', target })
type Weighed = readonly [Target, number]
const weighed = (entries: NonEmpty<Weighed>, stickyBy?: Expression<string>): RoutePlan => {
  const [first, ...rest] = entries
  const entry = ([target, weight]: Weighed) => ({ weight, plan: leaf(target) })
  return {
    kind: 'loadbalance',
    by: 'weight',
    plans: [entry(first), ...rest.map(entry)],
    ...(stickyBy === undefined ? {} : { stickyBy }),
  }
}
const facts = (metadata: Readonly<Record<string, string>> = {}): RouteFacts => ({
  ...factsOf({ estimatedTokens: 10 }),
  metadata,
})
const view = (more: Partial<RoutingView> = {}): RoutingView => ({
  random: seededRandom(1),
  facts: () => facts(),
  health: () => ({ inFlight: 0 }),
  mayReach: () => true,
  ...more,
})
const bySession: Expression<string> = { text: 'metadata.session', evaluate: ({ metadata }) => metadata['session'] }
const sessions = Array.from({ length: 1000 }, (_, index) => `session-${index}`)
const ofSession = (plan: RoutePlan, session: string): string | undefined =>
  chooseTargets(plan, view({ facts: () => facts({ session }) })).targets[0]?.account.id

/** Any tree of the four targets; conditions hold by what they are called. */
const { plan: anyPlan } = fc.letrec<{ plan: RoutePlan }>((tie) => {
  const inner = fc.array(tie('plan'), { minLength: 1, maxLength: 3 }) as fc.Arbitrary<[RoutePlan, ...RoutePlan[]]>
  return {
    plan: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(a, b, c, d).map(leaf),
      inner.map((plans): RoutePlan => ({ kind: 'fallback', plans })),
      fc
        .tuple(inner, fc.constantFrom('weight', 'least-busy', 'latency', 'cost', 'headroom'), fc.nat({ max: 5 }))
        .map(([[first, ...rest], by, weight]): RoutePlan => {
          const entry = (plan: RoutePlan) => ({ weight: weight + 1, plan })
          return { kind: 'loadbalance', by, plans: [entry(first), ...rest.map(entry)] }
        }),
      fc.tuple(inner, fc.boolean()).map(
        ([[otherwise, ...rest], holds]): RoutePlan => ({
          kind: 'conditional',
          cases: rest.map((plan) => ({ when: { text: String(holds), evaluate: () => holds }, plan })),
          otherwise,
        }),
      ),
    ),
  }
})

describe('a choice', () => {
  it('has each target once, all of the plan, and none that is paused', () => {
    fc.assert(
      fc.property(anyPlan, fc.subarray([a, b, c, d]), fc.nat(), (plan, paused, seed) => {
        const { targets, passedOver } = chooseTargets(
          plan,
          view({
            random: seededRandom(seed),
            health: (target) => ({
              inFlight: 0,
              ...(paused.includes(target) ? { paused: 'circuit-open' as const } : {}),
            }),
          }),
        )
        const seen = [...targets, ...passedOver.map(({ target }) => target)]
        expect(new Set(seen).size).toBe(seen.length)
        for (const target of seen) expect(leavesOf(plan)).toContain(target)
        for (const target of targets) expect(paused).not.toContain(target)
        for (const { target } of passedOver) expect(paused).toContain(target)
        expect(seen.length).toBeGreaterThan(0)
      }),
    )
  })

  it('passes by accounts that fail their checks, but not when that leaves nobody', () => {
    const plan: RoutePlan = { kind: 'fallback', plans: [leaf(a), leaf(b), leaf(c)] }
    const choose = (paused: ReadonlyMap<Target, 'check-failed' | 'circuit-open'>) => {
      const health: RoutingView['health'] = (target) => {
        const why = paused.get(target)
        return { inFlight: 0, ...(why === undefined ? {} : { paused: why }) }
      }
      const { targets, passedOver } = chooseTargets(plan, view({ health }))
      return [targets, passedOver.map(({ target }) => target)]
    }
    expect(choose(new Map([[a, 'check-failed']]))).toEqual([[b, c], [a]])
    const unwell = new Map([a, b].map((target) => [target, 'check-failed' as const]))
    expect(choose(new Map([...unwell, [c, 'circuit-open']]))).toEqual([[a, b], [c]])
  })

  it('is the same for the same view', () => {
    fc.assert(
      fc.property(anyPlan, fc.nat(), (plan, seed) => {
        const ids = () =>
          chooseTargets(plan, view({ random: seededRandom(seed) })).targets.map(({ account }) => account.id)
        expect(ids()).toEqual(ids())
      }),
    )
  })
})

describe('weights', () => {
  it('are the proportions in which targets come first', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 4, maxLength: 4 }),
        fc.nat(),
        (weights, seed) => {
          const targets = [a, b, c, d]
          const entries = targets.map((target, index): Weighed => [target, weights[index] ?? 1])
          const [first = [a, 1], ...rest] = entries
          const plan = weighed([first, ...rest])
          const random = seededRandom(seed)
          const total = weights.reduce((sum, weight) => sum + weight)
          const calls = 3000
          const counts = new Map<string, number>()
          for (let call = 0; call < calls; call++) {
            const id = chooseTargets(plan, view({ random })).targets[0]?.account.id ?? ''
            counts.set(id, (counts.get(id) ?? 0) + 1)
          }
          for (const [target, weight] of entries) {
            const share = weight / total
            // Five times the standard deviation.
            const room = 5 * Math.sqrt((share * (1 - share)) / calls)
            expect(Math.abs((counts.get(target.account.id) ?? 0) / calls - share)).toBeLessThan(room)
          }
        },
      ),
      { numRuns: 15, seed: 1 },
    )
  })

  it('of 0 are for the others to fall back on', () => {
    const random = seededRandom(3)
    for (let call = 0; call < 200; call++) {
      const { targets } = chooseTargets(
        weighed([
          [a, 0],
          [b, 1],
        ]),
        view({ random }),
      )
      expect(targets).toEqual([b, a])
    }
  })
})

describe('stickiness', () => {
  const all: NonEmpty<Weighed> = [
    [a, 1],
    [b, 2],
    [c, 1],
    [d, 4],
  ]

  it('moves only the sessions of a target that is taken away', () => {
    for (const [gone] of all) {
      const [first = [a, 1], ...rest] = all.filter(([target]) => target !== gone)
      const fewer = weighed([first, ...rest], bySession)
      for (const session of sessions) {
        const before = ofSession(weighed(all, bySession), session)
        if (before === gone.account.id) expect(ofSession(fewer, session)).not.toBe(before)
        else expect(ofSession(fewer, session)).toBe(before)
      }
    }
  })

  it('moves the sessions of a paused target to where they would be without it, and back', () => {
    const plan = weighed(all, bySession)
    const without = weighed(
      [
        [a, 1],
        [b, 2],
        [c, 1],
      ],
      bySession,
    )
    for (const session of sessions.slice(0, 200)) {
      const { targets } = chooseTargets(
        plan,
        view({
          facts: () => facts({ session }),
          health: (target) => ({ inFlight: 0, ...(target === d ? { paused: 'cooling-down' as const } : {}) }),
        }),
      )
      expect(targets[0]?.account.id).toBe(ofSession(without, session))
    }
  })

  it('keeps the proportions of the weights', () => {
    const share = sessions.filter((session) => ofSession(weighed(all, bySession), session) === 'd').length / 1000
    expect(share).toBeGreaterThan(0.42)
    expect(share).toBeLessThan(0.58)
  })
})

describe('conditions', () => {
  const when = (text: string, evaluate: Expression<boolean>['evaluate']) => ({ text, evaluate })
  const plan: RoutePlan = {
    kind: 'conditional',
    cases: [
      { when: when('unknown', () => undefined), plan: leaf(a) },
      { when: when('metadata.tier == "free"', ({ metadata }) => metadata['tier'] === 'free'), plan: leaf(b) },
      { when: when('true', ({ metadata }) => 'tier' in metadata), plan: leaf(c) },
    ],
    otherwise: leaf(d),
  }
  it.each([
    [{ tier: 'free' }, b],
    [{ tier: 'paid' }, c],
    [{}, d],
  ])('lead %j to the first that holds, and never to one that cannot be worked out', (metadata, target) => {
    expect(chooseTargets(plan, view({ facts: () => facts(metadata) })).targets).toEqual([target])
  })
})
