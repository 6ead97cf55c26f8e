import { request as httpRequest } from 'node:http'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { demoModelNames } from './demo-answer.ts'
import { type DemoProvider, startDemoProvider } from './demo-provider.ts'
import { unitVector } from './demo-wire.ts'

let demo: DemoProvider
let client: OpenAI
const delays: number[] = []
/** What a delay waits for; nothing unless a test says so. */
let wait: (signal: AbortSignal) => Promise<unknown> = () => Promise.resolve()

beforeAll(async () => {
  demo = await startDemoProvider({
    delay: (milliseconds, signal) => {
      delays.push(milliseconds)
      return wait(signal)
    },
  })
  client = new OpenAI({ baseURL: demo.baseUrl, apiKey: demo.secret, maxRetries: 0 })
})
beforeEach(() => {
  delays.length = 0
  wait = () => Promise.resolve()
})
afterAll(() => demo.close())

const hello = [{ role: 'user' as const, content: 'hello there' }]

type Request = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'messages'> & {
  messages?: OpenAI.ChatCompletionMessageParam[]
}
function chat(request: Request) {
  return client.chat.completions.create({ messages: hello, ...request, stream: false })
}

async function chunksOf(request: Request & { stream_options?: OpenAI.ChatCompletionStreamOptions }) {
  const stream = await client.chat.completions.create({ messages: hello, ...request, stream: true })
  const chunks: OpenAI.ChatCompletionChunk[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return chunks
}

function post(path: string, body: unknown, token = demo.secret): Promise<Response> {
  return fetch(demo.baseUrl + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

const weather: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
}
const clock: OpenAI.ChatCompletionTool = { type: 'function', function: { name: 'clock' } }

describe('demo models', () => {
  it('echo repeats the last user message under a label, the same way each time', async () => {
    const [first, second] = [await chat({ model: 'echo' }), await chat({ model: 'echo' })]
    expect(first.choices[0]?.message.content).toBe('[demo] hello there')
    expect(first).toMatchObject({ system_fingerprint: 'demo', model: 'echo' })
    expect(first.usage).toMatchObject({ prompt_tokens: 8, completion_tokens: 3, total_tokens: 11 })
    expect(second).toEqual(first)
  })

  it('echo reads the text parts of a message, and the last user message only', async () => {
    const image = { type: 'image_url' as const, image_url: { url: 'https://example.com/a.png' } }
    const messages: OpenAI.ChatCompletionMessageParam[] = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'first' },
      { role: 'assistant', content: 'ok' },
      { role: 'user', content: [{ type: 'text', text: 'what is it?' }, image] },
    ]
    expect((await chat({ model: 'echo', messages })).choices[0]?.message.content).toBe('[demo] what is it?')
  })

  it('a stream says the same as the reply in one piece, with usage when asked for', async () => {
    const chunks = await chunksOf({ model: 'echo', stream_options: { include_usage: true } })
    const whole = await chat({ model: 'echo' })
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('[demo] hello there')
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage })
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop')
    expect(chunks.length).toBeGreaterThan(4)
    const plain = await chunksOf({ model: 'echo' })
    expect(plain.some((chunk) => 'usage' in chunk)).toBe(false)
  })

  it('lorem makes as many tokens as max_tokens', async () => {
    const { choices, usage } = await chat({ model: 'lorem', max_tokens: 12 })
    expect(choices[0]?.message.content?.split(' ')).toHaveLength(12)
    expect(usage?.completion_tokens).toBe(12)
    expect(choices[0]?.finish_reason).toBe('stop')
  })

  it('stops at the token limit and at a stop sequence', async () => {
    const limited = await chat({ model: 'echo', max_completion_tokens: 2 })
    expect(limited.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: '[demo] hello' } })
    expect(limited.usage?.completion_tokens).toBe(2)
    const stopped = await chat({ model: 'echo', stop: ['there', 'zzz'] })
    expect(stopped.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: '[demo] hello ' } })
  })

  it('gives n choices and counts them all', async () => {
    const { choices, usage } = await chat({ model: 'echo', n: 3 })
    expect(choices.map(({ index }) => index)).toEqual([0, 1, 2])
    expect(usage?.completion_tokens).toBe(9)
  })

  it('tools calls the first tool, the forced one, or all of them', async () => {
    const first = await chat({ model: 'tools', tools: [weather, clock] })
    expect(first.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: {
        content: null,
        tool_calls: [{ id: 'call_demo_0', function: { name: 'weather', arguments: '{"city":"demo city"}' } }],
      },
    })
    const forced = await chat({
      model: 'tools',
      tools: [weather, clock],
      tool_choice: { type: 'function', function: { name: 'clock' } },
    })
    expect(forced.choices[0]?.message.tool_calls).toMatchObject([{ function: { name: 'clock', arguments: '{}' } }])
    const all = await chat({ model: 'tools-all', tools: [weather, clock] })
    expect(all.choices[0]?.message.tool_calls).toHaveLength(2)
    const none = await chat({ model: 'tools', tools: [weather], tool_choice: 'none' })
    expect(none.choices[0]?.finish_reason).toBe('stop')
  })

  it('tools streams its calls and answers with the result when it comes back', async () => {
    const chunks = await chunksOf({ model: 'tools', tools: [weather] })
    const pieces = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? [])
    expect(pieces[0]).toMatchObject({ index: 0, id: 'call_demo_0', type: 'function', function: { name: 'weather' } })
    expect(pieces.map((piece) => piece.function?.arguments).join('')).toBe('{"city":"demo city"}')
    const answered = await chat({
      model: 'tools',
      tools: [weather],
      messages: [
        ...hello,
        {
          role: 'assistant',
          tool_calls: [{ id: 'call_demo_0', type: 'function', function: { name: 'weather', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'call_demo_0', content: 'sunny' },
      ],
    })
    expect(answered.choices[0]?.message.content).toBe('[demo] The tool answered: sunny')
  })

  it('json gives an instance of the schema', async () => {
    const schema = { type: 'object', properties: { age: { type: 'integer', minimum: 18 } }, required: ['age'] }
    const { choices } = await chat({
      model: 'json',
      response_format: { type: 'json_schema', json_schema: { name: 'person', schema } },
    })
    expect(choices[0]?.message.content).toBe('{"age":18}')
    const free = await chat({ model: 'json', response_format: { type: 'json_object' } })
    expect(JSON.parse(free.choices[0]?.message.content ?? '')).toEqual({ demo: true, echo: 'hello there' })
  })

  it('reasoning thinks first, and counts its thoughts', async () => {
    const chunks = await chunksOf({ model: 'reasoning', stream_options: { include_usage: true } })
    const kinds = chunks.flatMap((chunk) => Object.keys(chunk.choices[0]?.delta ?? {})).filter((key) => key !== 'role')
    expect(kinds.indexOf('reasoning_content')).toBeLessThan(kinds.lastIndexOf('content'))
    expect(kinds.lastIndexOf('reasoning_content')).toBeLessThan(kinds.lastIndexOf('content'))
    const { completion_tokens: total = 0, completion_tokens_details: details } = chunks.at(-1)?.usage ?? {}
    expect(details?.reasoning_tokens).toBeGreaterThan(5)
    expect(total).toBe((details?.reasoning_tokens ?? 0) + 3)
  })

  it('refusal refuses', async () => {
    const { choices } = await chat({ model: 'refusal' })
    expect(choices[0]?.message.refusal).toMatch(/^\[demo\]/)
    expect(choices[0]?.message.content).toBeNull()
  })

  it.each([400, 401, 404, 408, 429, 500, 503, 529])(
    'error-%i fails with that status in the shape of OpenAI',
    async (status) => {
      const response = await post('/chat/completions', { model: `error-${status}`, messages: hello })
      expect(response.status).toBe(status)
      const body = (await response.json()) as { error: { message: string; type: string } }
      expect(body.error.message).toContain('[demo]')
      expect(body.error.type).toBeTypeOf('string')
      expect(response.headers.get('retry-after')).toBe(status === 429 || status === 503 ? '1' : null)
    },
  )

  it('error-200 is not an error status', async () => {
    expect((await post('/chat/completions', { model: 'error-200', messages: hello })).status).toBe(400)
  })

  it('slow waits as long as its name says, before the first byte', async () => {
    expect((await chat({ model: 'slow-500ms' })).choices[0]?.message.content).toBe('[demo] hello there')
    expect(delays).toEqual([500])
  })

  it('a gap between events is asked for with a suffix or in the metadata', async () => {
    const chunks = await chunksOf({ model: 'echo@20ms' })
    expect(delays).toEqual(Array.from({ length: chunks.length - 1 }, () => 20))
    delays.length = 0
    await chunksOf({ model: 'echo', metadata: { chunk_delay_ms: '7' } })
    expect(new Set(delays)).toEqual(new Set([7]))
  })

  it('a client that leaves ends the delay', async () => {
    const waiting = Promise.withResolvers<AbortSignal>()
    wait = (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('The client left.')))
        waiting.resolve(signal)
      })
    const controller = new AbortController()
    const call = client.chat.completions.create({ model: 'slow-500ms', messages: hello }, { signal: controller.signal })
    const signal = await waiting.promise
    const ended = new Promise((resolve) => signal.addEventListener('abort', resolve))
    controller.abort()
    await expect(call).rejects.toThrow()
    await ended
  })

  it.each([true, false])('cut breaks the connection in the middle of the reply (stream: %s)', async (stream) => {
    const response = await post('/chat/completions', { model: 'cut', messages: hello, stream })
    expect(response.status).toBe(200)
    const received: string[] = []
    const read = async () => {
      const decoder = new TextDecoder()
      for await (const chunk of response.body ?? []) received.push(decoder.decode(chunk))
    }
    await expect(read()).rejects.toThrow()
    expect(received.join('')).toContain('demo')
    expect(received.join('')).not.toContain('[DONE]')
  })

  it('an unknown model is not found, and the message names those there are', async () => {
    const response = await post('/chat/completions', { model: 'gpt-5', messages: hello })
    expect(response.status).toBe(404)
    expect(await response.text()).toContain('echo, lorem')
  })

  it('a bad request is refused with the field', async () => {
    const response = await post('/chat/completions', { model: 'echo', messages: [] })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { param: 'messages', type: 'invalid_request_error' } })
    expect((await post('/chat/completions', 'text')).status).toBe(400)
  })

  it('a mistyped model is answered with the nearest one', async () => {
    await expect(chat({ model: 'embedding' })).rejects.toThrow(
      'The model "embedding" of the demo provider is not for chats.',
    )
    await expect(chat({ model: 'ecko' })).rejects.toThrow('no model "ecko"; did you mean "echo"? It has echo, lorem, ')
  })

  it.each([
    [{ model: 'echo' }, '"messages" is missing.'],
    [{ model: 'echo', messages: [] }, '"messages" is empty.'],
    [{ model: 'echo', messages: 'hello' }, '"messages" must be a list.'],
    [{ model: 'echo', messages: [{ content: 'hello' }] }, '"messages.0.role" is missing.'],
    [{ model: 'echo', messages: [{ role: 'user', content: 1 }] }, '"messages.0.content" is not understood.'],
    [{ model: 'echo', messages: hello, n: 9 }, '"n" must be at most 8.'],
    [{ model: 'echo', messages: hello, n: 0 }, '"n" must be at least 1.'],
    [{ model: 'echo', messages: hello, max_tokens: 1.5 }, '"max_tokens" must be a whole number.'],
    [[], 'The body must be a JSON object.'],
  ])('a bad request is told in a sentence: %j', async (body, sentence) => {
    const reply = await post('/chat/completions', body)
    expect(reply.status).toBe(400)
    expect(await reply.json()).toMatchObject({ error: { message: `[demo] ${sentence}` } })
  })

  it('lists its models', async () => {
    const { data } = await client.models.list()
    expect(data.map(({ id }) => id)).toEqual(demoModelNames)
  })
})

