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

it('shares answers within a namespace, or within the same metadata where none is named', async () => {
  const body = { model: 'gpt-5-mini', messages: [{ role: 'user', content: 'Shared' }] }
  const ask = async (headers: Readonly<Record<string, string>>): Promise<unknown> =>
    (await bed.gateway.post('/v1/chat/completions', body, { headers: { 'x-portkey-provider': 'openai', ...headers } }))
      .headers['x-portkey-cache-status']
  const space = (name: string) => ({ 'x-portkey-cache-namespace': name })
  const metadata = (text: string) => ({ 'x-portkey-metadata': text })
  expect(await ask({})).toBe('MISS')
  expect(await ask(space('a'))).toBe('MISS')
  expect(await ask(space('b'))).toBe('MISS')
  expect(await ask(metadata('{"_user":"1","x":"y"}'))).toBe('MISS')
  expect(await ask(metadata('{"_user":"2","x":"y"}'))).toBe('MISS')
  expect(await ask({})).toBe('HIT')
  expect(await ask({ ...space('a'), ...metadata('{"_user":"3"}') })).toBe('HIT')
  expect(await ask(metadata('{"x":"y","_user":"1"}'))).toBe('HIT')
})

it('keeps an answer for as long as a header says', async () => {
  const body = { model: 'gpt-5-mini', messages: [{ role: 'user', content: 'Wrong' }] }
  const reply = await bed.gateway.post('/v1/chat/completions', body, { headers: { 'x-portkey-cache-ttl': '1h' } })
  expect(reply.status).toBe(400)
  expect(reply.json.error.message).toContain('`x-portkey-cache-ttl` takes whole seconds')
})
