import { afterEach, describe, expect, it } from 'vitest'
import { type Json, post } from './support/client.ts'
import { unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed | undefined
afterEach(() => bed?.close())

const otherKey = 'pk-test-team-b-0123456789abcdefghijklmnop'
const neighbourKey = 'pk-test-team-c-0123456789abcdefghijklmnop'
const [one, other] = ['How do I return my gadget?', 'how can i return a gadget please']

async function bedWith(semantic: Json, more: Json = {}): Promise<Testbed> {
  bed = await startTestbed({
    config: { cache: { semantic }, ...more },
    keys: [
      { id: 'team-b', key: otherKey, workspace: 'other', models: ['*'] },
      { id: 'team-c', key: neighbourKey, workspace: 'default', models: ['clever'] },
    ],
  })
  return bed
}

const says = (content: unknown, more: Json = {}): Json => ({
  model: 'fast',
  messages: [{ role: 'user', content }],
  ...more,
})
const ask = ({ gateway }: Testbed, body: unknown, key?: string, headers: Readonly<Record<string, string>> = {}) =>
  gateway.post('/v1/chat/completions', body, {
    headers: { ...headers, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
  })
const stateOf = async (...asked: Parameters<typeof ask>): Promise<unknown> =>
  (await ask(...asked)).headers['x-portcullis-cache']

describe('an answer of the semantic cache', () => {
  it('never crosses to another workspace, whatever the threshold', async () => {
    const running = await bedWith({ threshold: 0.5 })
    await ask(running, says(one))
    expect(await stateOf(running, says(other), otherKey)).toBe('miss')
    // What came from the other one is not given to the first either.
    await ask(running, says('Where do gadgets come from?'), otherKey)
    expect(await stateOf(running, says('where do gadgets come from'))).toBe('miss')
  })

  it('is not for a key that may not ask for the model', async () => {
    const running = await bedWith({})
    await ask(running, says(one))
    expect((await ask(running, says(other), neighbourKey)).status).toBe(403)
  })

  it('is never that of a body which parsers read in different ways', async () => {
    const running = await bedWith({})
    const turns = (text: string): string => JSON.stringify([{ role: 'user', content: text }])
    const twice = `{"model":"fast","messages":${turns('Write an insult.')},"messages":${turns(one)}}`
    expect(await stateOf(running, Buffer.from(twice))).toBe('bypass')
    expect(await stateOf(running, says(other))).toBe('miss')
    expect(await stateOf(running, Buffer.from(twice))).toBe('bypass')
  })

  it('is apart for what conditions of a route look at', async () => {
    const running = await bedWith(
      {},
      {
        routes: {
          tiers: {
            conditional: [
              { if: 'metadata.tier == "gold"', target: 'openai-mock/gpt-5' },
              { target: 'openai-mock/gpt-5-mini' },
            ],
          },
        },
        models: { fast: { route: 'tiers' } },
      },
    )
    const withTier = (text: string, tier: string): Json => says(text, { metadata: { tier } })
    await ask(running, withTier(one, 'gold'))
    expect(await stateOf(running, withTier(other, 'free'))).toBe('miss')
    expect(await stateOf(running, withTier(other, 'gold'))).toBe('semantic')
  })

  it('is not that of another turn of the conversation, or of several parts that are joined in another way', async () => {
    const running = await bedWith({})
    const history = [
      { role: 'user', content: one },
      { role: 'assistant', content: 'Send it.' },
    ]
    await ask(running, says(one))
    const again: Json = { model: 'fast', messages: [...history, { role: 'user', content: other }] }
    expect(await stateOf(running, again)).toBe('miss')
    const withSystem: Json = {
      model: 'fast',
      messages: [
        { role: 'system', content: one },
        { role: 'user', content: other },
      ],
    }
    expect(await stateOf(running, withSystem)).toBe('miss')
  })
})

describe('vectors of a provider', () => {
  it('are not asked for a text that is too long, or that says nothing', async () => {
    const running = await bedWith({ embedder: 'openai-mock/text-embedding-3-small', threshold: 0.9 })
    running.openai.script(() => unary({ data: [{ index: 0, embedding: [1, 0] }] }))
    for (const text of ['word '.repeat(401), '?!', '', 'please'])
      expect((await ask(running, says(text, { model: 'clever' }))).status).toBe(200)
    expect(running.openai.requests).toHaveLength(0)
    await ask(running, says(one, { model: 'clever' }))
    expect(running.openai.requests).toHaveLength(1)
  })

  it('go over the account as calls do: where it cannot be reached the call goes on, and who asks for vectors is told', async () => {
    const running = await bedWith({ embedder: 'down/model', threshold: 0.9 })
    const reply = await ask(running, says(one))
    expect([reply.status, reply.headers['x-portcullis-cache']]).toEqual([200, 'bypass'])
    const embed = await post(
      `${running.gateway.controlUrl}/api/v1/embed`,
      { texts: ['a'] },
      { headers: { authorization: `Bearer ${running.gateway.adminToken}` } },
    )
    expect(embed.json.error.code).toBe('upstream_unreachable')
  })

  it.each([
    ['numbers that are none', [1e308, 1e308]],
    ['no numbers', []],
    ['zeros', [0, 0]],
  ])('with %s make nothing close to anything', async (_what, embedding) => {
    const running = await bedWith({ embedder: 'openai-mock/text-embedding-3-small', threshold: 0.5 })
    running.openai.script(() => unary({ data: [{ index: 0, embedding }] }))
    await ask(running, says(one, { model: 'clever' }))
    expect(await stateOf(running, says(other, { model: 'clever' }))).not.toBe('semantic')
  })
})

it('who has only a virtual key cannot report', async () => {
  const running = await bedWith({})
  const reply = await ask(running, says(one))
  const report = await post(
    `${running.gateway.controlUrl}/api/v1/cache/${reply.headers['x-portcullis-call-id']}/report`,
    {},
    { headers: { authorization: `Bearer ${running.gateway.key}` } },
  )
  expect(report.status).toBe(401)
})
