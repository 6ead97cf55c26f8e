import { afterEach, expect, it } from 'vitest'
import { closedPort } from './support/closed-port.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { fixture, unary } from './support/mock-replies.ts'

let gateway: TestGateway
let mock: MockProvider
afterEach(async () => {
  await gateway.close()
  await mock.close()
})

it('each series says what it is, and the cost of calls whose usage is estimated is in one of its own', async () => {
  mock = await startMockProvider()
  const { usage: _, ...unsaid } = JSON.parse(fixture('openai/chat-completion.json').toString())
  const account = { provider: 'openai', baseUrl: `${mock.origin}/v1`, apiKey: 'sk-1', allowPrivateNetwork: true }
  gateway = await startTestGateway({
    config: {
      providers: [{ id: 'one', ...account }],
      budgetAuthority: { store: 'redis', url: `redis://127.0.0.1:${await closedPort()}` },
    },
    log: () => undefined,
  })
  const ask = async () => {
    const body = { model: 'one/gpt-5-mini', messages: [{ role: 'user', content: 'Who goes there?' }] }
    return await gateway.call(await gateway.post('/v1/chat/completions', body))
  }
  mock.script(() => unary(fixture('openai/chat-completion.json')))
  const known = await ask()
  mock.script(() => unary(unsaid))
  const estimated = await ask()
  expect([known.usageEstimated, estimated.usageEstimated]).toEqual([false, true])
  const { text } = await gateway.control('/metrics')
  const sumOf = (series: string): number =>
    [...text.matchAll(new RegExp(`^${series}(?:\\{.*\\})? (\\S+)$`, 'gm'))].reduce(
      (sum, [, value]) => sum + Number(value),
      0,
    )
  expect(sumOf('portcullis_cost_usd_total')).toBeCloseTo(known.costUsd, 9)
  expect(estimated.costUsd).toBeGreaterThan(0)
  expect(sumOf('portcullis_cost_estimated_usd_total')).toBeCloseTo(estimated.costUsd, 9)
  expect(text).toContain('portcullis_budget_authority_up 0')
  expect(text).toContain('portcullis_alert_deliveries_total{outcome="sent"} 0')
  expect(text).not.toContain('untyped')
  expect(text).not.toMatch(/^# HELP \S+ ?$/m)
})
