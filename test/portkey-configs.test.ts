import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { vendorError } from './support/mock-replies.ts'
import { body, path, portkeyAsking } from './support/portkey-asking.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const { ask, askWith } = portkeyAsking(() => bed)

describe('a config', () => {
  it('changes the body: defaults, then the client, then overrides, then what is dropped', async () => {
    const reply = await askWith(
      {
        provider: '@openai-mock',
        default_params: { temperature: 0.1, top_p: 0.2 },
        override_params: { top_p: 0.3, user: 'config' },
        drop_params: ['messages[*].name', 'metadata.secret'],
      },
      {
        ...body,
        temperature: 0.9,
        metadata: { secret: 'a', kept: 'b' },
        messages: [{ role: 'user', content: 'x', name: 'n' }],
      },
    )
    expect(reply.status).toBe(200)
    expect(bed.openai.requests[0]?.json).toEqual({
      model: 'gpt-5-mini',
      messages: [{ role: 'user', content: 'x' }],
      temperature: 0.9,
      top_p: 0.3,
      user: 'config',
      metadata: { kept: 'b' },
    })
  })

  it('is read as UTF-8 and as Latin-1', async () => {
    for (const encoding of ['utf8', 'latin1'] as const) {
      const config = JSON.stringify({ provider: 'openai', override_params: { user: 'Zürich' } })
      // `fetch` writes each character of a header as one byte.
      const headers = {
        authorization: `Bearer ${bed.gateway.key}`,
        'content-type': 'application/json',
        'x-portkey-config': Buffer.from(config, encoding).toString('latin1'),
      }
      const reply = await fetch(bed.gateway.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
      expect(reply.status).toBe(200)
    }
    expect(bed.openai.requests.map(({ json }) => json)).toMatchObject([{ user: 'Zürich' }, { user: 'Zürich' }])
  })

  it('brings the model of a body that has none', async () => {
    const { messages } = body
    expect((await askWith({ provider: 'openai', overrideParams: { model: 'gpt-5-mini' } }, { messages })).status).toBe(
      200,
    )
    expect(bed.openai.requests[0]?.json).toMatchObject({ model: 'gpt-5-mini', messages })
  })

  const twoTargets = (strategy: unknown) => ({
    strategy,
    targets: [{ provider: '@openai-mock' }, { provider: 'anthropic', override_params: { model: 'claude-sonnet-4-5' } }],
  })

  it.each([
    [{ mode: 'fallback' }, 503, true],
    [{ mode: 'fallback' }, 429, true],
    [{ mode: 'fallback' }, 400, false],
    [{ mode: 'fallback' }, 401, false],
    [{ mode: 'fallback', on_status_codes: [400] }, 400, true],
    [{ mode: 'fallback', onStatusCodes: [429] }, 503, false],
    [{ mode: 'single' }, 503, false],
  ])('with %j after a status of %d goes on: %s', async (strategy, status, goesOn) => {
    bed.openai.reply(vendorError(status))
    const reply = await askWith(twoTargets(strategy))
    expect(reply.status).toBe(goesOn ? 200 : status)
    expect(reply.headers['x-portkey-last-used-option-index']).toBe(`config.targets[${goesOn ? 1 : 0}]`)
    expect(bed.anthropic.requests).toHaveLength(goesOn ? 1 : 0)
  })

  it('goes on after a target that cannot be reached, also where a list calls that 500', async () => {
    for (const strategy of [{ mode: 'fallback' }, { mode: 'fallback', on_status_codes: [500] }]) {
      const reply = await askWith({ strategy, targets: [{ provider: '@down' }, { provider: '@openai-mock' }] })
      expect([reply.status, reply.headers['x-portkey-last-used-option-index']]).toEqual([200, 'config.targets[1]'])
    }
  })

  it('may hold strategies in strategies', async () => {
    bed.openai.reply(vendorError(500), vendorError(500))
    const inner = {
      strategy: { mode: 'fallback' },
      targets: [{ provider: '@openai-mock' }, { provider: '@chat-mock' }],
    }
    const last = { provider: '@anthropic-mock', override_params: { model: 'claude-sonnet-4-5' } }
    const reply = await askWith({
      strategy: { mode: 'fallback' },
      targets: [inner, { strategy: { mode: 'single' }, targets: [last] }],
    })
    expect(reply.status).toBe(200)
    expect(reply.headers['x-portkey-last-used-option-index']).toBe('config.targets[1].targets[0]')
    expect(bed.openai.requests).toHaveLength(2)
  })

  it('balances by weights, nested too, and asks no other one when that one fails', async () => {
    const balance = (...targets: object[]) => ({ strategy: { mode: 'loadbalance' }, targets })
    const only = balance({ provider: '@down', weight: 0 }, { provider: '@openai-mock', weight: 0.2 })
    const nested = await askWith(balance({ provider: '@down', weight: 0 }, only))
    expect([nested.status, nested.headers['x-portkey-last-used-option-index']]).toEqual([
      200,
      'config.targets[1].targets[1]',
    ])
    bed.openai.reply(vendorError(503))
    const failed = await askWith(balance({ provider: '@openai-mock' }, { provider: '@chat-mock', weight: 0 }))
    expect(failed.status).toBe(503)
    const both = balance({ provider: '@openai-mock' }, { provider: '@chat-mock' })
    const used = new Set<unknown>()
    for (let asked = 0; asked < 40; asked++) used.add((await askWith(both)).headers['x-portkey-last-used-option-index'])
    expect([...used].sort()).toEqual(['config.targets[0]', 'config.targets[1]'])
  })

  it('is told what of it was not done', async () => {
    const reply = await askWith({
      provider: 'openai',
      cb_config: { failure_threshold: 3 },
      input_guardrails: [{ 'default.contains': { words: ['x'] }, deny: false }],
    })
    expect(reply.status).toBe(200)
    expect(reply.headers['x-portcullis-dropped']).toBe('x-portkey-config.cb_config, x-portkey-config.input_guardrails')
  })

  it.each([
    [{ strategy: { mode: 'loadbalance' }, targets: [{ provider: 'openai', weight: 'x' }] }, 'targets[0].weight` takes'],
    [{ strategy: { mode: 'loadbalance' }, targets: [{ provider: 'openai', weight: -1 }] }, 'targets[0].weight` takes'],
    [{ strategy: { mode: 'loadbalance' }, targets: [{ provider: 'openai', weight: 0 }] }, 'no target a weight'],
    [
      { strategy: { mode: 'conditional', conditions: [] }, targets: [{ provider: 'openai' }] },
      'conditions` is missing',
    ],
    [{ targets: [{ provider: 'openai' }, { provider: 'anthropic' }] }, 'strategy` is missing'],
    [{ strategy: { mode: 'fallback' }, targets: [] }, 'at least one target'],
    [{ strategy: { mode: 'fallback' } }, 'a strategy needs targets'],
    [{ provider: 'openai', cache_typo: true }, 'cache_typo` is not known'],
    [{ provider: 'openai', request_timeout: 'soon' }, 'request_timeout` is not valid'],
    [{ provider: 'openai', override_params: 'x' }, 'override_params` is not valid'],
    [{ provider: 'openai', overrideParams: {}, override_params: {} }, 'twice'],
    [{ provider: 'openai', drop_params: ['model'] }, 'cannot hold `model`'],
    [{ provider: 'openai', drop_params: ['a b'] }, 'takes paths'],
    [{ provider: '@openai-mock', virtual_key: 'anthropic-mock' }, 'names two accounts'],
    [{ provider: 'open ai' }, 'takes the id of a provider account'],
  ])('%j is refused in one sentence', async (config, part) => {
    const reply = await askWith(config)
    expect(reply.status).toBe(400)
    expect(reply.json.error).toMatchObject({ code: 'invalid_request', message: expect.stringContaining(part) })
    expect(bed.openai.requests).toHaveLength(0)
  })

  it('that is saved elsewhere, or no JSON, is refused', async () => {
    expect((await ask({ 'x-portkey-config': 'pc-prod-1a2b3c' })).json.error.message).toContain('saved config')
    expect((await ask({ 'x-portkey-config': '{"provider":' })).json.error.message).toContain('not a JSON object')
  })
})

describe('conditions', () => {
  const config = (query: object, more: object = {}) => ({
    // biome-ignore lint/suspicious/noThenProperty: Portkey's word.
    strategy: { mode: 'conditional', conditions: [{ query, then: 'a' }], default: 'b', ...more },
    targets: [
      { name: 'a', provider: 'openai' },
      { name: 'b', provider: '@chat-mock' },
    ],
  })
  const chosen = async (query: object, metadata?: object): Promise<unknown> => {
    const reply = await ask({
      'x-portkey-config': JSON.stringify(config(query)),
      ...(metadata === undefined ? {} : { 'x-portkey-metadata': JSON.stringify(metadata) }),
    })
    expect(reply.status).toBe(200)
    return reply.headers['x-portkey-last-used-option-index']
  }
  const [first, second] = ['config.targets[0]', 'config.targets[1]']

  it.each([
    [{ 'metadata.plan': 'paid' }, { plan: 'paid' }, first],
    [{ 'metadata.plan': { $eq: 'paid' } }, { plan: 'free' }, second],
    [{ 'metadata.plan': { $ne: 'paid' } }, {}, first],
    [{ 'metadata.plan': { $in: ['a', 'b'] } }, { plan: 'b' }, first],
    [{ 'metadata.plan': { $nin: ['a', 'b'] } }, { plan: 'b' }, second],
    [{ 'metadata.age': { $gte: 18, $lt: 21 } }, { age: '20' }, first],
    [{ 'metadata.age': { $gt: 20 } }, { age: '20' }, second],
    [{ 'metadata.age': { $lte: 20 } }, { age: 'old' }, second],
    [{ 'params.model': 'gpt-5-mini' }, {}, first],
    [{ 'params.messages.length': 1 }, {}, second],
    [{ 'url.pathname': '/v1/chat/completions' }, {}, first],
    [{ $and: [{ 'metadata.a': '1' }, { 'metadata.b': '2' }] }, { a: '1' }, second],
    [{ $or: [{ 'metadata.a': '1' }, { 'metadata.b': '2' }] }, { b: '2' }, first],
    [{ 'metadata.__proto__': { $ne: 'x' } }, {}, first],
  ])('%j over %j choose', async (query, metadata, expected) => {
    expect(await chosen(query, metadata)).toBe(expected)
  })

  it.each([
    [config({ 'metadata.a': { $regex: '^(a+)+$' } }), '$regex` is not there'],
    [config({ 'metadata.a': { $like: 'x' } }), '$like` is no operator'],
    [config({ headers: 'x' }), 'headers` is no field'],
    [config({}), 'takes an object with conditions'],
    [config({ 'metadata.a': '1' }, { default: 'c' }), 'strategy.default` names no target'],
    [config({ 'metadata.a': '1' }, { conditions: [] }), 'conditions` is missing'],
  ])('%j is refused', async (wrong, expected) => {
    const reply = await askWith(wrong)
    expect(reply.status).toBe(400)
    expect(reply.json.error.message).toContain(expected)
  })

  it('of which none holds, without a default, are refused', async () => {
    const { default: _, ...strategy } = config({ 'metadata.a': '1' }).strategy
    const reply = await askWith({ ...config({}), strategy })
    expect(reply.status).toBe(400)
    expect(reply.json.error.message).toContain('no condition that holds')
  })
})

describe('retries', () => {
  it.each([
    [{ 'x-portkey-config': '{"provider":"openai","retry":{"attempts":2}}' }],
    [{ 'x-portkey-config': '{"retry":{"attempts":2,"onStatusCodes":[500]}}', 'x-portkey-provider': 'openai' }],
    [{ 'x-portkey-retry-count': '2', 'x-portkey-provider': 'openai' }],
  ])('as %j asks for are made, and counted in the reply', async (headers) => {
    bed.openai.reply(vendorError(500), vendorError(500))
    const reply = await ask(headers)
    expect(reply.status).toBe(200)
    expect(reply.headers['x-portkey-retry-attempt-count']).toBe('2')
    expect(bed.openai.requests).toHaveLength(3)
  })

  it('are made on no other status, and not more often than asked', async () => {
    const config = (codes: readonly number[]) => ({
      provider: 'openai',
      retry: { attempts: 1, on_status_codes: codes },
    })
    bed.openai.script(() => vendorError(500))
    expect((await askWith(config([429]))).status).toBe(500)
    expect(bed.openai.requests).toHaveLength(1)
    expect((await askWith(config([500]))).headers['x-portkey-retry-attempt-count']).toBe('1')
    expect(bed.openai.requests).toHaveLength(3)
  })

  it.each([
    [{ provider: 'openai', retry: { attempts: 6 } }, 'retry.attempts` is not valid: takes at most 5'],
    [{ provider: 'openai', retry: 3 }, 'retry` is not valid: takes an object'],
    [{ provider: 'openai', cache: { mode: 'always' } }, 'cache.mode` is not valid: takes `simple` or `semantic`'],
  ])('%j is refused', async (config, expected) => {
    const reply = await askWith(config)
    expect(reply.status).toBe(400)
    expect(reply.json.error.message).toContain(expected)
  })
})
