/** Requests as coding tools are documented to send them, replayed. No tool itself runs here. */
import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { codexHeaders, codexRequest, codingTools } from './support/coding-tools.ts'
import { type GeminiBed, startGeminiBed } from './support/gemini-bed.ts'
import { queue } from './support/mock-realtime.ts'
import { fixture, unary } from './support/mock-replies.ts'

let bed: GeminiBed
beforeAll(async () => {
  bed = await startGeminiBed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const answer = 'Grüße aus dem Torhaus 🏰 — alles ruhig.'
/** Of every stream that has the answer, without the pieces in which it comes. */
function textIn(stream: string): string {
  const texts: string[] = []
  for (const line of stream.split('\n')) {
    if (!line.startsWith('data: {')) continue
    const event = JSON.parse(line.slice('data: '.length))
    texts.push(
      event.choices?.[0]?.delta?.content ??
        (event.delta?.type === 'text_delta' ? event.delta.text : undefined) ??
        (event.type === 'response.output_text.delta' ? event.delta : undefined) ??
        event.candidates?.[0]?.content?.parts
          ?.filter((part: { thought?: boolean }) => part.thought !== true)
          .map((part: { text?: string }) => part.text ?? '')
          .join('') ??
        '',
    )
  }
  return texts.join('')
}

for (const tool of codingTools) {
  describe(tool.name, () => {
    const keyHeaders = () => ({
      authorization: '',
      ...tool.headers,
      [tool.keyHeader.name]: tool.keyHeader.value(bed.gateway.key),
    })

    it(`reaches a provider of its own dialect byte for byte, and gets its very bytes back`, async () => {
      const body = JSON.stringify(tool.body(tool.own.model), null, 1)
      const reply = await bed.gateway.post(tool.path(tool.own.model), body, { headers: keyHeaders() })
      expect(reply.status).toBe(200)
      expect(reply.body).toEqual(fixture(tool.own.stream))
      const [sent] = bed[tool.own.provider].requests
      expect(sent?.body.toString('utf8')).toBe(body)
      expect(sent?.path).toBe(tool.path(tool.own.model))
      for (const name of tool.forwarded) expect(sent?.headers[name]).toBe(tool.headers[name])
      expect(JSON.stringify(sent?.rawHeaders)).not.toContain(bed.gateway.key)
    })

    for (const { provider, model } of tool.others) {
      it(`works with ${provider}`, async () => {
        const reply = await bed.gateway.post(tool.path(model), tool.body(model), { headers: keyHeaders() })
        expect({ status: reply.status, text: textIn(reply.text) }).toEqual({ status: 200, text: answer })
        const sent = bed[provider].requests[0]?.body.toString('utf8') ?? ''
        expect(sent).toContain('List the files.')
        expect(sent).toContain('run_shell')
        // It changes with each request, and would spoil another vendor's prompt cache.
        expect(sent).not.toContain('x-anthropic-billing-header')
      })
    }

    for (const { method, path, expected } of tool.questions) {
      it(`gets an answer to ${method} ${path}`, async () => {
        const reply = await bed.gateway.post(path, undefined, { method, headers: keyHeaders() })
        expect(reply.status).toBe(expected.status)
        if (expected.body !== undefined) expect(reply.json).toMatchObject(expected.body)
      })
    }
  })
}

describe('Claude Code beside its messages', () => {
  const headers = () => ({
    ...codingTools[0]?.headers,
    authorization: `Bearer ${bed.gateway.key}`,
  })

  it('counts tokens, at the provider or as an estimate', async () => {
    const messages = [{ role: 'user', content: 'List the files.' }]
    const path = '/v1/messages/count_tokens?beta=true'
    bed.anthropic.reply(unary('{"input_tokens":12}'))
    const counted = await bed.gateway.post(path, { model: 'claude-sonnet-4-5', messages }, { headers: headers() })
    expect(counted.text).toBe('{"input_tokens":12}')
    const estimated = await bed.gateway.post(path, { model: 'fast', messages }, { headers: headers() })
    expect(estimated.json).toEqual({ input_tokens: expect.any(Number) })
  })

  it('asks for one token to see whether it may', async () => {
    const body = { model: 'fast', max_tokens: 1, messages: [{ role: 'user', content: 'quota' }] }
    const reply = await bed.gateway.post('/v1/messages?beta=true', body, { headers: headers() })
    expect(reply.status).toBe(200)
    expect(reply.json).toMatchObject({ type: 'message', role: 'assistant' })
  })

  it('is told in words of Anthropic what is wrong', async () => {
    const body = { model: 'nobody/nothing', max_tokens: 1, messages: [{ role: 'user', content: 'x' }] }
    const reply = await bed.gateway.post('/v1/messages?beta=true', body, { headers: headers() })
    expect(reply.json).toMatchObject({ type: 'error', error: { type: 'not_found_error' } })
  })
})

it('Codex opens a WebSocket, warms it up and goes on, with a model of any vendor', async () => {
  for (const { provider, model } of [
    { provider: 'openai', model: 'gpt-5-mini' },
    { provider: 'anthropic', model: 'clever' },
    { provider: 'gemini', model: 'bright' },
  ] as const) {
    const socket = new WebSocket(`${bed.gateway.url.replace('http', 'ws')}/v1/responses`, {
      headers: {
        ...codexHeaders,
        'openai-beta': 'responses_websockets=2026-02-06',
        authorization: `Bearer ${bed.gateway.key}`,
      },
    })
    const messages = queue<string>()
    socket.on('message', (data) => messages.put(String(data)))
    await once(socket, 'open')
    const completed = async (): Promise<{ id: string; text: string }> => {
      let text = ''
      for (;;) {
        const event = JSON.parse(await messages.take())
        if (event.type === 'response.output_text.delta') text += event.delta
        if (event.type === 'response.completed') return { id: event.response.id, text }
        expect(event.type).not.toBe('error')
      }
    }
    const { stream: _, ...request } = codexRequest(model)
    socket.send(JSON.stringify({ type: 'response.create', ...request, generate: false }))
    const { id } = await completed()
    expect(bed[provider].requests).toHaveLength(0)
    const more = [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Now count them.' }] }]
    socket.send(JSON.stringify({ type: 'response.create', ...request, previous_response_id: id, input: more }))
    expect((await completed()).text).toBe(answer)
    const sent = bed[provider].requests[0]?.body.toString('utf8') ?? ''
    expect(sent.indexOf('List the files.')).toBeGreaterThan(0)
    expect(sent.indexOf('Now count them.')).toBeGreaterThan(sent.indexOf('List the files.'))
    socket.close()
    await once(socket, 'close')
  }
})
