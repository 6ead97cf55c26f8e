import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({ config: { cache: { exact: { ttlSeconds: 60 } } } })
})
afterAll(() => bed.close())

it('tells clients of Portkey what the cache did, and asks anew when they say so', async () => {
  const body = { model: 'gpt-5-mini', messages: [{ role: 'user', content: 'Once' }] }
  const ask = async (headers: Readonly<Record<string, string>>): Promise<unknown> => {
    const sent = { 'x-portkey-provider': 'openai', ...headers }
    const reply = await bed.gateway.post('/v1/chat/completions', body, { headers: sent })
    expect(reply.status).toBe(200)
    return reply.headers['x-portkey-cache-status']
  }
  const refresh = { 'x-portkey-cache-force-refresh': 'true' }
  expect(await ask({})).toBe('MISS')
  expect(await ask({})).toBe('HIT')
  expect(await ask(refresh)).toBe('REFRESH')
  expect(await ask({ ...refresh, 'x-portcullis-cache': 'off' })).toBe('DISABLED')
  expect(bed.openai.requests).toHaveLength(3)
})

it('keeps an answer for as long as a config says, within what the operator has', async () => {
  const body = { model: 'gpt-5-mini', messages: [{ role: 'user', content: 'Longer' }] }
  const config = JSON.stringify({ provider: 'openai', cache: { mode: 'simple', max_age: 60 } })
  const ask = () => bed.gateway.post('/v1/chat/completions', body, { headers: { 'x-portkey-config': config } })
  const before = bed.openai.requests.length
  expect((await ask()).headers['x-portkey-cache-status']).toBe('MISS')
  expect((await ask()).headers['x-portkey-cache-status']).toBe('HIT')
  expect(bed.openai.requests).toHaveLength(before + 1)
})
