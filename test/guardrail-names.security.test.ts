/** A guardrail for some models, agents or users holds by whatever name these are called. */
import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type Json, post, type WireReply } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockRealtime, queue, startMockRealtime } from './support/mock-realtime.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const secret = 'AKIAQ3EGTPXVZ5NHWL2M'
const guardrail = (id: string, fields: object) => ({
  id,
  detector: 'secrets',
  points: ['input'],
  state: 'enforce',
  ...fields,
})
const keyOf = (id: string): string => `pk-of-${id}-0123456789abcdefghij`
/** One key for each guardrail, so that one gateway has them all. */
const guarded: Readonly<Record<string, object>> = {
  alias: { models: ['fast'] },
  account: { models: ['openai-mock/gpt-5-mini'] },
  provider: { models: ['openai/gpt-5-mini'] },
  bare: { models: ['gpt-5-mini'] },
  dated: { models: ['gpt-5-mini-2025-08-07'] },
  second: { models: ['claude-sonnet-4-5'] },
  pattern: { models: ['anthropic-mock/*'] },
  route: { models: ['safe'] },
  aliases: { models: ['fas*'] },
  copies: { models: ['claude-haiku-4-5'] },
  judge: { models: ['gpt-5-nano'] },
  agents: { agents: ['support-*', 'Planner'] },
  users: { users: ['mallory'] },
}

let bed: Testbed
const send = async (key: string, path: string, body: object, headers: Readonly<Record<string, string>> = {}) =>
  await bed.gateway.post(path, body, { headers: { authorization: `Bearer ${keyOf(key)}`, ...headers } })
const messages = [{ role: 'user', content: `Use ${secret}.` }]
const ask = async (key: string, model: string, body: object = {}, headers = {}) =>
  await send(key, '/v1/chat/completions', { model, messages, ...body }, headers)
