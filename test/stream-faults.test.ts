import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { gate } from './support/gate.ts'
import { cutStream, endlessEvent } from './support/mock-faults.ts'
import { eventsOf, fixture, heldReply, liveStream, stream, unary, vendorError } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({ limits: { maxStreamEventBytes: 100_000 } })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const clients = [
  { client: 'OpenAI', path: '/v1/chat/completions', errorEvent: /^data: \{"error":\{.*\}\}\n\n/m, end: 'data: [DONE]' },
  {
    client: 'Anthropic',
    path: '/v1/messages',
    errorEvent: /^event: error\ndata: \{"type":"error".*\}\n\n/m,
    end: 'message_stop',
  },
] as const

const providers = [
  { provider: 'OpenAI', model: 'gpt-5-mini', mock: () => bed.openai, events: 'openai/chat-completion.sse' },
  { provider: 'Anthropic', model: 'claude-sonnet-4-5', mock: () => bed.anthropic, events: 'anthropic/message.sse' },
] as const

function body(model: string): unknown {
  return { model, max_tokens: 64, stream: true, messages: [{ role: 'user', content: 'Who goes there?' }] }
}

for (const { client, path, errorEvent, end } of clients) {
  for (const { provider, model, mock, events: file } of providers) {
    describe(`a stream from ${provider} to a client of ${client}`, () => {
      const events = fixture(file)
      const list = eventsOf(events)
      /** Ends inside the event that holds the middle of the answer. */
      const insideEvent = events.indexOf('Torhaus') + 4
      const betweenEvents = Buffer.byteLength(list.slice(0, 4).join(''))

      for (const how of ['reset', 'close'] as const) {
        it(`that a ${how} cuts between two events ends in an error event, and never as if it were whole`, async () => {
          mock().reply(cutStream(events, betweenEvents, how))
          const reply = await bed.gateway.post(path, body(model))
          expect(reply.text).toMatch(errorEvent)
          expect(reply.text).not.toContain(end)
          const call = await bed.gateway.call(reply)
          expect(call).toMatchObject({ status: 502, errorCode: 'upstream_reset' })
        })

        it(`that a ${how} cuts inside an event gives no part of that event`, async () => {
          mock().reply(cutStream(events, insideEvent, how))
          const reply = await bed.gateway.post(path, body(model))
          expect(reply.text).toMatch(errorEvent)
          expect(reply.text).not.toContain(end)
          expect(reply.text).not.toContain('Torh')
          for (const event of eventsOf(reply.body)) {
            const data = event.split('\n').find((line) => line.startsWith('data: '))
            if (data !== undefined) expect(() => JSON.parse(data.slice(6))).not.toThrow()
          }
        })
      }

      it('that ends well before its finish reason ends in an error event', async () => {
        mock().reply(stream(events.subarray(0, betweenEvents)))
        const reply = await bed.gateway.post(path, body(model))
        expect(reply.text).toMatch(errorEvent)
        expect(reply.text).not.toContain(end)
        expect(await bed.gateway.call(reply)).toMatchObject({ status: 502, errorCode: 'upstream_reset' })
      })

      it('that lacks only its terminator gets one', async () => {
        const last = file.startsWith('openai') ? 'data: [DONE]' : 'event: message_stop'
        mock().reply(stream(events.subarray(0, events.indexOf(last))))
        const reply = await bed.gateway.post(path, body(model))
        expect(reply.text).toContain(end)
        expect(reply.text).not.toMatch(errorEvent)
        expect(await bed.gateway.call(reply)).toMatchObject({ status: 200, finishReason: 'stop' })
      })

      it('whose last event lacks its blank line is whole', async () => {
        mock().reply(stream(events.subarray(0, events.length - 2)))
        const reply = await bed.gateway.post(path, body(model))
        expect(reply.text).toContain(end)
        expect(reply.text).not.toMatch(errorEvent)
      })

      it('that holds what is not JSON ends in an error event', async () => {
        const broken = `${list.slice(0, 4).join('')}${list[4]?.slice(0, 60)}\n\n${list.slice(5, 6).join('')}`
        mock().reply(stream(broken))
        const reply = await bed.gateway.post(path, body(model))
        expect(reply.text).toMatch(errorEvent)
        expect(reply.text).not.toContain(end)
      })

      it('that reports a fault in its middle says so in the shape of the client', async () => {
        const fault = file.startsWith('openai')
          ? 'data: {"error":{"message":"The engine stopped.","type":"server_error","param":null,"code":null}}\n\n'
          : 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"The engine stopped."}}\n\n'
        mock().reply(stream([list.slice(0, 4).join(''), fault]))
        const reply = await bed.gateway.post(path, body(model))
        expect(reply.status).toBe(200)
        expect(reply.text).toMatch(errorEvent)
        expect(reply.text.match(/The engine stopped\./g)).toHaveLength(1)
        expect(reply.text).not.toContain(end)
        const call = await bed.gateway.call(reply)
        expect(call.errorCode).toMatch(/^upstream_/)
        expect(call.status).toBeGreaterThanOrEqual(500)
      })

      it('that reports a fault as its first event is an error reply with a status', async () => {
        const fault = file.startsWith('openai')
          ? 'data: {"error":{"message":"The engine stopped.","type":"server_error","param":null,"code":null}}\n\n'
          : 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n'
        mock().reply(stream(fault))
        const reply = await bed.gateway.post(path, body(model))
        expect(reply.status).toBeGreaterThanOrEqual(500)
        expect(reply.headers['content-type']).toBe('application/json')
        expect(reply.json.error.message).toMatch(/The engine stopped|Overloaded/)
      })

      it('whose first event is a fault and lacks its blank line is an error reply, and the gateway lives', async () => {
        const fault = file.startsWith('openai')
          ? 'data: {"error":{"message":"overloaded","code":429}}'
          : 'event: error\ndata: {"type":"error","error":{"type":"rate_limit_error","message":"overloaded"}}'
        for (const ending of ['', '\n', '\r\n']) {
          mock().reply(stream(fault + ending))
          const reply = await bed.gateway.post(path, body(model))
          expect(reply.status).toBe(429)
          expect(reply.headers['x-portcullis-error']).toBe('upstream_rate_limited')
        }
      })

      it.each([
        ['in other letters', { 'content-type': 'Text/Event-Stream; Charset=UTF-8' }],
        ['as JSON', { 'content-type': 'application/json' }],
        ['as nothing', { 'content-type': '' }],
      ])('that is labelled %s is a stream all the same', async (_label, headers) => {
        for (const begin of ['', ': ping\n\n']) {
          const live = liveStream({ headers })
          mock().reply(live.reply)
          const opening = bed.gateway.stream(path, body(model))
          // In pieces, so that the first bytes alone do not tell.
          await live.send(begin + list[0]?.slice(0, 2))
          await live.send(list.slice(0, 5).join('').slice(2))
          const reading = await opening
          await reading.until('aus')
          expect(reading.headers['content-type']).toContain('text/event-stream')
          await live.send(list.slice(5).join(''))
          await live.end()
          expect(String(await reading.whole())).toContain(end)
        }
      })

      it('that ends before its first event is an error reply with a status', async () => {
        for (const nothing of ['', ': still here\n\n']) {
          mock().reply(stream(nothing))
          const reply = await bed.gateway.post(path, body(model))
          expect(nothing === '' ? reply.status : reply.text).toEqual(
            nothing === '' ? 502 : expect.stringMatching(errorEvent),
          )
        }
      })

      it('with an event without end is stopped at the limit', async () => {
        mock().reply(endlessEvent)
        const reply = await bed.gateway.post(path, body(model))
        expect(reply.status).toBe(502)
        expect(await bed.gateway.call(reply)).toMatchObject({ errorCode: 'upstream_reply_too_large' })
        expect(await mock().requests[0]?.ended).toBe('aborted')
      })

      it('is aborted at the provider as soon as the client leaves, and recorded with what was used so far', async () => {
        const live = liveStream()
        mock().reply(live.reply)
        const opening = bed.gateway.stream(path, body(model))
        await live.send(list.slice(0, 5).join(''))
        const reading = await opening
        await reading.until('aus')
        reading.abort()
        const { request } = await live.started
        expect(await request.ended).toBe('aborted')
        const call = await bed.gateway.call(reading)
        expect(call).toMatchObject({ status: 499, errorCode: 'client_closed', model })
        expect(call.durationMs).toBeGreaterThan(0)
      })

      it('that has not begun is aborted at the provider when the client leaves', async () => {
        const held = heldReply()
        mock().reply(held.reply)
        const left = gate()
        const leaving = bed.gateway.leave(path, body(model), left.passed)
        const { request } = await held.arrived
        left.open()
        await leaving
        expect(await request.ended).toBe('aborted')
        const [call] = await bed.gateway.callsUntil((calls) =>
          calls.some(({ errorCode }) => errorCode === 'client_closed'),
        )
        expect(call).toMatchObject({ status: 499, errorCode: 'client_closed' })
        held.release(vendorError(500))
      })

      it('is given to a client that wants a stream even when the provider answers in one piece', async () => {
        mock().reply(unary(fixture(file.replace('.sse', '.json'))))
        const reply = await bed.gateway.post(path, body(model))
        expect(reply.status).toBe(200)
        expect(reply.headers['content-type']).toContain('text/event-stream')
        expect(reply.text).toContain('Torhaus')
        expect(reply.text).toContain(end)
      })
    })
  }
}

describe('a client that reads slowly', () => {
  it('slows the provider down instead of filling the memory of the gateway', async () => {
    const event = `data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"gpt-5-mini","choices":[{"index":0,"delta":{"content":"${'a'.repeat(50_000)}"},"finish_reason":null}]}\n\n`
    const total = 4000
    let written = 0
    bed.openai.reply(async ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const closed = new Promise((resolve) => response.once('close', resolve))
      for (; written < total && !response.destroyed; written++) {
        if (response.write(event)) continue
        await Promise.race([closed, new Promise((resolve) => response.once('drain', resolve))])
      }
      response.end()
    })
    const reading = await bed.gateway.stream('/v1/chat/completions', body('gpt-5-mini'))
    reading.pause()
    // Blocked is who writes nothing while the gateway answers a hundred others.
    for (let before = -1; before !== written; ) {
      before = written
      for (let round = 0; round < 100; round++) await bed.gateway.get('/healthz')
    }
    expect(written).toBeLessThan(total / 2)
    reading.abort()
    expect(await bed.openai.requests[0]?.ended).toBe('aborted')
  })
})
