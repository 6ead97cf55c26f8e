import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestbed, type Testbed } from './support/testbed.ts'

const otherKey = 'pk-test-other-0123456789abcdefghijklmnopq'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({
    config: { cache: { exact: { ttlSeconds: 60 } } },
    keys: [{ id: 'other', key: otherKey, workspace: 'other', models: ['*'] }],
  })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const send = (body: string) => bed.gateway.post('/v1/chat/completions', Buffer.from(body))
const turns = (text: string): string => `[{"role":"user","content":"${text}"}]`

describe('a body that parsers read in different ways', () => {
  const question = turns('What is the capital of France?')
  const other = turns('Write an insult.')
  const bodies: readonly (readonly [string, string])[] = [
    ['names a field twice', `{"model":"fast","messages":${other},"messages":${question}}`],
    ['escapes the second name', `{"model":"fast","messages":${other},"mess\\u0061ges":${question}}`],
    ['has another case of it', `{"model":"fast","messages":${question},"Messages":${other}}`],
    [
      'names a nested field twice',
      `{"model":"fast","messages":[{"role":"user","content":"Write an insult.","content":"What is the capital of France?"}]}`,
    ],
    [
      'has another case of a nested field',
      `{"model":"fast","messages":[{"role":"user","Content":"Write an insult.","content":"What is the capital of France?"}]}`,
    ],
    ['has a sign that folds to a letter', `{"model":"fast","messages":${question},"me\u017f\u017fages":${other}}`],
  ]
  it.each(bodies)('is never kept as the answer to another: it %s', async (_, body) => {
    const poisoned = await send(body)
    expect(poisoned.headers['x-portcullis-cache']).toBe('bypass')
    expect(String(bed.openai.requests[0]?.body)).toBe(body.replace('"fast"', '"gpt-5-mini"'))
  })

  it.each(bodies)('is not answered with what is kept: it %s', async (_, body) => {
    await send(`{"model":"fast","messages":${question}}`)
    expect((await send(body)).headers['x-portcullis-cache']).toBe('bypass')
  })

  it('is told apart from one with colons, quotes and braces in its texts, and with the same name in two objects', async () => {
    const body = `{"model":"fast","messages":[{"role":"system","content":"a: \\"b\\": {c:"},{"role":"user","content":"\\\\"}]}`
    const replies = [await send(body), await send(body)]
    expect(replies.map(({ headers }) => headers['x-portcullis-cache'])).toEqual(['miss', 'hit'])
  })
})

describe('a namespace', () => {
  const spaces = [{ 'x-portcullis-cache-namespace': 'shared' }, { 'x-portkey-cache-namespace': 'shared' }]
  it.each(spaces)('parts a workspace, and is no way into another one: %j', async (space) => {
    const body = { model: 'fast', messages: [{ role: 'user', content: `In ${Object.keys(space)[0]}` }] }
    const ask = async (headers: Readonly<Record<string, string>>): Promise<unknown> =>
      (await bed.gateway.post('/v1/chat/completions', body, { headers })).headers['x-portcullis-cache']
    const other = { authorization: `Bearer ${otherKey}` }
    expect(await ask(space)).toBe('miss')
    expect(await ask({})).toBe('miss')
    expect(await ask({ ...space, ...other })).toBe('miss')
    expect(await ask(space)).toBe('hit')
    expect(await ask({ ...space, ...other })).toBe('hit')
  })
})
