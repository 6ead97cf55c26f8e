import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Json, type PostOptions, post } from './support/client.ts'
import { fixture, unary, vendorError } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const otherKey = 'pk-test-team-b-0123456789abcdefghijklmnop'
const sameWorkspaceKey = 'pk-test-team-c-0123456789abcdefghijklmnop'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({
    config: { cache: { exact: { ttlSeconds: 60 }, semantic: { threshold: 'calibrated' } } },
    keys: [
      { id: 'team-b', key: otherKey, workspace: 'other', models: ['*'] },
      { id: 'team-c', key: sameWorkspaceKey, workspace: 'default', models: ['*'] },
    ],
  })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const chat = (body: Json, options?: PostOptions) => bed.gateway.post('/v1/chat/completions', body, options)
const as = (key: string): PostOptions => ({ headers: { authorization: `Bearer ${key}` } })
const states = (...replies: { headers: Readonly<Record<string, unknown>> }[]): unknown[] =>
  replies.map(({ headers }) => headers['x-portcullis-cache'])

const letters = 'abcdefghijklmnopqrstuvwxyz'
let number = 0
/** A thing that no other test has asked about. */
function thing(): string {
  number += 1
  return `gadget${letters[number % 26]}${letters[Math.floor(number / 26)]}`
}
const says = (content: string, more: Json = {}): Json => ({
  model: 'fast',
  messages: [{ role: 'user', content }],
  ...more,
})

/** Two ways to ask the same. */
function twoWays(more: Json = {}): [Json, Json] {
  const name = thing()
  return [says(`How do I return my ${name}?`, more), says(`how can i return a ${name} please`, more)]
}

describe('a question that means the same', () => {
  it('is answered from the cache, for nothing, and the record has its neighbour and how close it is', async () => {
    const [one, other] = twoWays()
    const first = await chat(one)
    const second = await chat(other)
    expect(states(first, second)).toEqual(['miss', 'semantic'])
    expect(second.text).toBe(first.text)
    expect(second.headers['age']).toBe('0')
    expect(bed.openai.requests).toHaveLength(1)
    const paid = await bed.gateway.call(first)
    const saved = await bed.gateway.call(second)
    expect(paid.cacheMatch).toBeNull()
    expect(saved).toMatchObject({
      cache: 'semantic',
      costUsd: 0,
      savedUsd: paid.costUsd,
      attempts: [],
      provider: 'openai',
    })
    expect(saved.cacheMatch).toEqual({ id: paid.id, score: expect.any(Number) })
    expect(saved.cacheMatch.score).toBeLessThan(1)
  })

  it('is found exactly first, and is not kept as an exact answer itself', async () => {
    const [one, other] = twoWays()
    expect(states(await chat(one), await chat(one), await chat(other), await chat(other))).toEqual([
      'miss',
      'hit',
      'semantic',
      'semantic',
    ])
  })

  it('is answered in another dialect, and as a stream', async () => {
    const name = thing()
    const question = (content: string) => ({ max_completion_tokens: 90, ...says(content) })
    const first = await chat(question(`How do I return my ${name}?`))
    const asked = says(`how can i return a ${name}`)
    const second = await bed.gateway.post('/v1/messages', { ...asked, max_tokens: 90 })
    const third = await chat({ ...question(`how can I return the ${name}`), stream: true })
    expect(states(first, second, third)).toEqual(['miss', 'semantic', 'semantic'])
    expect(second.json.content[0].text).toBe(first.json.choices[0].message.content)
    expect(third.text).toContain('data: [DONE]')
  })

  it('is matched by its last turn only: what stood before must be equal', async () => {
    const name = thing()
    const turns = (system: string, last: string): Json => ({
      model: 'fast',
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: 'hello there' },
        { role: 'assistant', content: 'What can I do?' },
        { role: 'user', content: last },
      ],
    })
    const replies = [
      await chat(turns('You are a clerk.', `How do I return my ${name}?`)),
      await chat(turns('You are a clerk.', `how can i return a ${name}`)),
      await chat(turns('You are a pirate.', `how can i return a ${name}`)),
      await chat(says(`how can i return a ${name}`)),
    ]
    expect(states(...replies)).toEqual(['miss', 'semantic', 'miss', 'miss'])
  })

  it.each<[string, Json]>([
    ['temperature', { temperature: 0.1 }],
    ['tools', { tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }] }],
    ['format', { response_format: { type: 'json_object' } }],
    ['length', { max_completion_tokens: 5 }],
    ['model', { model: 'openai-mock/gpt-5' }],
    ['a field of tomorrow', { unknown_field_of_tomorrow: true }],
  ])('is another one with another %s', async (_what, more) => {
    const [one, other] = twoWays()
    expect(states(await chat(one), await chat({ ...other, ...more }))[1]).not.toBe('semantic')
  })

  it('with a picture is not looked for', async () => {
    const name = thing()
    const withPicture = (text: string) =>
      chat({
        model: 'fast',
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text },
              { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
            ],
          },
        ],
      })
    expect(states(await withPicture(`What is my ${name}?`), await withPicture(`what is the ${name}`))).toEqual([
      'miss',
      'miss',
    ])
  })
})

