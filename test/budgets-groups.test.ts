import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { WireReply } from './support/client.ts'
import { fixture, heldReply, unary, vendorError } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const keyOf = (id: string): string => `pk-test-${id}-0123456789abcdefghijk`
/** 30 tokens in all. */
const reply = unary({
  ...JSON.parse(fixture('openai/chat-completion.json').toString()),
  usage: { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 },
})

let bed: Testbed
beforeAll(async () => {
  const both = [{ target: 'openai-mock/gpt-5-mini' }, { target: 'anthropic-mock/claude-sonnet-4-5' }]
  const keys = [
    'users',
    'agents',
    'tags',
    'counted',
    'failing',
    'spent',
    'matched',
    'hedging',
    'tight',
    'sessions',
    'company',
  ]
  bed = await startTestbed({
    keys: [
      ...keys.map((id) => ({ id, key: keyOf(id) })),
      { id: 'company-elsewhere', key: keyOf('company-elsewhere'), workspace: 'elsewhere' },
      { id: 'users-elsewhere', key: keyOf('users-elsewhere'), workspace: 'elsewhere' },
    ],
    config: {
      models: {
        fast: { target: 'openai-mock/gpt-5-mini' },
        clever: { target: 'anthropic-mock/claude-sonnet-4-5' },
        both: { route: 'both' },
        hedged: { route: 'hedged' },
      },
      routes: { both: { fallback: both }, hedged: { fallback: both, hedge: { afterMs: 20 } } },
      budgets: [
        { id: 'each-user', match: { keys: ['users*'] }, groupBy: ['user'], requests: 2, per: 'day' },
        { id: 'company', match: { keys: ['company*'] }, groupBy: ['organization'], requests: 2, per: 'day' },
        { id: 'of-no-company', match: { organizations: ['other*'] }, requests: 1, per: 'day' },
        { id: 'of-company', match: { organizations: ['def*'], keys: ['company*'] }, requests: 3, per: 'day' },
        { id: 'each-agent', match: { keys: ['agents'] }, groupBy: ['agent', 'model'], requests: 1, per: 'day' },
        { id: 'each-tag', match: { keys: ['tags'] }, groupBy: ['tag'], requests: 2, per: 'day' },
        { id: 'one-user', match: { keys: ['agents'], users: ['eve*'] }, requests: 1, per: 'day' },
        { id: 'each-provider', match: { keys: ['counted'] }, groupBy: ['provider'], tokens: 9000, per: 'day' },
        { id: 'of-failing', match: { keys: ['failing'] }, groupBy: ['provider'], requests: 1, per: 'day' },
        { id: 'of-spent', match: { keys: ['spent'] }, groupBy: ['provider'], requests: 2, per: 'day' },
        { id: 'of-openai', match: { keys: ['matched'], providers: ['openai'] }, costUsd: 1e-6, per: 'day' },
        { id: 'of-hedging', match: { keys: ['hedging'] }, tokens: 100_000, requests: 10, per: 'day' },
        { id: 'hedging-at', match: { keys: ['hedging'] }, groupBy: ['provider'], tokens: 100_000, per: 'day' },
        { id: 'of-tight', match: { keys: ['tight'] }, tokens: 250, per: 'day' },
      ],
    },
  })
})
afterAll(() => bed.close())
beforeEach(() => {
  bed.reset()
  bed.openai.script(() => reply)
})

const ask = (id: string, more: object = {}, metadata: Record<string, string> = {}): Promise<WireReply> =>
  bed.gateway.post(
    '/v1/chat/completions',
    { model: 'fast', messages: [{ role: 'user', content: 'Question' }], max_tokens: 100, ...more },
    { headers: { authorization: `Bearer ${keyOf(id)}`, 'x-portcullis-metadata': JSON.stringify(metadata) } },
  )

interface Counter {
  readonly groupBy: readonly string[]
  readonly group: readonly string[]
  readonly measure: string
  readonly used: number
  readonly reserved: number
}

/** What is counted of a budget, once no call holds any of it. */
async function counters(budget: string): Promise<readonly Counter[]> {
  for (;;) {
    const { json } = await bed.gateway.control(`/api/v1/budgets?budget=${budget}`)
    const all: readonly Counter[] = json.data
    if (all.every(({ reserved }) => reserved === 0)) return all
  }
}
const uses = async (budget: string, measure: string): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await counters(budget)).flatMap((one) => (one.measure === measure ? [[one.group.join(' '), one.used]] : [])),
  )

