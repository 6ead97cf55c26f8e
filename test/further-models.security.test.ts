import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestbed, type Testbed } from './support/testbed.ts'

const narrowKey = 'pk-narrow-0123456789abcdefghijklmnopq'
let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({
    keys: [{ id: 'narrow', key: narrowKey, workspace: 'default', models: ['fast', 'openai-mock/cheap-*'] }],
  })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const ask = { model: 'fast', messages: [{ role: 'user', content: 'Who goes there?' }] }
const narrow = { headers: { authorization: `Bearer ${narrowKey}` } }
const path = '/v1/chat/completions'

describe('a model that a body names beside the one it asks for', () => {
  const bodies: readonly object[] = [
    { models: ['dear-model'] },
    { models: ['cheap-model', 'dear-model'], route: 'fallback' },
    { Models: ['dear-model'] },
    { preset: 'cheap-model' },
    { plugins: [{ id: 'auto-router', allowed_models: ['dear-*'] }] },
    { fallbacks: ['dear-model'] },
    { fallbacks: [{ model: 'dear-model' }] },
    { fallbacks: [{ 'cheap-model': ['dear-model'] }] },
    { context_window_fallback_dict: { 'cheap-model': 'dear-model' } },
    { user_config: { model_list: [{ model_name: 'fast', litellm_params: { model: 'dear-model' } }] } },
    { providerOptions: { gateway: { models: ['dear-model'] } } },
    { tools: [{ type: 'image_generation', model: 'dear-model' }] },
  ]

  it.each(bodies)('is refused where the key may not use it: %j', async (more) => {
    const reply = await bed.gateway.post(path, { ...ask, ...more }, narrow)
    expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([403, 'model_not_allowed'])
    expect(bed.openai.requests).toHaveLength(0)
  })

  it.each(bodies)('goes on as it came for a key that may use all: %j', async (more) => {
    expect((await bed.gateway.post(path, { ...ask, ...more })).status).toBe(200)
    expect(JSON.parse(String(bed.openai.requests[0]?.body))).toMatchObject(more)
  })

  it('goes on where the key may use it at this account', async () => {
    const more = { models: ['cheap-model'], plugins: [{ id: 'web' }], provider: { order: ['x'] } }
    expect((await bed.gateway.post(path, { ...ask, ...more }, narrow)).status).toBe(200)
    expect(JSON.parse(String(bed.openai.requests[0]?.body))).toMatchObject(more)
  })

  it('is not hidden behind a second field of the name', async () => {
    const body = JSON.stringify({ ...ask, models: ['dear-model'] }).replace('}]', '}],"models":["dear-model"]')
    const hidden = body.replace(/\["dear-model"\]}$/, '["cheap-model"]}')
    const reply = await bed.gateway.post(path, Buffer.from(hidden), narrow)
    expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([400, 'invalid_request'])
    expect(bed.openai.requests).toHaveLength(0)
  })

  it('is found however deep it stands', async () => {
    const ends = []
    for (const model of ['cheap-model', 'dear-model']) {
      const deep = `${'['.repeat(50_000)}{"model":"${model}"}${']'.repeat(50_000)}`
      const body = JSON.stringify(ask).replace(/}$/, `,"plugins":${deep}}`)
      ends.push((await bed.gateway.post(path, Buffer.from(body), narrow)).status)
    }
    expect(ends).toEqual([200, 403])
    expect(bed.openai.requests).toHaveLength(1)
  })

  it('is no property of a tool whose arguments name a model', async () => {
    const parameters = { type: 'object', properties: { model: { type: 'string' } } }
    const tools = [{ type: 'function', function: { name: 'f', parameters } }]
    expect((await bed.gateway.post(path, { ...ask, tools }, narrow)).status).toBe(200)
  })

  it('is refused beside embeddings too', async () => {
    const body = { model: 'openai-mock/cheap-embedding', input: 'x', models: ['dear-model'] }
    expect((await bed.gateway.post('/v1/embeddings', body, narrow)).status).toBe(403)
  })
})