describe('a question that is another one', () => {
  it.each([
    ['negation', (name: string) => [`cancel my ${name}`, `do not cancel my ${name}`]],
    ['amount', (name: string) => [`send $100 for the ${name}`, `send $1000 for the ${name}`]],
    ['date', (name: string) => [`is the ${name} open on monday`, `is the ${name} open on tuesday`]],
    ['name', (name: string) => [`the ${name} of Paris`, `the ${name} of London`]],
    ['identifier', (name: string) => [`what does get_${name}_id do`, `what does get_${name}_name do`]],
    [
      'payload in a long frame',
      (name: string) =>
        ['cat', 'dog'].map(
          (animal) =>
            `Translate the following sentence into formal French and keep the word ${name}: the ${animal} sat there`,
        ),
    ],
  ])('by its %s is answered by a provider', async (_what, pair) => {
    const [one = '', other = ''] = pair(thing())
    expect(states(await chat(says(one)), await chat(says(other)))).toEqual(['miss', 'miss'])
  })
})

describe('an answer of the semantic cache', () => {
  it('that was wrong is reported: it is given no more, and its partition asks for more', async () => {
    const [one, other] = twoWays({ temperature: 0.77 })
    const kept = await chat(one)
    const wrong = await chat(other)
    const call = await bed.gateway.call(wrong)
    const report = (id: unknown) =>
      post(`${bed.gateway.controlUrl}/api/v1/cache/${id}/report`, {}, as(bed.gateway.adminToken))
    expect((await report(call.id)).json).toEqual({ cacheMatch: call.cacheMatch })
    const again = await chat(other)
    expect(states(kept, wrong, again)).toEqual(['miss', 'semantic', 'miss'])
    // As close as the wrong one was, and of the same partition: no longer enough.
    const [next, nextOther] = twoWays({ temperature: 0.77 })
    expect(states(await chat(next), await chat(nextOther))).toEqual(['miss', 'miss'])
    const [free, freeOther] = twoWays()
    expect(states(await chat(free), await chat(freeOther))).toEqual(['miss', 'semantic'])
    expect((await report(kept.headers['x-portcullis-call-id'])).status).toBe(400)
    expect((await report('nothing')).status).toBe(404)
  })

  it('that was given a tag goes when the tag is purged', async () => {
    const [one, other] = twoWays()
    await chat(one, { headers: { 'x-portcullis-cache-tags': 'prices' } })
    const purged = await post(`${bed.gateway.controlUrl}/api/v1/cache?workspace=default&tag=prices`, undefined, {
      method: 'DELETE',
      ...as(bed.gateway.adminToken),
    })
    expect(purged.json.purged).toBeGreaterThan(0)
    expect(states(await chat(other))).toEqual(['miss'])
  })

  it.each([
    ['x-portcullis-cache', 'off', 'bypass'],
    ['x-portcullis-cache', 'refresh', 'miss'],
    ['cache-control', 'max-age=3600', 'semantic'],
  ])('for a client that sends %s: %s is a %s', async (header, value, state) => {
    const [one, other] = twoWays()
    await chat(one)
    expect(states(await chat(other, { headers: { [header]: value } }))).toEqual([state])
  })

  it.each([
    ['an error', vendorError(400)],
    ['a call of a tool', unary(fixture('openai/chat-completion-tools.json'))],
  ])('is never %s', async (_what, reply) => {
    const [one, other] = twoWays()
    bed.openai.reply(reply)
    await chat(one)
    expect(states(await chat(other))).toEqual(['miss'])
  })
})

describe('callers', () => {
  it('of a workspace share answers, those of two do not', async () => {
    const [one, other] = twoWays()
    const replies = [await chat(one), await chat(other, as(otherKey)), await chat(other, as(sameWorkspaceKey))]
    expect(states(...replies)).toEqual(['miss', 'miss', 'semantic'])
  })
})
