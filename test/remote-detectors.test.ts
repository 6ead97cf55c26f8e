import { createHmac } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { post } from './support/client.ts'
import { type DetectorMock, startDetectorMock } from './support/detector-mock.ts'
import { stream, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const secret = 'whsec_c2VjcmV0LW9mLXRoZS1kZXRlY3Rvcg=='
let bed: Testbed
let mock: DetectorMock
beforeAll(async () => {
  mock = await startDetectorMock()
})
afterAll(() => mock.close())
beforeEach(() => {
  mock.reset()
  mock.answer(findsNightfall)
})

const findsNightfall = ({ body }: { readonly body: string }): object => {
  const { text } = JSON.parse(body)
  const start = text.indexOf('Nightfall')
  return {
    findings: start < 0 ? [] : [{ rule: 'project', category: 'confidential', span: { start, end: start + 9 } }],
  }
}
const guardrail = (given: object = {}, settings: object = {}): object => ({
  id: 'own',
  detector: 'webhook',
  points: ['input'],
  action: 'deny',
  state: 'enforce',
  settings: { url: `${mock.origin}/inspect`, secret, allowPrivateNetwork: true, ...settings },
  ...given,
})
async function start(guardrails: readonly object[], config: object = {}): Promise<void> {
  bed = await startTestbed({ config: { inspection: { preset: 'off' }, guardrails, ...config } })
}
const ask = (content: string, more: object = {}) =>
  bed.gateway.post('/v1/chat/completions', { model: 'fast', messages: [{ role: 'user', content }], ...more })
const answered = (content: string): void =>
  bed.openai.reply(
    unary({
      id: 'c',
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    }),
  )

describe('a webhook that is asked', () => {
  beforeAll(() => start([guardrail()]))
  afterAll(() => bed.close())
  beforeEach(() => bed.reset())

  it('keeps from the provider what it finds, and is asked with a signature', async () => {
    const reply = await ask('When does Nightfall start?')
    expect([reply.status, reply.json.error.code]).toEqual([400, 'guardrail_denied'])
    expect(bed.openai.requests).toHaveLength(0)
    const [question] = mock.asked
    const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = question?.headers ?? {}
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
    const expected = createHmac('sha256', key).update(`${id}.${time}.${question?.body}`).digest('base64')
    expect(signature).toBe(`v1,${expected}`)
    expect(JSON.parse(question?.body ?? '')).toEqual({ id, point: 'input', text: 'When does Nightfall start?' })
    const call = await bed.gateway.call(reply)
    expect(call.decisions).toMatchObject([
      { guardrail: 'own', findings: [{ rule: 'project', category: 'confidential', span: { start: 10, end: 19 } }] },
    ])
  })

  it('is asked once for the same text', async () => {
    answered('Yes.')
    expect((await ask('Who goes there?')).status).toBe(200)
    answered('Yes.')
    expect((await ask('Who goes there?')).status).toBe(200)
    expect(mock.asked).toHaveLength(1)
  })

  it('is asked about all messages at the same time', async () => {
    const held: (() => void)[] = []
    mock.answer((_question, response) => {
      held.push(() => response.end('{"findings":[]}'))
      if (held.length === 3) for (const go of held) go()
      return undefined
    })
    answered('Yes.')
    const messages = ['one', 'two', 'three'].map((word) => ({ role: 'user', content: `At the same time: ${word}` }))
    expect((await bed.gateway.post('/v1/chat/completions', { model: 'fast', messages })).status).toBe(200)
  })

  it('that fails is named by /api/v1/inspect: nothing found is not nothing there', async () => {
    mock.answer((_question, response) => void response.writeHead(500).end())
    const headers = { authorization: `Bearer ${bed.gateway.adminToken}` }
    const { json } = await post(`${bed.gateway.controlUrl}/api/v1/inspect`, { texts: ['Is it there?'] }, { headers })
    expect(json.results[0]).toMatchObject({ findings: [], faults: [{ detector: 'webhook', fault: 'failed' }] })
  })

  it('is asked once more where its server has just closed the connection', async () => {
    let count = 0
    mock.answer((question, response) => {
      count++
      return count === 1 ? void response.socket?.destroy() : findsNightfall(question)
    })
    expect((await ask('Is Nightfall here?')).status).toBe(400)
    expect(count).toBe(2)
  })

  it('hears that nobody waits any more when the client leaves', async () => {
    const { promise: left, resolve } = Promise.withResolvers<void>()
    const { promise: isAsked, resolve: hear } = Promise.withResolvers<void>()
    mock.answer((_question, response) => {
      response.on('close', resolve)
      hear()
      return undefined
    })
    const leaving = new AbortController()
    const call = fetch(`${bed.gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bed.gateway.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: 'I shall not wait.' }] }),
      signal: leaving.signal,
    }).catch(() => undefined)
    await isAsked
    leaving.abort()
    await Promise.all([call, left])
  })

  it('answers for /api/v1/inspect too', async () => {
    const headers = { authorization: `Bearer ${bed.gateway.adminToken}` }
    const { json } = await post(
      `${bed.gateway.controlUrl}/api/v1/inspect`,
      { texts: ['Where is Nightfall?'] },
      { headers },
    )
    expect(json.results[0].findings).toContainEqual({
      detector: 'webhook',
      rule: 'project',
      category: 'confidential',
      score: 1,
      span: { start: 9, end: 18 },
    })
  })
})

describe('a webhook at the output', () => {
  afterEach(() => bed.close())
  const chunk = (content: string): string =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content } }] })}\n\n`
  const said = ['The name', ' is Night', 'fall, I', ' think.']

  it('takes what it finds out of a stream, and is asked once', async () => {
    await start([guardrail({ points: ['output'], action: 'redact' })])
    bed.openai.reply(stream([...said.map(chunk), 'data: [DONE]\n\n']))
    const reply = await ask('Hi', { stream: true })
    expect(reply.text).not.toContain('fall')
    expect(reply.text).toContain('[PROJECT]')
    expect(mock.asked.map(({ body }) => JSON.parse(body).text)).toEqual([said.join('')])
  })

  it('that only watches holds nothing back, and is asked once about the whole text', async () => {
    await start([
      guardrail({ points: ['output'], state: 'shadow' }),
      {
        id: 'r',
        detector: 'regex',
        points: ['output'],
        state: 'enforce',
        settings: { patterns: [{ pattern: 'zebra' }] },
      },
    ])
    bed.openai.reply(stream([...said.map(chunk), 'data: [DONE]\n\n']))
    const reply = await ask('Hi', { stream: true })
    expect(reply.text).toContain('Night')
    const call = await bed.gateway.call(reply)
    expect(call.decisions).toMatchObject([{ guardrail: 'own', state: 'shadow', findings: [{ rule: 'project' }] }])
    expect(mock.asked).toHaveLength(1)
  })
})

it('a detector that fails while calls are served is in what the gateway says, once a minute and without the call', async () => {
  const lines: string[] = []
  const config = { inspection: { preset: 'off', onError: 'allow' }, guardrails: [guardrail()] }
  bed = await startTestbed({ config, log: (line) => lines.push(line) })
  mock.answer((_question, response) => void response.writeHead(500).end())
  for (const text of ['Of Nightfall once', 'Of Nightfall twice']) {
    answered('Yes.')
    await ask(text)
  }
  expect(lines.filter((line) => line.includes('detector'))).toEqual([
    expect.stringMatching(/^the detector "webhook" of the guardrail "own" could not look at a text: \w+$/),
  ])
  expect(lines.join()).not.toContain('Nightfall')
  await bed.close()
})