describe('a budget', () => {
  it('for each user counts each that clients name for itself, in each workspace', async () => {
    for (const user of ['alice', 'alice', 'bob']) expect((await ask('users', { user })).status).toBe(200)
    const refused = await ask('users', { user: 'alice' })
    expect(refused.status).toBe(429)
    expect(refused.json.error.message).toContain('2 requests per day (budget "each-user")')
    expect((await ask('users', {}, { _user: 'alice' })).status).toBe(429)
    // In another writing it is the same one.
    for (const user of ['Alice', ' alice', 'alice\u200b', '\u0430lice', 'ＡＬＩＣＥ'])
      expect((await ask('users', { user })).status, user).toBe(429)
    expect((await ask('users-elsewhere', { user: 'alice' })).status).toBe(200)
    expect((await ask('users')).status).toBe(200)
    const [first] = await counters('each-user')
    expect(first).toMatchObject({ groupBy: ['workspace', 'user'], group: ['default', 'alice'], used: 2 })
    expect(await uses('each-user', 'requests')).toEqual({
      'default alice': 2,
      'default bob': 1,
      'elsewhere alice': 1,
      'default ': 1,
    })
  })

  it('for each organization is one for all workspaces, as those are of one', async () => {
    expect((await ask('company')).status).toBe(200)
    expect((await ask('company-elsewhere')).status).toBe(200)
    for (const key of ['company', 'company-elsewhere'])
      expect((await ask(key)).json.error.message).toContain('2 requests per day (budget "company")')
    expect(await uses('company', 'requests')).toEqual({ default: 2 })
    expect(await uses('of-company', 'requests')).toEqual({ '': 2 })
    expect(await uses('of-no-company', 'requests')).toEqual({})
  })

  it('for each agent and model, and one of some users', async () => {
    expect((await ask('agents', {}, { agent: 'crawler' })).status).toBe(200)
    expect((await ask('agents', {}, { agent: 'crawler' })).status).toBe(429)
    expect((await ask('agents', {}, { agent: 'writer' })).status).toBe(200)
    expect((await ask('agents', { model: 'both' }, { agent: 'crawler' })).status).toBe(200)
    expect((await ask('agents', { user: 'eve-1' }, { agent: 'first' })).status).toBe(200)
    expect((await ask('agents', { user: 'eve-2' }, { agent: 'second' })).json.error.message).toContain('"one-user"')
    expect((await ask('agents', { user: 'EVE-3' }, { agent: 'third' })).json.error.message).toContain('"one-user"')
    expect((await ask('agents', {}, { agent: 'Crawler' })).status).toBe(429)
  })

  it('for each tag has to have room for all tags of a call', async () => {
    expect((await ask('tags', {}, { tags: 'red, blue,red' })).status).toBe(200)
    expect((await ask('tags', {}, { tags: 'red' })).status).toBe(200)
    expect((await ask('tags', {}, { tags: 'blue,red' })).status).toBe(429)
    expect((await ask('tags', {}, { tags: 'blue' })).status).toBe(200)
    expect(await uses('each-tag', 'requests')).toEqual({ 'default red': 2, 'default blue': 2 })
  })

  it('for each provider counts what was used at the one that answered', async () => {
    expect((await ask('counted', { model: 'both' })).status).toBe(200)
    expect((await ask('counted', { model: 'clever' })).status).toBe(200)
    const used = await uses('each-provider', 'tokens')
    expect(Object.keys(used).sort()).toEqual(['anthropic', 'openai'])
    expect(used['openai']).toBe(30)
    expect(used['anthropic']).toBeGreaterThan(30)
  })

  it('for each provider gets back what a failed attempt held', async () => {
    bed.openai.reply(vendorError(500), vendorError(503))
    for (const provider of ['anthropic', 'openai']) {
      const answer = await ask('failing', { model: 'both' })
      expect(answer.headers['x-portcullis-provider']).toBe(provider)
      bed.openai.reset()
      bed.openai.script(() => reply)
    }
    expect(await uses('of-failing', 'requests')).toEqual({ openai: 1, anthropic: 1 })
  })

  it('for each provider that is used up leads to the next target, and then to its refusal', async () => {
    const providers = []
    for (let count = 0; count < 4; count++)
      providers.push((await ask('spent', { model: 'both' })).headers['x-portcullis-provider'])
    expect(providers).toEqual(['openai', 'openai', 'anthropic', 'anthropic'])
    const refused = await ask('spent', { model: 'both' })
    expect(refused.status).toBe(429)
    expect(refused.json.error.message).toContain('2 requests per day (budget "of-spent")')
    expect(bed.openai.requests).toHaveLength(2)
    expect(bed.anthropic.requests).toHaveLength(2)
    // What is refused here tells nothing of the health of the target.
    expect((await ask('counted', { model: 'fast' })).status).toBe(200)
  })

  it('of one provider is none of the others', async () => {
    const answer = await ask('matched', { model: 'both' })
    expect(answer.headers['x-portcullis-provider']).toBe('anthropic')
    const refused = await ask('matched')
    expect([refused.status, refused.json.error.code]).toEqual([429, 'budget_exceeded'])
    expect(bed.openai.requests).toHaveLength(0)
  })
})

describe('a call that is asked twice at once', () => {
  it('holds for both, and settles to the answer and the prompt of the one that was cut', async () => {
    const held = heldReply()
    bed.openai.reply(held.reply)
    const answer = await ask('hedging', { model: 'hedged' })
    expect(answer.headers['x-portcullis-provider']).toBe('anthropic')
    expect(await (await bed.openai.request(0)).ended).toBe('aborted')
    const { inputTokens, outputTokens } = await bed.gateway.call(answer)
    const answered = inputTokens + outputTokens
    const at = await uses('hedging-at', 'tokens')
    expect(at['anthropic']).toBe(answered)
    expect(at['openai']).toBeGreaterThan(0)
    expect(at['openai']).toBeLessThan(30)
    expect(await uses('of-hedging', 'tokens')).toEqual({ '': answered + (at['openai'] ?? 0) })
    expect(await uses('of-hedging', 'requests')).toEqual({ '': 1 })
  })

  it('is not asked twice where there is not enough for both', async () => {
    const held = heldReply()
    bed.openai.reply(held.reply)
    const answer = ask('tight', { model: 'hedged', max_tokens: 150 })
    await held.arrived
    const refusals = async (): Promise<number> => (await counters('none')).length
    for (let looks = 0; looks < 20; looks++) await refusals()
    held.release(reply)
    expect((await answer).headers['x-portcullis-provider']).toBe('openai')
    expect(bed.anthropic.requests).toHaveLength(0)
    expect(await uses('of-tight', 'tokens')).toEqual({ '': 30 })
  })
})
