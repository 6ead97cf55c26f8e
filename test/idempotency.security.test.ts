import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { vendorError } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const otherKey = 'pk-test-team-b-0123456789abcdefghijklmnop'
const body = { model: 'again', messages: [{ role: 'user', content: 'x' }] }

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({
    keys: [{ id: 'team-b', key: otherKey, workspace: 'other' }],
    config: {
      models: { again: { route: 'again' } },
      routes: {
        again: {
          fallback: [{ target: 'openai-mock/gpt-5-mini' }, { target: 'anthropic-mock/claude-sonnet-4-5' }],
          retries: 1,
        },
      },
    },
  })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const ask = (idempotencyKey: string, virtualKey = bed.gateway.key, path = '/v1/chat/completions') =>
  bed.gateway.post(path, body, {
    headers: { 'idempotency-key': idempotencyKey, authorization: `Bearer ${virtualKey}` },
  })
const sent = (): unknown[] =>
  [...bed.openai.requests, ...bed.anthropic.requests].map(({ headers }) => headers['idempotency-key'])

it('a provider that answers a repeated idempotency key from its memory cannot give one workspace the answer of another', async () => {
  for (const path of ['/v1/chat/completions', '/p/openai-mock/videos']) {
    bed.reset()
    await ask('order-1', bed.gateway.key, path)
    await ask('order-1', otherKey, path)
    await ask('order-1', bed.gateway.key, path)
    await ask('order-2', bed.gateway.key, path)
    const [first, other, again, second] = sent()
    expect(first).toMatch(/^[0-9a-f]{64}$/)
    expect(again).toBe(first)
    expect(new Set([first, other, second]).size).toBe(3)
  }
})

it('the key of a call is the same at each attempt, and there is none where the client sent none', async () => {
  bed.openai.reply(vendorError(500))
  bed.anthropic.reply(vendorError(500))
  expect((await ask('order-3')).status).toBe(200)
  expect(sent()).toHaveLength(3)
  expect(new Set(sent()).size).toBe(1)
  bed.reset()
  await bed.gateway.post('/v1/chat/completions', body)
  expect(sent()).toEqual([undefined])
})
