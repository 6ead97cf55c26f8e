import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { resetBeforeHeaders } from './support/mock-faults.ts'
import { fixture, heldReply, liveStream, stream, unary, vendorError } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const targets = [{ target: 'openai-mock/gpt-5-mini' }, { target: 'anthropic-mock/claude-sonnet-4-5' }]

let bed: Testbed
beforeAll(async () => {
  const routes = {
    hedged: { fallback: targets, hedge: { afterMs: 20 } },
    patient: { fallback: targets, hedge: 'p95' },
    often: { fallback: targets, hedge: { afterMs: 1 } },
    streams: { fallback: targets },
    limited: { fallback: [{ target: 'openai-mock/gpt-5-nano', timeoutMs: 300 }, targets[1]] },
  }
  bed = await startTestbed({
    config: { models: Object.fromEntries(Object.keys(routes).map((route) => [route, { route }])), routes },
  })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const ask = (model: string, more: object = {}) =>
  bed.gateway.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'x' }], ...more })

describe('a late answer', () => {
  it('is helped by the next target: the first to answer is taken, the other cut, and the call is billed once', async () => {
    const held = heldReply()
    bed.openai.reply(held.reply)
    const reply = await ask('hedged')
    expect(reply.status).toBe(200)
    expect(reply.headers['x-portcullis-provider']).toBe('anthropic')
    expect(await (await bed.openai.request(0)).ended).toBe('aborted')
    const call = await bed.gateway.call(reply)
    expect(call.provider).toBe('anthropic')
    expect(call.model).toBe('claude-sonnet-4-5')
    expect(call.attempts).toMatchObject([
      { account: 'anthropic-mock', status: 200 },
      { account: 'openai-mock', errorCode: 'hedge_lost' },
    ])
    const direct = await bed.gateway.call(await ask('anthropic-mock/claude-sonnet-4-5'))
    expect(call.costUsd).toBe(direct.costUsd)
  })

  it('that comes first after all is taken', async () => {
    const [late, later] = [heldReply(), heldReply()]
    bed.openai.reply(late.reply)
    bed.anthropic.reply(later.reply)
    const answer = ask('hedged')
    await later.arrived
    late.release(unary(fixture('openai/chat-completion.json')))
    const reply = await answer
    expect(reply.headers['x-portcullis-provider']).toBe('openai')
    expect(await (await bed.anthropic.request(0)).ended).toBe('aborted')
    expect(await bed.gateway.call(reply)).toMatchObject({ provider: 'openai', model: 'gpt-5-mini' })
  })

  it('is waited for when the one that was to help has failed', async () => {
    const late = heldReply()
    bed.openai.reply(late.reply)
    bed.anthropic.reply(vendorError(500))
    const answer = ask('hedged')
    await (await bed.anthropic.request(0)).ended
    late.release(unary(fixture('openai/chat-completion.json')))
    expect((await answer).headers['x-portcullis-provider']).toBe('openai')
  })

  it('is not helped more often than a tenth of the calls of its route', async () => {
    const held = heldReply()
    bed.openai.script(() => held.reply)
    // Five at once are allowed; the sixth waits for its first target.
    for (let index = 0; index < 5; index++) expect((await ask('often')).status).toBe(200)
    const sixth = ask('often')
    await bed.openai.request(5)
    held.release(unary(fixture('openai/chat-completion.json')))
    expect((await sixth).headers['x-portcullis-provider']).toBe('openai')
    expect(bed.anthropic.requests).toHaveLength(5)
  })

  it('is late only when it is known how long others take', async () => {
    const late = heldReply()
    bed.openai.reply(late.reply)
    const answer = ask('patient')
    await late.arrived
    late.release(unary(fixture('openai/chat-completion.json')))
    await answer
    expect(bed.anthropic.requests).toHaveLength(0)
  })
})

describe('a stream that fails before its first content', () => {
  const whole = fixture('openai/chat-completion.sse').toString()
  const head = `${whole.slice(0, whole.indexOf('\n\n'))}\n\n`

  it.each([
    ['by an error event', stream([head, 'data: {"error":{"message":"overloaded","type":"server_error"}}\n\n'])],
    ['by its end', stream([head])],
  ])('%s goes to the next target, and the client sees one whole stream', async (_what, reply) => {
    bed.openai.reply(reply)
    const answer = await ask('streams', { stream: true })
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('data: [DONE]')
    expect(answer.text).not.toContain('overloaded')
    expect(bed.anthropic.requests).toHaveLength(1)
    const { attempts } = await bed.gateway.call(answer)
    expect(attempts).toMatchObject([
      { account: 'openai-mock', errorCode: expect.any(String) },
      { account: 'anthropic-mock', status: 200 },
    ])
  })

  it('by a reset goes to the next target', async () => {
    bed.openai.reply(({ response, cut }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(head, () => cut('reset'))
    })
    expect((await ask('streams', { stream: true })).text).toContain('data: [DONE]')
    expect(bed.anthropic.requests).toHaveLength(1)
  })

  it('by silence goes to the next target when its time is over', async () => {
    const silent = liveStream()
    bed.openai.reply(silent.reply)
    const answer = ask('limited', { stream: true })
    await silent.send(head)
    expect((await answer).text).toContain('data: [DONE]')
    expect(await (await bed.openai.request(0)).ended).toBe('aborted')
    expect((await bed.gateway.call(await answer)).attempts).toMatchObject([
      { account: 'openai-mock', errorCode: 'upstream_timeout' },
      { account: 'anthropic-mock', status: 200 },
    ])
  })

  it('at every target tells the fault with a status', async () => {
    bed.openai.reply(resetBeforeHeaders, resetBeforeHeaders)
    bed.anthropic.reply(vendorError(529))
    expect((await ask('streams', { stream: true })).status).toBe(529)
  })

  it('passes byte for byte when all is well', async () => {
    const answer = await ask('streams', { stream: true })
    expect(answer.text).toBe(whole)
  })
})
