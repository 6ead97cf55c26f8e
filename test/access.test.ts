import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { fixture, unary, vendorError } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const otherKey = 'pk-test-team-b-0123456789abcdefghijklmnop'
const limitedKey = 'pk-test-limited-0123456789abcdefghijklmno'
const asOther = { headers: { authorization: `Bearer ${otherKey}` } }
const asLimited = { headers: { authorization: `Bearer ${limitedKey}` } }
const path = '/v1/chat/completions'
const asked = (content: string, more: Json = {}): Json => ({
  model: 'fast',
  messages: [{ role: 'user', content }],
  ...more,
})

let bed: Testbed
const ids: Record<string, unknown> = {}
beforeAll(async () => {
  bed = await startTestbed({
    config: { cache: { exact: { ttlSeconds: 60, maxEntryKilobytes: 64 } } },
    keys: [
      { id: 'team-b', key: otherKey, workspace: 'other', models: ['*'] },
      { id: 'limited', key: limitedKey, workspace: 'default', models: ['*'], limits: [{ requests: 1, per: 'day' }] },
    ],
  })
  const call = async (name: string, ...of: Parameters<typeof bed.gateway.post>): Promise<void> => {
    ids[name] = (await bed.gateway.post(...of)).headers['x-portcullis-call-id']
  }
  await call('first', path, asked('the same', { user: 'u-1' }))
  await call('hit', path, asked('the same', { user: 'u-1' }))
  bed.openai.reply(vendorError(500))
  await call('fallback', path, asked('another', { model: 'safe' }))
  bed.openai.reply(unary(fixture('openai/chat-completion-tools.json')))
  await call('tools', path, asked('the weather'))
  await call('limited', path, asked('once'), asLimited)
  await call('refused', path, asked('twice'), asLimited)
  bed.openai.reply(unary(fixture('openai/chat-completion-tools.json')))
  await call('elsewhere', path, asked('of the other'), asOther)
  await bed.gateway.callsUntil((calls) => calls.length === 7)
})
afterAll(() => bed.close())

const ask = async (question: string) => (await bed.gateway.control(`/api/v1/${question}`)).json
/** Of the fixture. */
const toolNames = ['get_weather']

describe('what was touched', () => {
  it('by a key is told: models, where prompts were sent at each attempt, tools', async () => {
    const answer = await ask('access?key=team-a')
    expect(answer.models).toEqual([
      expect.objectContaining({ provider: 'openai', model: 'gpt-5-mini', calls: 3 }),
      expect.objectContaining({ provider: 'anthropic', model: 'claude-sonnet-4-5', calls: 1 }),
    ])
    // The answer from the cache was sent nowhere; the first attempt of the fallback was.
    expect(answer.destinations).toEqual([
      { account: 'openai-mock', provider: 'openai', calls: 2, earlierAttempts: 1 },
      { account: 'anthropic-mock', provider: 'anthropic', calls: 1, earlierAttempts: 0 },
    ])
    expect(answer.tools.map(({ name }: Json) => name).sort()).toEqual(toolNames)
    expect(answer.tools[0].calls).toBe(1)
    expect(answer.dataCategories).toEqual([])
    expect(answer.notes.join(' ')).toContain('Categories of data are those that guardrails have found')
  })

  it('by an end user is theirs alone, and of nobody is nothing', async () => {
    const answer = await ask('access?user=u-1')
    expect(answer).toMatchObject({ models: [{ model: 'gpt-5-mini', calls: 2 }], tools: [] })
    expect(answer.destinations).toEqual([expect.objectContaining({ account: 'openai-mock', calls: 1 })])
    expect(await ask('access?user=nobody')).toMatchObject({ models: [], destinations: [], tools: [] })
  })

  it('in one workspace is not shown in another', async () => {
    const other = await ask('access?workspace=other')
    expect(other).toMatchObject({ models: [{ calls: 1 }], destinations: [{ calls: 1, earlierAttempts: 0 }] })
    expect(other.tools.every(({ calls }: Json) => calls === 1)).toBe(true)
    expect(await ask('access?workspace=other&key=team-a')).toMatchObject({ models: [], destinations: [], tools: [] })
  })
})

describe('what was decided', () => {
  it('is told newest first, with what would have happened without it', async () => {
    const { data, nextCursor } = await ask('decisions?workspace=default')
    expect(nextCursor).toBeNull()
    expect(data).toEqual([
      expect.objectContaining({
        callId: ids['refused'],
        kind: 'refusal',
        effect: 'deny',
        rule: 'rate_limited',
        key: 'limited',
        reason: expect.stringContaining('requests'),
        without: expect.objectContaining({ outcome: 'sent', costUsd: null }),
      }),
      expect.objectContaining({
        callId: ids['fallback'],
        kind: 'fallback',
        effect: 'allow',
        rule: 'safe-route',
        without: {
          outcome: 'failed',
          account: 'openai-mock',
          model: 'gpt-5-mini',
          status: 500,
          errorCode: 'upstream_error',
        },
      }),
      expect.objectContaining({
        callId: ids['fallback'],
        kind: 'routing',
        rule: 'safe-route',
        without: {
          outcome: 'another-target',
          targets: [{ account: 'openai-mock', model: 'gpt-5-mini', passedOver: null, costUsd: expect.any(Number) }],
        },
      }),
      expect.objectContaining({
        callId: ids['hit'],
        kind: 'cache',
        state: 'enforce',
        rule: 'exact',
        user: 'u-1',
        without: expect.objectContaining({ outcome: 'sent', model: 'gpt-5-mini', costUsd: expect.any(Number) }),
      }),
    ])
  })

  it('comes in pages, by kind, and of one principal', async () => {
    const seen: unknown[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await ask(`decisions?workspace=default&limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`)
      seen.push(...page.data.map(({ callId }: Json) => callId))
      cursor = page.nextCursor
    }
    // What was decided about one call stays together.
    expect(seen).toEqual([ids['refused'], ids['fallback'], ids['fallback'], ids['hit']])
    expect((await ask('decisions?kind=cache')).data.map(({ callId }: Json) => callId)).toEqual([ids['hit']])
    expect((await ask('decisions?key=limited')).data).toHaveLength(1)
    expect((await ask('decisions?workspace=other')).data).toEqual([])
  })

  it('is not asked for with what is not understood', async () => {
    for (const [question, param] of [
      ['decisions?kind=guess', 'kind'],
      ['decisions?limit=0', 'limit'],
      ['decisions?cursor=x', 'cursor'],
      ['decisions?model=x', 'model'],
      ['access?from=never', 'from'],
      ['access?kind=cache', 'kind'],
    ]) {
      expect([question, (await ask(question ?? '')).error]).toEqual([
        question,
        expect.objectContaining({ code: 'invalid_request', param }),
      ])
    }
  })
})
