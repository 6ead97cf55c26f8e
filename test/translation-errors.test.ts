import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseEvents } from '../src/core/wire/sse.ts'
import { eventsBefore, fixture, stream, vendorError } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

describe('an error of the other vendor', () => {
  const ask = { max_tokens: 5, messages: [{ role: 'user', content: 'x' }] }

  it('has the shape that the client knows and the status that it had', async () => {
    for (const [status, openai, anthropic] of [
      [400, 'invalid_request_error', 'invalid_request_error'],
      [413, 'invalid_request_error', 'request_too_large'],
      [429, 'rate_limit_error', 'rate_limit_error'],
      [529, 'server_error', 'overloaded_error'],
    ] as const) {
      bed.anthropic.reply(vendorError(status))
      const toOpenai = await bed.gateway.post('/v1/chat/completions', { ...ask, model: 'clever' })
      expect([toOpenai.status, toOpenai.json.error.type]).toEqual([status, openai])
      expect(toOpenai.json.error).toMatchObject({ message: 'The mock says no.', param: null })
      bed.openai.reply(vendorError(status))
      const toAnthropic = await bed.gateway.post('/v1/messages', { ...ask, model: 'fast' })
      expect([toAnthropic.status, toAnthropic.json.type, toAnthropic.json.error.type]).toEqual([
        status,
        'error',
        anthropic,
      ])
    }
  })

  it('about the credential of an account says whose it is: the virtual key is fine', async () => {
    bed.anthropic.reply(vendorError(401))
    const reply = await bed.gateway.post('/v1/chat/completions', { ...ask, model: 'clever' })
    expect(reply.status).toBe(401)
    expect(reply.json.error.message).toMatch(/^The mock says no\. .*account "[\w-]+"; the virtual key is fine/)
    expect(reply.headers['x-portcullis-help']).toContain('the virtual key is fine')
  })

  it('within a stream ends it as an error, never as a whole reply', async () => {
    const fault = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
    const begun = eventsBefore(fixture('anthropic/message.sse'), 'content_block_stop')
    bed.anthropic.reply(stream([begun, `event: error\ndata: ${JSON.stringify(fault)}\n\n`]))
    const toOpenai = await bed.gateway.post('/v1/chat/completions', { ...ask, model: 'clever', stream: true })
    expect(toOpenai.text).not.toContain('[DONE]')
    expect(JSON.parse(parseEvents(toOpenai.body).at(-1)?.data ?? '')).toMatchObject({
      error: { message: 'Overloaded' },
    })

    const start = {
      id: 'c',
      choices: [{ index: 0, delta: { role: 'assistant', content: 'Hel' }, finish_reason: null }],
    }
    const broken = {
      id: 'c',
      error: { code: 502, message: 'Gone' },
      choices: [{ index: 0, delta: {}, finish_reason: 'error' }],
    }
    bed.openai.reply(stream([start, broken].map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`)))
    const toAnthropic = await bed.gateway.post('/v1/messages', { ...ask, model: 'fast', stream: true })
    expect(toAnthropic.text).not.toContain('message_stop')
    expect(parseEvents(toAnthropic.body).at(-1)).toMatchObject({
      event: 'error',
      data: expect.stringContaining('Gone'),
    })
  })

  it('within a stream is the end of it, whatever the provider says in the same breath', async () => {
    const said = { id: 'c', choices: [{ index: 0, delta: { content: 'Hel' }, finish_reason: null }] }
    const fault = { error: { message: 'Gone', type: 'server_error' } }
    const more = { id: 'c', choices: [{ index: 0, delta: { content: 'lo' }, finish_reason: 'stop' }] }
    const events = [said, fault, more].map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`)
    bed.openai.reply(stream(`${events.join('')}data: [DONE]\n\n`))
    const reply = await bed.gateway.post('/v1/messages', { ...ask, model: 'fast', stream: true })
    expect(reply.text).toContain('Hel')
    expect(reply.text).not.toMatch(/message_stop|"lo"/)
    expect(parseEvents(reply.body).at(-1)?.event).toBe('error')
  })
})
