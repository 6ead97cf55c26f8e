import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DetectorMock, startDetectorMock } from './support/detector-mock.ts'
import { gate } from './support/gate.ts'
import { liveStream, stream, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const path = '/v1/chat/completions'
const secret = 'AKIAQ3EGTPXVZ5NHWL2M'
const usage = { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 }
const answer = (content: string) =>
  unary({
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-5-mini',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage,
  })
const chunk = (content: string) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-5-mini', choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`
const found = { findings: [{ rule: 'r', category: 'c', span: { start: 0, end: 1 } }] }
const nothing = { findings: [] }

let bed: Testbed
let mock: DetectorMock
/** What the guardrail says is said when a test opens it. */
let verdict = gate<object>()
beforeAll(async () => {
  mock = await startDetectorMock()
})
afterAll(() => mock.close())
beforeEach(() => {
  mock.reset()
  verdict = gate<object>()
  mock.answer((_question, response) => {
    void verdict.passed.then(
      (said) => response.end(JSON.stringify(said)),
      () => response.writeHead(500).end(),
    )
    return undefined
  })
})
afterEach(() => bed.reset())

const during = (fields: object = {}): object => ({
  id: 'meanwhile',
  detector: 'webhook',
  points: ['input'],
  action: 'deny',
  state: 'enforce',
  duringCall: true,
  settings: { url: `${mock.origin}/inspect`, secret: 'whsec_c2VjcmV0', allowPrivateNetwork: true },
  ...fields,
})
const begin = async (guardrails: readonly object[], config: object = {}): Promise<void> => {
  bed = await startTestbed({ config: { inspection: { preset: 'off' }, guardrails, ...config } })
}
const ask = (content: string, more: object = {}) =>
  bed.gateway.post(path, { model: 'fast', messages: [{ role: 'user', content }], ...more })

describe('a guardrail that looks during the call', () => {
  beforeAll(() => begin([during()]))
  afterAll(() => bed.close())

  it('lets the provider begin, and its answer wait', async () => {
    bed.openai.reply(answer('Yes.'))
    let isHere = false
    const reply = ask('Is it late?').finally(() => {
      isHere = true
    })
    await (await bed.openai.request(0)).ended
    expect(isHere).toBe(false)
    verdict.open(nothing)
    expect((await reply).json.choices[0].message.content).toBe('Yes.')
    expect(mock.asked).toHaveLength(1)
  })

  it('lets a stream flow that was waiting', async () => {
    bed.openai.reply(stream([chunk('Late '), chunk('enough.'), 'data: [DONE]\n\n']))
    const reply = ask('Is it late by now?', { stream: true })
    await bed.openai.request(0)
    verdict.open(nothing)
    const { text } = await reply
    expect(text).toContain('Late ')
    expect(text).toContain('enough.')
  })

  it('gives nothing of a whole answer where it refuses, and its cost is on record', async () => {
    bed.openai.reply(answer('The plan is this.'))
    const reply = ask('What is the plan?')
    await (await bed.openai.request(0)).ended
    verdict.open(found)
    const { status, text, json, headers } = await reply
    expect([status, json.error.code]).toEqual([400, 'guardrail_denied'])
    expect(text).not.toContain('plan')
    const call = await bed.gateway.call({ headers })
    expect(call).toMatchObject({ provider: 'openai', errorCode: 'guardrail_denied', inputTokens: expect.any(Number) })
    expect(call.inputTokens).toBeGreaterThan(0)
    expect(call.costUsd).toBeGreaterThan(0)
    expect(call.decisions).toMatchObject([{ guardrail: 'meanwhile', action: 'deny', point: 'input' }])
  })

  it('stops a stream of which nothing was given', async () => {
    const live = liveStream()
    bed.openai.reply(live.reply)
    const reply = ask('Tell me a long story.', { stream: true })
    const request = await bed.openai.request(0)
    await live.send(chunk('Once upon a time'))
    verdict.open(found)
    const { status, text, headers } = await reply
    expect(status).toBe(400)
    expect(text).not.toContain('Once')
    expect(await request.ended).toBe('aborted')
    expect((await bed.gateway.call({ headers })).costUsd).toBeGreaterThan(0)
  })

  it('that cannot look refuses', async () => {
    bed.openai.reply(answer('Yes.'))
    const reply = ask('Is anybody there?')
    verdict.fail(new Error('The guard is down.'))
    const { status, json } = await reply
    expect([status, json.error.code]).toEqual([503, 'guardrail_unavailable'])
    expect(json.error.message).toContain('"meanwhile" could not look')
  })

  it('is heard before a fault of the provider', async () => {
    bed.openai.script(() => unary({ error: { message: 'No.', type: 'server_error' } }, { status: 400 }))
    const reply = ask('Does it fail?')
    await (await bed.openai.request(0)).ended
    verdict.open(found)
    expect((await reply).json.error.code).toBe('guardrail_denied')
  })

  it('passes a fault of the provider on where it has nothing against the call', async () => {
    bed.openai.script(() =>
      unary({ error: { message: 'No such thing.', type: 'invalid_request_error' } }, { status: 400 }),
    )
    const reply = ask('Does it fail again?')
    verdict.open(nothing)
    expect((await reply).json.error.message).toContain('No such thing.')
  })
})

describe('beside a guardrail that redacts', () => {
  beforeAll(() =>
    begin([{ id: 'no-keys', detector: 'secrets', state: 'enforce', action: 'redact', points: ['input'] }, during()]),
  )
  afterAll(() => bed.close())

  it('sees what the provider sees', async () => {
    bed.openai.reply(answer('Yes.'))
    verdict.open(nothing)
    expect((await ask(`Is ${secret} in use?`)).status).toBe(200)
    expect(mock.asked).toHaveLength(1)
    expect(mock.asked[0]?.body).toContain('in use?')
    expect(mock.asked[0]?.body).not.toContain(secret)
  })
})

describe('with a cache', () => {
  beforeAll(() => begin([during()], { cache: { exact: { ttlSeconds: 600 } } }))
  afterAll(() => bed.close())

  it('an answer that was refused is given to nobody', async () => {
    bed.openai.reply(answer('The plan is this.'))
    const first = ask('What was the plan?')
    await (await bed.openai.request(0)).ended
    verdict.open(found)
    expect((await first).status).toBe(400)
    const second = await ask('What was the plan?')
    expect(second.status).toBe(400)
    expect(second.text).not.toContain('plan')
  })
})

it.each(['redact', 'answer'])('cannot %s what has gone out', async (action) => {
  await expect(begin([during({ action })])).rejects.toThrow(/duringCall/)
})
