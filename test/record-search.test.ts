import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'

const texts = [
  '100% sure',
  '100x sure',
  'snake_case',
  'snakeXcase',
  'a "quoted" word',
  'a back\\slash',
  "Robert'); DROP TABLE calls; --",
  'Grüße aus dem Torhaus 🏰',
  'zero\u0000zero',
  'tab\tand\nline',
  '\u202eright to left',
  'x'.repeat(199),
  '[a-z]*? (regex)',
]

let gateway: TestGateway
const ids = new Map<string, string>()
beforeAll(async () => {
  gateway = await startTestGateway({})
  for (const content of texts) {
    const reply = await gateway.post('/v1/chat/completions', {
      model: 'demo/echo',
      messages: [{ role: 'user', content }],
    })
    expect(reply.status).toBe(200)
    ids.set(content, String(reply.headers['x-portcullis-call-id']))
  }
})
afterAll(() => gateway.close())

const search = async (q: string): Promise<readonly string[]> => {
  const { json } = await gateway.control(`/api/v1/calls?${new URLSearchParams({ q })}`)
  return json.data.map(({ id }: Json) => id)
}

describe('a search', () => {
  it.each(texts)('takes %j for itself, and finds the one call that holds it', async (text) => {
    expect(await search(text)).toEqual([ids.get(text)])
  })

  it.each(['Zero\u0000ZERO', 'TORHAUS', '🏰'])('finds %j whatever the case of ASCII letters is', async (text) => {
    expect(await search(text)).toHaveLength(1)
  })

  it.each(['%', '_', '\\', "'", '"', ';', '*', '\u0000', '\ud800'])(
    'for %j finds no more than what holds it',
    async (text) => {
      const held = texts.filter((candidate) => candidate.includes(text)).length
      // Bodies are JSON, whose own quotes and backslashes are text too.
      const found = await search(text)
      if ('"\\_'.includes(text)) expect(found.length).toBeGreaterThanOrEqual(held)
      else expect(found).toHaveLength(held)
    },
  )

  it('goes together with filters and pages', async () => {
    const found: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query = new URLSearchParams({ q: 'sure', limit: '1', key: 'team-a', model: 'demo/echo', cursor })
      const { json } = await gateway.control(`/api/v1/calls?${query}`)
      found.push(...json.data.map(({ id }: Json) => id))
      cursor = json.nextCursor
    }
    expect(found).toEqual([ids.get('100x sure'), ids.get('100% sure')])
  })
})
