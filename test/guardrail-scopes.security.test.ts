import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const secret = 'AKIAQ3EGTPXVZ5NHWL2M'
const guardrail = (id: string, fields: object) => ({ id, detector: 'secrets', state: 'enforce', ...fields })

let bed: Testbed
const ask = async (body: object = {}, headers: Readonly<Record<string, string>> = {}) =>
  await bed.gateway.post(
    '/v1/chat/completions',
    { model: 'fast', messages: [{ role: 'user', content: `Use ${secret}.` }], ...body },
    { headers },
  )
const outcome = async (...asked: Parameters<typeof ask>) => {
  const { status, headers } = await ask(...asked)
  return headers['x-portcullis-error'] ?? status
}

describe('a guardrail of some callers', () => {
  beforeAll(async () => {
    bed = await startTestbed({
      config: {
        inspection: { preset: 'off' },
        guardrails: [
          guardrail('agents', { points: ['input'], agents: ['support-*'] }),
          guardrail('users', { points: ['input'], users: ['mallory'] }),
          guardrail('routes', { points: ['input'], routes: ['safe-route'] }),
        ],
      },
    })
  })
  afterAll(() => bed.close())

  it('looks at calls of its agents, whether a header or a body names them', async () => {
    expect(await outcome({ metadata: { agent: 'support-bot' } })).toBe('guardrail_denied')
    expect(await outcome({}, { 'x-portcullis-metadata': '{"agent":"support-bot"}' })).toBe('guardrail_denied')
    expect(await outcome({ metadata: { agent: 'planner' } })).toBe(200)
    expect(await outcome()).toBe(200)
  })

  it('looks at calls of its users', async () => {
    expect(await outcome({ user: 'mallory' })).toBe('guardrail_denied')
    expect(await outcome({ user: 'ada' })).toBe(200)
  })

  it('looks at calls of its routes, also where an alias leads to one', async () => {
    expect(await outcome({ model: 'safe' })).toBe('guardrail_denied')
  })

  it('looks at raw requests, whose route and agent nobody knows', async () => {
    const reply = await bed.gateway.post('/p/openai-mock/anything', { text: secret })
    expect(reply.headers['x-portcullis-error']).toBe('guardrail_denied')
  })
})

describe('a guardrail of one direction', () => {
  beforeAll(async () => {
    bed = await startTestbed({
      config: {
        inspection: { preset: 'off' },
        guardrails: [guardrail('calls', { points: ['tool-call'], directions: ['answer'] })],
      },
    })
  })
  afterAll(() => bed.close())
  const message = {
    role: 'assistant',
    tool_calls: [{ id: 't1', type: 'function', function: { name: 'f', arguments: `{"key":"${secret}"}` } }],
  }

  it('leaves what a request brings back alone', async () => {
    expect(await outcome({ messages: [message, { role: 'tool', tool_call_id: 't1', content: 'done' }] })).toBe(200)
  })

  it('and looks at the same in an answer', async () => {
    bed.openai.reply(unary({ id: 'c', choices: [{ index: 0, message, finish_reason: 'tool_calls' }] }))
    expect(await outcome({ messages: [{ role: 'user', content: 'Hi' }] })).toBe('guardrail_denied')
  })
})

describe('an exception', () => {
  beforeAll(async () => {
    const exceptions = [{ owner: 'ada', expires: '2999-01-01', routes: ['safe-route'] }]
    bed = await startTestbed({
      config: { inspection: { preset: 'off' }, guardrails: [guardrail('all', { points: ['input'], exceptions })] },
    })
  })
  afterAll(() => bed.close())

  it('holds for its route, and for no raw request', async () => {
    expect(await outcome({ model: 'safe' })).toBe(200)
    expect(await outcome()).toBe('guardrail_denied')
    const raw = await bed.gateway.post('/p/openai-mock/safe-route', { text: secret, model: 'safe' })
    expect(raw.headers['x-portcullis-error']).toBe('guardrail_denied')
  })
})
