import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, type ReceivedRequest, startMockProvider } from './support/mock-provider.ts'
import { fixture, fixtureReply, unary, vendorError } from './support/mock-replies.ts'

let mock: MockProvider
let gateway: TestGateway

beforeAll(async () => {
  mock = await startMockProvider()
})
afterAll(() => mock.close())
beforeEach(async () => {
  mock.reset()
  // Each test with a fleet of which nothing is known.
  gateway = await startTestGateway({
    config: {
      providers: [
        {
          id: 'main',
          provider: 'openai',
          baseUrl: `${mock.origin}/v1`,
          apiKeys: ['sk-first', 'sk-second', 'sk-third'],
          allowPrivateNetwork: true,
        },
      ],
    },
  })
  return () => gateway.close()
})

const ask = () =>
  gateway.post('/v1/chat/completions', { model: 'main/gpt-5-mini', messages: [{ role: 'user', content: 'x' }] })
const keyOf = ({ headers }: ReceivedRequest): string => String(headers['authorization']).replace('Bearer ', '')

function left(remaining: number) {
  const headers = { 'x-ratelimit-limit-requests': '100', 'x-ratelimit-remaining-requests': String(remaining) }
  return unary(fixture('openai/chat-completion.json'), { headers })
}

describe('an account with several credentials', () => {
  it('uses all of them', async () => {
    for (let count = 0; count < 40; count++) expect((await ask()).status).toBe(200)
    expect([...new Set(mock.requests.map(keyOf))].sort()).toEqual(['sk-first', 'sk-second', 'sk-third'])
  })

  it('uses the one that has most left of its rate limit', async () => {
    const remaining: Readonly<Record<string, number>> = { 'sk-first': 10, 'sk-second': 90, 'sk-third': 20 }
    mock.script((request) => left(remaining[keyOf(request)] ?? 0))
    // What has said nothing is asked first, so all have spoken after three.
    for (let count = 0; count < 10; count++) await ask()
    const asked = mock.requests.map(keyOf)
    expect(new Set(asked.slice(0, 3)).size).toBe(3)
    expect(asked.slice(3)).toEqual(Array(7).fill('sk-second'))
  })

  it('goes on with another when one is refused or limited, and leaves that one alone', async () => {
    mock.script((request) => {
      if (keyOf(request) === 'sk-first') return vendorError(429, { headers: { 'retry-after': '60' } })
      return keyOf(request) === 'sk-second' ? vendorError(401) : fixtureReply(request)
    })
    for (let count = 0; count < 20; count++) expect((await ask()).status).toBe(200)
    const counts = Map.groupBy(mock.requests.map(keyOf), (key) => key)
    expect(counts.get('sk-first')?.length ?? 0).toBeLessThanOrEqual(1)
    expect(counts.get('sk-second')?.length ?? 0).toBeLessThanOrEqual(5)
    expect(counts.get('sk-third')).toHaveLength(20)
  })

  it('is listed once, and shows no credential', async () => {
    const { text, json } = await gateway.get('/v1/models')
    const ids: string[] = json.data.map(({ id }: { id: string }) => id)
    expect(ids.filter((id) => id === 'gpt-5-mini')).toHaveLength(1)
    expect(ids.some((id) => id.includes('#'))).toBe(false)
    expect(text).not.toContain('sk-')
  })

  it('says in the record which of them was used, by number', async () => {
    mock.script((request) => (keyOf(request) === 'sk-third' ? fixtureReply(request) : vendorError(401)))
    const reply = await ask()
    expect((await gateway.call(reply)).account).toBe('main#3')
  })
})
