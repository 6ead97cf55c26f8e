import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { fixtureReply, vendorError } from './support/mock-replies.ts'

/** As many retries as an account may have at once. */
const burst = 10
const names = Array.from({ length: burst }, (_, index) => `pair-${index}`)

let first: MockProvider
let second: MockProvider
let gateway: TestGateway

beforeAll(async () => {
  ;[first, second] = await Promise.all([startMockProvider(), startMockProvider()])
  const account = (id: string, { origin }: MockProvider) => ({
    id,
    provider: 'openai',
    baseUrl: `${origin}/v1`,
    apiKey: `sk-of-${id}`,
    allowPrivateNetwork: true,
  })
  // A model of its own for each, as a breaker is of a model and the budget of the account.
  const pairs = names.map((name) => [name, { fallback: [on('first', name), on('second', name)], retries: 1 }] as const)
  const routes = {
    ...Object.fromEntries(pairs),
    alone: { ...on('second', 'alone'), retries: 1 },
    spent: { ...on('first', 'spent'), retries: 1 },
  }
  gateway = await startTestGateway({
    config: {
      providers: [account('first', first), account('second', second)],
      models: Object.fromEntries(Object.keys(routes).map((route) => [route, { route }])),
      routes,
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await Promise.all([first.close(), second.close()])
})

function on(account: string, model: string) {
  return { target: `${account}/${model}` }
}

const ask = (model: string) =>
  gateway.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'x' }] })

it('a target that a further round does not come to has its retries left', async () => {
  for (const mock of [first, second]) {
    const asked = new Set<unknown>()
    mock.script((request) => {
      const { model } = request.json as { model: string }
      if (asked.has(model)) return fixtureReply(request)
      asked.add(model)
      return vendorError(500)
    })
  }
  const replies = await Promise.all(names.map(ask))
  expect(replies.map(({ status }) => status)).toEqual(names.map(() => 200))
  expect(first.requests).toHaveLength(2 * burst)
  expect(second.requests).toHaveLength(burst)
  expect((await ask('alone')).status).toBe(200)
  // Of an account that has none left the client hears what its provider said.
  expect((await ask('spent')).status).toBe(500)
  const { text } = await gateway.control('/metrics')
  for (const line of [
    `portcullis_retries_total{account="first"} ${burst}`,
    'portcullis_retries_total{account="second"} 1',
    'portcullis_retries_refused_total{account="first"} 1',
  ])
    expect(text).toContain(`${line}\n`)
})
