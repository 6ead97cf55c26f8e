import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { eventsOf, fixture, inPieces, liveStream, stream, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const dialects = [
  {
    name: 'OpenAI Chat Completions',
    path: '/v1/chat/completions',
    providerPath: '/v1/chat/completions',
    mock: () => bed.openai,
    model: 'gpt-5-mini',
    alias: 'fast',
    fixtures: 'openai/chat-completion',
    end: 'data: [DONE]\n\n',
  },
  {
    name: 'Anthropic Messages',
    path: '/v1/messages',
    providerPath: '/v1/messages',
    mock: () => bed.anthropic,
    model: 'claude-sonnet-4-5',
    alias: 'clever',
    fixtures: 'anthropic/message',
    end: '"message_stop"           }\n\n',
  },
  {
    name: 'OpenAI Responses',
    path: '/v1/responses',
    providerPath: '/v1/responses',
    mock: () => bed.openai,
    model: 'gpt-5-mini',
    alias: 'fast',
    fixtures: 'openai/response',
    end: '"user":null,"metadata":{}}}\n\n',
  },
] as const

/** Everything that a parser and a writer would change: order, spaces, escapes, numbers, doubled and unknown names. */
function oddBody(model: string, stream = false): string {
  return `\r\n\t{ "max_tokens" : 64,"metadata":{"model":"${model}","note":"\\"model\\":\\"${model}\\""},
  "model"\t:  "${model}" ,  "messages":[{"role":"user","content":"Gr\\u00fc\\u00dfe \\/ \\ud83c\\udff0 – 日本語 \\"model\\": \\"x\\"","a_new_field":[1.0,1E+2,-0.0,12345678901234567890,0.1000]}],
"temperature":0.1,"temperature":0.20, "stream" :${stream},"a_field_from_next_year":{"model":{"model":null}},"":"","\\u0078":1
}\n `
}

for (const { name, path, providerPath, mock, model, alias, fixtures, end } of dialects) {
  describe(`${name} to a provider of the same dialect`, () => {
    it('sends the body byte for byte when the model keeps its name', async () => {
      const body = oddBody(model)
      const reply = await bed.gateway.post(path, body)
      expect(reply.status).toBe(200)
      const sent = mock().requests[0]
      expect(sent?.path).toBe(providerPath)
      expect(sent?.method).toBe('POST')
      expect(sent?.body.toString()).toBe(body)
    })

    it('changes only the model name of the top level when an alias or a prefix stands there', async () => {
      for (const asked of [alias, `${mock() === bed.openai ? 'openai-mock' : 'anthropic-mock'}/${model}`]) {
        const body = oddBody(asked)
        await bed.gateway.post(path, body)
        const expected = body.replace(`"model"\t:  "${asked}" ,`, `"model"\t:  "${model}" ,`)
        expect(mock().requests.at(-1)?.body.toString()).toBe(expected)
      }
    })

    it('finds the model name behind an escaped key and an escaped value', async () => {
      const body = `{"messages":[{"role":"user","content":"model"}],"max_tokens":9,"m\\u006fdel":"\\u0066${alias.slice(1)}"}`
      if (alias !== 'fast') return
      await bed.gateway.post(path, body)
      expect(mock().requests[0]?.body.toString()).toBe(body.replace('"\\u0066ast"', `"${model}"`))
    })

    it('gives the reply body byte for byte', async () => {
      const bodies = [
        fixture(`${fixtures}.json`),
        fixture(`${fixtures}-tools.json`),
        Buffer.from(
          `\n ${fixture(`${fixtures}.json`).toString().replace('Torhaus', 'T\\u006frhaus \\ud83c\\udff0')}\n\n`,
        ),
      ]
      for (const body of bodies) {
        mock().reply(unary(body))
        const reply = await bed.gateway.post(path, { model, max_tokens: 5, messages: [{ role: 'user', content: 'x' }] })
        expect(reply.status).toBe(200)
        expect(reply.headers['content-type']).toBe('application/json')
        expect(reply.text).toBe(body.toString())
      }
    })

    it('gives a stream byte for byte, in whatever pieces it comes', async () => {
      for (const file of [`${fixtures}.sse`, `${fixtures}-tools.sse`]) {
        const events = fixture(file)
        for (const size of [events.length, 4096, 1000, 97]) {
          mock().reply(stream(inPieces(events, size)))
          const reply = await bed.gateway.post(path, oddBody(model, true))
          expect(reply.status).toBe(200)
          expect(reply.headers['content-type']).toBe('text/event-stream; charset=utf-8')
          expect(reply.text).toBe(events.toString())
          expect(mock().requests.at(-1)?.body.toString()).toBe(oddBody(model, true))
        }
      }
    })

    it('gives comments, unknown events, ids and CR LF line ends as they came', async () => {
      const events = fixture(`${fixtures}.sse`)
        .toString()
        .replace(
          /\n\n/g,
          () =>
            '\n\n: keep-alive — ping\n\nevent: from_next_year\nid: 7\nretry: 10\ndata: {"type":"from_next_year","x":[ ]}\n\n',
        )
      // What follows the terminator may be cut off; nothing else may change.
      const whole = events.slice(0, events.lastIndexOf(end) + end.length)
      for (const text of [whole, whole.replaceAll('\n', '\r\n'), whole.replaceAll('\n', '\r')]) {
        for (const size of [1 << 20, 61, 1]) {
          mock().reply(stream(inPieces(Buffer.from(text), size)))
          const reply = await bed.gateway.post(path, oddBody(model, true))
          expect(reply.text).toBe(text)
        }
      }
    })

    it('sends each event on as it comes, without waiting for the next', async () => {
      const live = liveStream()
      mock().reply(live.reply)
      const [first = '', ...rest] = eventsOf(fixture(`${fixtures}.sse`))
      const opening = bed.gateway.stream(path, oddBody(model, true))
      await live.send(first)
      const client = await opening
      await client.until(first)
      for (const event of rest) {
        await live.send(event)
        await client.until(event)
      }
      await live.end()
      expect((await client.whole()).toString()).toBe(fixture(`${fixtures}.sse`).toString())
    })
  })
}

describe('embeddings', () => {
  it('pass through byte for byte, request and reply', async () => {
    const body = '{ "input":["Gr\\u00fc\\u00dfe"], "model" : "text-embedding-3-small","dimensions":4, "new":1.0 }'
    const reply = await bed.gateway.post('/v1/embeddings', body)
    expect(bed.openai.requests[0]?.path).toBe('/v1/embeddings')
    expect(bed.openai.requests[0]?.body.toString()).toBe(body)
    expect(reply.status).toBe(200)
    expect(reply.text).toBe(fixture('openai/embeddings.json').toString())
  })

  it('are refused with a reason for a provider that has none', async () => {
    const reply = await bed.gateway.post('/v1/embeddings', { model: 'anthropic-mock/claude-sonnet-4-5', input: 'x' })
    expect(reply.status).toBe(400)
    expect(reply.json.error.code).toBe('unsupported_endpoint')
    expect(bed.anthropic.requests).toHaveLength(0)
  })
})