describe('demo embeddings', () => {
  it('are unit vectors of the size asked for, the same in both encodings', async () => {
    const ask = (encoding_format: 'float' | 'base64') =>
      client.embeddings.create({ model: 'embedding', input: ['a cat', 'a dog'], dimensions: 64, encoding_format })
    const [floats, packed] = [await ask('float'), await ask('base64')]
    const [vector = []] = floats.data.map(({ embedding }) => embedding)
    expect(vector).toHaveLength(64)
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5)
    // With an explicit format the SDK gives the wire's value, whatever its type says.
    const wire: unknown = packed.data[0]?.embedding
    const bytes = Buffer.from(String(wire), 'base64')
    expect(vector.map((_, index) => bytes.readFloatLE(index * 4))).toEqual(vector)
    expect(floats.usage).toEqual({ prompt_tokens: 4, total_tokens: 4 })
  })

  it('come from the model for them, and nothing else does', async () => {
    expect((await post('/embeddings', { model: 'echo', input: 'x' })).status).toBe(404)
    expect((await post('/embeddings', { model: 'demo/embedding', input: [[1, 2], [3]] })).status).toBe(200)
    expect((await post('/chat/completions', { model: 'embedding', messages: hello })).status).toBe(404)
  })

  it('lie closer together for texts that share words', () => {
    const dot = (a: readonly number[], b: readonly number[]) =>
      a.reduce((sum, x, index) => sum + x * (b[index] ?? 0), 0)
    const cat = unitVector('the cat sat on the mat', 256)
    expect(dot(cat, unitVector('the cat sat on the sofa', 256))).toBeGreaterThan(0.7)
    expect(Math.abs(dot(cat, unitVector('quarterly revenue grew', 256)))).toBeLessThan(0.3)
    expect(Math.hypot(...unitVector('', 8))).toBeCloseTo(1, 5)
  })
})

describe('the demo server', () => {
  it('stops while a stream is open', async () => {
    const own = await startDemoProvider({
      delay: (_, signal) => new Promise((resolve) => signal.addEventListener('abort', resolve)),
    })
    const body = JSON.stringify({ model: 'echo@1000ms', messages: hello, stream: true })
    const request = httpRequest(`${own.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${own.secret}` },
    })
    request.on('error', () => undefined)
    const opened = new Promise((resolve) => request.once('response', resolve))
    request.end(body)
    await opened
    await own.close()
  })
})
