/** What a route with three healthy targets costs a call, without the call itself: `npm run bench:routing`. The bar is 10 µs. */

import type { RoutedCall } from '../src/core/calls/call.ts'
import { CallLifetime } from '../src/core/calls/lifetime.ts'
import type { ResolvedModel } from '../src/core/calls/registry.ts'
import type { RoutePlan } from '../src/core/calls/route-plan.ts'
import { route } from '../src/gateway/route.ts'
import { createFleet } from '../src/gateway/routing/fleet.ts'
import { targetOf } from '../test/support/targets-of-routes.ts'

const leaf = (id: string): RoutePlan => ({ kind: 'target', target: targetOf(id) })
const share = (id: string) => ({ weight: 1, plan: leaf(id) })
const plans: Readonly<Record<string, ResolvedModel>> = {
  fallback: {
    route: 'fallback',
    plan: { kind: 'fallback', plans: [leaf('a'), leaf('b'), leaf('c')] },
    settings: { retries: 1 },
  },
  'least-busy': {
    route: 'least-busy',
    plan: { kind: 'loadbalance', by: 'least-busy', plans: [share('a'), share('b'), share('c')] },
    settings: { retries: 1, hedge: 'p95' },
  },
  'one target': { route: 'one', plan: leaf('a'), settings: { retries: 0 } },
}
const callsOfRound = 20_000
const rounds = 15
const ignore = (): void => undefined
const noFacts = (): never => {
  throw new Error('Not asked for.')
}

console.log('| plan | CPU µs a call, median of rounds | least |\n|---|---|---|')
for (const [name, resolved] of Object.entries(plans)) {
  const send = route<RoutedCall, string>({
    resolve: () => resolved,
    mayReach: () => true,
    random: Math.random,
    fleet: createFleet(() => performance.now(), ignore),
    attempt: () => Promise.resolve('answer'),
    settled: (reply) => reply,
    watch: (reply, trial) => {
      trial.over()
      return reply
    },
  })
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const begin = process.cpuUsage()
    for (let call = 0; call < callsOfRound; call++) {
      const lifetime = new CallLifetime()
      await send({
        id: 'call',
        principal: { key: 'key', workspace: 'default', models: ['*'] },
        model: 'm',
        reserved: { reservation: undefined },
        lifetime,
        facts: noFacts,
        emit: ignore,
      })
    }
    const { user, system } = process.cpuUsage(begin)
    times.push((user + system) / callsOfRound)
  }
  times.sort((one, other) => one - other)
  console.log(`| ${name} | ${(times[rounds >> 1] ?? 0).toFixed(2)} | ${(times[0] ?? 0).toFixed(2)} |`)
}