const inAscii = (value: object): string =>
  JSON.stringify(value).replace(/[\x7f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
const codeOf = ({ status, headers }: WireReply) => headers['x-portcullis-error'] ?? status

const start = async (state: string): Promise<Testbed> =>
  await startTestbed({
    config: {
      inspection: { preset: 'off' },
      guardrails: Object.entries(guarded).map(([id, fields]) => guardrail(id, { keys: [id], state, ...fields })),
      models: {
        fast: { target: 'openai-mock/gpt-5-mini' },
        clever: { target: 'anthropic-mock/claude-sonnet-4-5' },
        safe: { route: 'safe-route' },
        copied: { route: 'copied' },
        sorted: { route: 'sorted' },
      },
      routes: {
        'safe-route': {
          fallback: [{ target: 'openai-mock/gpt-5-mini' }, { target: 'anthropic-mock/claude-sonnet-4-5' }],
        },
        copied: { target: 'openai-mock/gpt-5', shadow: { target: 'anthropic-mock/claude-haiku-4-5', percent: 100 } },
        sorted: {
          semantic: {
            difficulty: {
              cheap: { target: 'openai-mock/gpt-5' },
              strong: { target: 'openai-mock/gpt-5' },
              classifier: { target: 'openai-mock/gpt-5-nano' },
            },
            otherwise: { target: 'openai-mock/gpt-5' },
          },
        },
      },
    },
    keys: Object.keys(guarded).map((id) => ({ id, key: keyOf(id), workspace: 'default', models: ['*'] })),
  })

describe('an enforced guardrail', () => {
  beforeAll(async () => {
    bed = await start('enforce')
  })
  afterAll(() => bed.close())
  beforeEach(() => bed.reset())

  it.each([
    ['alias', 'openai-mock/gpt-5-mini'],
    ['alias', 'openai/gpt-5-mini'],
    ['alias', 'gpt-5-mini'],
    ['alias', 'fast:latest'],
    ['alias', 'safe'],
    ['aliases', 'gpt-5-mini'],
    ['account', 'fast'],
    ['account', 'gpt-5-mini'],
    ['account', 'openai-mock/GPT-5-mini'],
    ['account', 'openai-mock/gpt-5-mini:latest'],
    ['provider', 'openai-mock/gpt-5-mini'],
    ['bare', 'chat-mock/gpt-5-mini'],
    ['bare', 'chat-mock/openai/gpt-5-mini'],
    ['bare', 'openai-mock/gpt-5-mini-2025-08-07'],
    ['dated', 'gpt-5-mini'],
    ['second', 'safe'],
    ['second', 'clever'],
    ['pattern', 'clever'],
    ['pattern', 'safe'],
    ['route', 'fast'],
    ['route', 'openai-mock/gpt-5-mini'],
    ['route', 'clever'],
    ['judge', 'sorted'],
  ])('for the models of %s holds for %s', async (key, model) => {
    expect(codeOf(await ask(key, model))).toBe('guardrail_denied')
    expect([...bed.openai.requests, ...bed.anthropic.requests]).toEqual([])
  })

  it.each([
    ['alias', 'clever'],
    ['alias', 'openai-mock/gpt-5'],
    ['account', 'clever'],
    ['dated', 'openai-mock/gpt-5-mini-2025-01-01'],
    ['second', 'fast'],
    ['copies', 'fast'],
  ])('for the models of %s leaves %s alone', async (key, model) => {
    expect(codeOf(await ask(key, model))).toBe(200)
  })

  it('for a model holds where a body names it beside the one that it asks for', async () => {
    expect(codeOf(await ask('bare', 'chat-mock/other', { models: ['openai/gpt-5-mini'] }))).toBe('guardrail_denied')
    expect(codeOf(await ask('bare', 'chat-mock/other', { models: ['openai/gpt-5'] }))).toBe(200)
  })

  it('for a model holds at every endpoint', async () => {
    const tokens = { model: 'fast', messages }
    expect(codeOf(await send('account', '/v1/messages/count_tokens', tokens))).toBe('guardrail_denied')
    expect(codeOf(await send('account', '/v1/embeddings', { model: 'fast', input: secret }))).toBe('guardrail_denied')
    expect(codeOf(await send('account', '/v1/responses', { model: 'fast', input: secret }))).toBe('guardrail_denied')
    const ofPath = { contents: [{ role: 'user', parts: [{ text: secret }] }] }
    expect(codeOf(await send('account', '/v1beta/models/fast:generateContent', ofPath))).toBe('guardrail_denied')
  })

  it('for a model holds where headers of Portkey say where a call goes', async () => {
    const provider = { 'x-portkey-provider': 'openai-mock' }
    expect(codeOf(await ask('alias', 'gpt-5-mini', {}, provider))).toBe('guardrail_denied')
    const target = { provider: 'openai-mock', override_params: { model: 'gpt-5-mini' } }
    for (const config of [target, { strategy: { mode: 'fallback' }, targets: [{ provider: 'down' }, target] }]) {
      const headers = { 'x-portkey-config': JSON.stringify(config) }
      expect(codeOf(await ask('alias', 'gpt-5', {}, headers))).toBe('guardrail_denied')
    }
    expect(bed.openai.requests).toEqual([])
  })

  it('for a model that only copies go to holds for the copies', async () => {
    const reply = await ask('copies', 'copied')
    expect(codeOf(reply)).toBe(200)
    const isCopy = ({ shadowOf }: Json): boolean => shadowOf === reply.headers['x-portcullis-call-id']
    const copy = (await bed.gateway.callsUntil((calls) => calls.some(isCopy))).find(isCopy)
    expect(copy).toMatchObject({ errorCode: 'guardrail_denied' })
    expect(bed.anthropic.requests).toEqual([])
  })

  it('for a model holds for texts of the scan API that name none', async () => {
    const scan = async (metadata: object) => {
      const request = { ai_profile: { profile_name: 'configured' }, contents: [{ prompt: `Use ${secret}.` }], metadata }
      return (await send('account', '/v1/scan/sync/request', request)).json.action
    }
    expect(await scan({})).toBe('block')
    expect(await scan({ ai_model: 'fast' })).toBe('block')
    expect(await scan({ ai_model: 'clever' })).toBe('allow')
  })

  it('for a model is told of by inspect, too', async () => {
    const inspected = async (model: string) => {
      const body = { point: 'input', texts: [secret], by: 'gateway', key: 'account', model }
      const headers = { authorization: `Bearer ${bed.gateway.adminToken}` }
      return (await post(`${bed.gateway.controlUrl}/api/v1/inspect`, body, { headers })).json.results[0].decision.effect
    }
    expect(await inspected('fast')).toBe('deny')
    expect(await inspected('clever')).toBe('allow')
  })

  it.each(['Support-Bot', ' support-bot ', 'support\u200b-bot', 'suppоrt-bot', 'ｓｕｐｐｏｒｔ-bot', 'PLANNER\u00ad'])(
    'for agents holds for %j',
    async (agent) => {
      expect(codeOf(await ask('agents', 'fast', { metadata: { agent } }))).toBe('guardrail_denied')
      const headers = { 'x-portcullis-metadata': inAscii({ agent }) }
      expect(codeOf(await ask('agents', 'fast', {}, headers))).toBe('guardrail_denied')
    },
  )

  it.each(['Mallory', 'mallory\u200d', '\u2003mallory', 'm\u0430llory'])('for users holds for %j', async (user) => {
    expect(codeOf(await ask('users', 'fast', { user }))).toBe('guardrail_denied')
    expect(codeOf(await ask('users', 'fast', { metadata: { user_id: user } }))).toBe('guardrail_denied')
  })

  it('leaves other agents and users alone', async () => {
    expect(codeOf(await ask('agents', 'fast', { metadata: { agent: 'planner-2' } }))).toBe(200)
    expect(codeOf(await ask('users', 'fast', { user: 'malory' }))).toBe(200)
  })
})

describe('a session', () => {
  let mock: MockRealtime
  let gateway: TestGateway
  beforeAll(async () => {
    mock = await startMockRealtime()
    const account = { provider: 'openai', baseUrl: `${mock.origin}/v1`, apiKey: 'sk-x', allowPrivateNetwork: true }
    gateway = await startTestGateway({
      config: {
        inspection: { preset: 'off' },
        guardrails: [guardrail('talk', { models: ['o/gpt-realtime'] })],
        providers: [{ id: 'o', ...account }],
        models: { talk: { target: 'o/gpt-realtime' }, small: { target: 'o/gpt-realtime-mini' } },
      },
    })
  })
  afterAll(async () => {
    await gateway.close()
    await mock.close()
  })

  /** What the client hears first after it has said this, and what the provider got first. */
  async function said(
    model: string,
    ...events: readonly object[]
  ): Promise<{ readonly heard: Json; readonly got: Json }> {
    const url = `${gateway.url.replace('http', 'ws')}/v1/realtime?model=${model}`
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${gateway.key}` } })
    const messages = queue<string>()
    socket.on('message', (data) => messages.put(String(data)))
    await once(socket, 'open')
    const session = await mock.session()
    for (const event of [...events, { type: 'input_audio_buffer.clear' }]) socket.send(JSON.stringify(event))
    const got = JSON.parse(await session.message()) as Json
    session.socket.send('{"type":"rate_limits.updated","rate_limits":[]}')
    const heard = JSON.parse(await messages.take()) as Json
    const closed = once(socket, 'close')
    socket.close()
    await closed
    return { heard, got }
  }
  const item = (text: string) => ({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
  })

  it('with a model by another name is looked at', async () => {
    for (const model of ['talk', 'gpt-realtime', 'openai/GPT-realtime']) {
      const { heard, got } = await said(model, item(secret))
      expect([heard['error']?.code, got['type']]).toEqual(['guardrail_denied', 'input_audio_buffer.clear'])
    }
    expect((await said('small', item(secret))).got['type']).toBe('conversation.item.create')
  })

  it('that began with another model names none that a guardrail looks at', async () => {
    const update = (model: string) => ({ type: 'session.update', session: { model } })
    for (const model of ['gpt-realtime', 'GPT-Realtime']) {
      const { heard, got } = await said('small', update(model), item(secret))
      expect([heard['error']?.code, got['type']]).toEqual(['model_not_allowed', 'conversation.item.create'])
    }
    expect((await said('small', update('gpt-realtime-mini'))).got['type']).toBe('session.update')
    expect((await said('talk', update('gpt-realtime-mini'))).got['type']).toBe('session.update')
  })
})

describe('a guardrail in shadow', () => {
  beforeAll(async () => {
    bed = await start('shadow')
  })
  afterAll(() => bed.close())

  it.each([
    ['alias', 'gpt-5-mini', {}],
    ['account', 'fast', {}],
    ['second', 'safe', {}],
    ['agents', 'fast', { metadata: { agent: 'SUPPORT-bot' } }],
    ['bare', 'chat-mock/other', { models: ['openai/gpt-5-mini'] }],
  ])('of %s judges a call of %s as if it were enforced', async (key, model, body) => {
    const reply = await ask(key, model, body)
    expect(reply.status).toBe(200)
    expect((await bed.gateway.call(reply)).decisions).toMatchObject([{ guardrail: key, state: 'shadow' }])
  })

  it('judges calls whose agent or user stands behind much that nobody sees', async () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`name-${index}`, 'x']))
    const long = `${'\u200b'.repeat(600)}support-bot`
    for (const [key, body] of [
      ['agents', { metadata: { ...many, agent: 'support-bot' } }],
      ['agents', { metadata: { agent: long } }],
      ['users', { user: `${' '.repeat(600)}mallory` }],
      ['users', { metadata: { ...many, user_id: 'mallory' } }],
    ] as const) {
      const reply = await ask(key, 'fast', body)
      expect((await bed.gateway.call(reply)).decisions).toMatchObject([{ guardrail: key, state: 'shadow' }])
    }
  })

  it('judges raw requests, of which nobody knows the model or the agent', async () => {
    for (const key of ['alias', 'agents']) {
      const reply = await send(key, '/p/openai-mock/anything', { text: secret })
      expect((await bed.gateway.call(reply)).decisions).toMatchObject([{ guardrail: key, state: 'shadow' }])
    }
  })

  it('leaves others alone', async () => {
    for (const key of ['alias', 'agents']) {
      const reply = await ask(key, 'clever')
      expect((await bed.gateway.call(reply)).decisions).toEqual([])
    }
  })
})
