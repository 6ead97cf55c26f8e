import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { stream, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const secret = 'AKIAQ3EGTPXVZ5NHWL2M'
const usage = { prompt_tokens: 7, completion_tokens: 500, total_tokens: 507 }
const words = 'The key that was asked for is in the following line of this answer, which nobody gets. '.repeat(20)
const whole = {
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-5-mini',
  choices: [{ index: 0, message: { role: 'assistant', content: `${words} ${secret}` }, finish_reason: 'stop' }],
  usage,
}
const event = (fields: object): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-5-mini', ...fields })}\n\n`
const chunk = (content: string, finish: string | null = null): string =>
  event({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] })

let bed: Testbed
const ask = (more: object = {}) =>
  bed.gateway.post('/v1/chat/completions', { model: 'fast', messages: [{ role: 'user', content: 'And?' }], ...more })

describe('an answer that a guardrail refuses', () => {
  beforeAll(async () => {
    const guardrails = [{ id: 'no-keys', detector: 'secrets', state: 'enforce', action: 'deny', points: ['output'] }]
    // Nothing goes before all of it was looked at.
    const whole = {
      id: 'length',
      detector: 'length',
      state: 'enforce',
      action: 'deny',
      points: ['output'],
      settings: { characters: { max: 1500 } },
    }
    bed = await startTestbed({ config: { inspection: { preset: 'off' }, guardrails: [...guardrails, whole] } })
  })
  afterAll(() => bed.close())

  it('costs what the provider says', async () => {
    bed.openai.reply(unary(whole))
    const reply = await ask()
    expect(reply.status).toBe(400)
    expect(await bed.gateway.call(reply)).toMatchObject({
      inputTokens: 7,
      outputTokens: 500,
      usageEstimated: false,
      costUsd: expect.any(Number),
      output: null,
    })
  })

  it('costs it on a raw path too', async () => {
    bed.openai.reply(unary(whole))
    const reply = await bed.gateway.post('/p/openai-mock/chat/completions', { model: 'gpt-5-mini', messages: [] })
    expect(reply.status).toBe(400)
    expect(await bed.gateway.call(reply)).toMatchObject({ inputTokens: 7, outputTokens: 500 })
  })

  it('costs about what it said where the provider does not count', async () => {
    bed.openai.reply(stream([chunk(words), chunk(secret), chunk(' and so on.'), 'data: [DONE]\n\n']))
    const call: Json = await bed.gateway.call(await ask({ stream: true }))
    expect(call).toMatchObject({ errorCode: 'guardrail_denied', usageEstimated: true, costUsd: expect.any(Number) })
    expect(call.outputTokens).toBeGreaterThan(300)
  })

  it('costs it where it was a stream of which the end was held back', async () => {
    bed.openai.reply(stream([chunk(words), chunk(secret, 'stop'), event({ choices: [], usage }), 'data: [DONE]\n\n']))
    const reply = await ask({ stream: true })
    expect(reply.text).not.toContain('asked for')
    const call: Json = await bed.gateway.call(reply)
    expect(call.errorCode).toBe('guardrail_denied')
    expect(call).toMatchObject({ inputTokens: 7, outputTokens: 500, costUsd: expect.any(Number) })
  })
})
