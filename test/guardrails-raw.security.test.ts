import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { post } from './support/client.ts'
import { chatText, chunk, codeOf, cut, guardrail, secret } from './support/guarded-chats.ts'
import { liveStream, stream, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
const start = async (guardrails: readonly object[], more: object = {}): Promise<void> => {
  bed = await startTestbed({ config: { guardrails, inspection: { preset: 'off' }, ...more } })
}
afterEach(() => bed.reset())

const ask = (path: string, body?: unknown, headers: Record<string, string> = {}, method = 'POST') =>
  post(bed.gateway.url + path, body, { method, headers: { authorization: `Bearer ${bed.gateway.key}`, ...headers } })
const sent = () => bed.openai.requests.map(({ body, path }) => `${path} ${body}`).join('\n')

describe('raw requests under a guardrail that denies', () => {
  beforeAll(() => start([guardrail({ action: 'deny' })]))
  afterAll(() => bed.close())

  const wide = (text: string) => Buffer.from(text, 'utf16le')
  const deep = (depth: number) => `${'['.repeat(depth)}"${secret}"${']'.repeat(depth)}`
  const asked: readonly (readonly [string, string, unknown, string, Record<string, string>?])[] = [
    ['JSON', '/p/openai-mock/videos', { prompt: `A gate with ${secret}` }, 'guardrail_denied'],
    ['a list', '/p/openai-mock/odd', [{ a: [secret] }], 'guardrail_denied'],
    ['a text alone', '/p/openai-mock/odd', JSON.stringify(secret), 'guardrail_denied'],
    ['JSON escapes', '/p/openai-mock/odd', `{"a":"\\u0041\\u004bIA${secret.slice(4)}"}`, 'guardrail_denied'],
    [
      'JSON of another name',
      '/p/openai-mock/odd',
      `{"a":"${secret}"}`,
      'guardrail_denied',
      { 'content-type': 'application/octet-stream' },
    ],
    ['a name of a field', '/p/openai-mock/odd', { metadata: { [secret]: 1 } }, 'guardrail_denied'],
    ['an id', '/p/openai-mock/odd', { id: secret }, 'guardrail_denied'],
    [
      'a detail of a picture',
      '/p/openai-mock/odd',
      { image_url: { url: 'https://a.example/b.png', detail: secret } },
      'guardrail_denied',
    ],
    [
      'a data: URL',
      '/p/openai-mock/odd',
      { image_url: `data:text/plain;base64,${Buffer.from(`Use ${secret} now`).toString('base64')}` },
      'guardrail_denied',
    ],
    ['a query', `/p/openai-mock/odd?note=${secret}`, {}, 'guardrail_denied'],
    ['an encoded query', `/p/openai-mock/odd?note=%41KIA${secret.slice(4)}`, {}, 'guardrail_denied'],
    ['a name in a query', `/p/openai-mock/odd?${secret}=1`, {}, 'guardrail_denied'],
    [
      'a name in a query, and what stands there',
      `/p/openai-mock/odd?x=1&${secret}=password%3D%20Hj8kLmQ2xYz`,
      {},
      'guardrail_denied',
    ],
    ['a path', `/p/openai-mock/notes/${secret}`, {}, 'guardrail_denied'],
    ['a header that goes on', '/p/openai-mock/odd', {}, 'guardrail_denied', { 'openai-note': secret }],
    ['deep nesting', '/p/openai-mock/odd', deep(5000), 'guardrail_denied'],
    ['what stands behind JSON', '/p/openai-mock/odd', `{}\n{"a":"${secret}"}`, 'uninspectable_body'],
    ['JSON with a comma too many', '/p/openai-mock/odd', `{"a":"${secret}",}`, 'uninspectable_body'],
    ['JSON in UTF-16', '/p/openai-mock/odd', wide(`{"a":"${secret}"}`), 'uninspectable_body'],
    ['JSON behind a mark of the byte order', '/p/openai-mock/odd', `\uFEFF{"a":"${secret}"}`, 'uninspectable_body'],
    [
      'half a character',
      '/p/openai-mock/odd',
      Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from(`${secret}"}`)]),
      'uninspectable_body',
    ],
    [
      'a text in UTF-16',
      '/p/openai-mock/odd',
      wide(`\uFEFFUse ${secret}.`),
      'guardrail_denied',
      { 'content-type': 'application/octet-stream' },
    ],
    [
      'compressed JSON',
      '/p/openai-mock/odd',
      Buffer.from([0x1f, 0x8b, 8]),
      'invalid_encoding',
      { 'content-encoding': 'gzip' },
    ],
  ]
  it.each(asked.map(([name, path, body, code, headers]) => ({ name, path, body, code, headers })))(
    'do not bring a provider $name',
    async ({ path, body, code, headers }) => {
      const reply = await ask(path, body, { 'content-type': 'application/json', ...headers })
      expect([codeOf(reply), sent()]).toEqual([code, ''])
      expect(reply.text).not.toContain(secret)
      expect((await bed.gateway.control('/api/v1/decisions')).text).not.toContain(secret)
    },
  )

  const media = Buffer.from('89504e470d0a1a0a', 'hex').toString('base64').slice(0, 8) + 'iVBORw0KGgo'.slice(8)
  const results: readonly (readonly [string, object])[] = [
    ['a signature', { signature: `Sent by Ann, ${secret}` }],
    ['a signature of a thought', { thoughtSignature: secret }],
    ['what says that it is encrypted', { encrypted_content: `The key is ${secret}.` }],
    ['data that begins like a picture', { data: `${media}${'A'.repeat(600)} The key is ${secret}.` }],
    ['an address that begins like a picture', { url: `data:image/png;base64,${media}${'A'.repeat(600)}\n${secret}` }],
  ]
  it.each(results)('do not bring it, in the result of a tool, %s', async (_, response) => {
    const parts = [{ functionResponse: { name: 'mail', response } }]
    const reply = await ask('/p/openai-mock/odd', { contents: [{ role: 'user', parts }] })
    expect([codeOf(reply), sent()]).toEqual(['guardrail_denied', ''])
  })
  it.each(results)('do not bring it, in arguments of a tool, %s', async (_, input) => {
    const content = [{ type: 'tool_use', id: 'toolu_1', name: 'mail', input }]
    const reply = await ask('/p/openai-mock/odd', { messages: [{ role: 'assistant', content }] })
    expect([codeOf(reply), sent()]).toEqual(['guardrail_denied', ''])
  })
  it('leave signatures alone that a vendor made', async () => {
    const signature = createHash('sha512').update('a thought').digest('base64')
    const content = [{ type: 'thinking', thinking: 'Hm.', signature }]
    const reply = await ask('/p/openai-mock/odd', { messages: [{ role: 'assistant', content }] })
    expect(reply.status).toBe(200)
  })

  it('are decided on the record, and in a header', async () => {
    const reply = await ask('/p/openai-mock/videos', { prompt: `Use ${secret}` })
    const id = `${reply.headers['x-portcullis-call-id']}:input`
    expect(reply.headers['x-portcullis-decision']).toBe(`deny; id="${id}"`)
    const { decisions } = await bed.gateway.call(reply)
    expect(decisions).toMatchObject([{ guardrail: 'no-keys', id, point: 'input', findings: [{ path: '/prompt' }] }])
  })

  it('reach the provider as they came where nothing is found', async () => {
    const body = '{ "a" : [1.0, "a gate"] }'
    bed.openai.reply(unary({}))
    const reply = await ask('/p/openai-mock/odd?limit=2', body)
    expect([reply.status, bed.openai.requests[0]?.body.toString()]).toEqual([200, body])
    const sound = Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 3, 1, 2, 254])
    bed.openai.reply(unary({}))
    expect((await ask('/p/openai-mock/odd', sound, { 'content-type': 'application/octet-stream' })).status).toBe(200)
    expect(bed.openai.requests[1]?.body).toEqual(sound)
  })

  it('reach it as they were read where others may read them in another way', async () => {
    const reply = await ask('/p/openai-mock/odd', `{"a":"${secret}","a":"b"}`)
    expect([reply.status, bed.openai.requests[0]?.body.toString()]).toEqual([200, '{"a":"b"}'])
  })

  it.each([
    ['JSON', 'application/json', JSON.stringify({ data: [{ text: secret }] })],
    ['lines', 'application/x-ndjson', `{"a":1}\n{"text":"${secret}"}\n`],
    [
      'a list of pieces',
      'application/json',
      JSON.stringify(cut(secret, 5).map((text) => ({ candidates: [{ content: { parts: [{ text }] } }] }))),
    ],
    [
      'lines of pieces',
      'application/x-ndjson',
      cut(secret, 3)
        .map((content) => `{"message":{"content":"${content}"}}\n`)
        .join(''),
    ],
    ['text', 'text/plain', `The key is ${secret}.`],
  ])('get no answer with what is found in %s', async (_name, type, body) => {
    bed.openai.reply(unary(body, { headers: { 'content-type': type } }))
    const reply = await ask('/p/openai-mock/odd', undefined, {}, 'GET').catch(() => undefined)
    expect(reply?.text ?? '').not.toContain(secret.slice(8))
    const calls = await bed.gateway.control('/api/v1/calls?limit=1')
    expect(calls.json.data[0].errorCode).toBe('guardrail_denied')
  })

  it('have their streams cut off, with a word why', async () => {
    const live = liveStream()
    bed.openai.reply(live.reply)
    const opening = bed.gateway.stream('/p/openai-mock/chat/completions', { stream: true, messages: [] })
    await live.send(chunk('The key that you have asked for '))
    void live.send(chunk('is this one, so here it comes: '))
    const reading = await opening
    await reading.until('The key that')
    for (const piece of cut(`${secret} as you know. `, 3)) void live.send(chunk(piece))
    const text = (await reading.whole()).toString()
    expect(text).not.toContain('AKIA')
    expect(text).toContain('guardrail_denied')
    expect(await bed.openai.requests[0]?.ended).toBe('aborted')
  })
})

describe('raw requests under a guardrail that redacts', () => {
  beforeAll(() => start([guardrail({ action: 'redact', redaction: 'token' })]))
  afterAll(() => bed.close())

  it('go on without what is found, which comes back in the answer', async () => {
    bed.openai.reply(unary({ text: 'It is <AWS_ACCESS_KEY_1>.' }))
    const reply = await ask('/p/openai-mock/odd', { list: [{ prompt: `Use ${secret}.` }] })
    expect(sent()).toContain('Use <AWS_ACCESS_KEY_1>.')
    expect(sent()).not.toContain(secret)
    expect(reply.json).toEqual({ text: `It is ${secret}.` })
    expect(reply.headers['x-portcullis-decision']).toMatch(/^redact; id=/)
    expect(JSON.stringify(await bed.gateway.call(reply))).not.toContain(secret)
  })

  it('are refused where nothing can be written anew', async () => {
    for (const [path, body] of [
      [`/p/openai-mock/a?b=${secret}`, {}],
      ['/p/openai-mock/a', { [secret]: 1 }],
    ] as const)
      expect(codeOf(await ask(path, body))).toBe('guardrail_denied')
    expect(sent()).toBe('')
  })

  it.each([1, 2, 7, 200])('have it taken out of a stream in pieces of %d characters', async (size) => {
    const said = `Yes: ${secret}, and again ${secret} at the end ${secret}`
    bed.openai.reply(stream([...cut(said, size).map((piece) => chunk(piece)), 'data: [DONE]\n\n']))
    const reply = await ask('/p/openai-mock/chat/completions', { stream: true })
    expect(chatText(reply.text)).toBe(said.replaceAll(secret, '<AWS_ACCESS_KEY_1>'))
    expect(reply.text).toContain('[DONE]')
  })

  it.each([
    [
      'lines',
      'application/jsonl',
      (text: string) => `{"custom_id":"a","text":"x"}\n{"custom_id":"b","text":"${text}"}\n`,
    ],
    ['text', 'text/plain', (text: string) => `Straße: ${text}\nend\n`],
    ['a file without a name', 'application/octet-stream', (text: string) => `a;b;é\n1;${text};2\n`],
  ])('have it taken out of %s that come in any pieces', async (_name, type, write) => {
    const bytes = Buffer.from(write(secret))
    const pieces = Array.from({ length: bytes.length }, (_, index) => bytes.subarray(index, index + 1))
    bed.openai.reply(stream(pieces, { headers: { 'content-type': type } }))
    const reply = await ask('/p/openai-mock/files/f1/content', undefined, {}, 'GET')
    expect(reply.text).toBe(write('<AWS_ACCESS_KEY_1>'))
  })

  it('have nothing of it left in what says an answer again', async () => {
    const tokens = cut(secret, 4).map((token) => ({ token, logprob: -1, bytes: [...Buffer.from(token)] }))
    bed.openai.reply(unary({ choices: [{ message: { content: secret }, logprobs: { content: tokens } }] }))
    const reply = await ask('/p/openai-mock/chat/completions', {})
    expect(reply.json).toEqual({ choices: [{ message: { content: '<AWS_ACCESS_KEY_1>' }, logprobs: null }] })
  })

  it.each([
    [
      'Anthropic',
      (json: string) => ({
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'input_json_delta', partial_json: json },
      }),
    ],
    ['Responses', (delta: string) => ({ type: 'response.function_call_arguments.delta', output_index: 0, delta })],
    [
      'Responses, own form',
      (delta: string) => ({ type: 'response.custom_tool_call_input.delta', output_index: 0, delta }),
    ],
  ])('know arguments of tools in a stream of events of %s', async (_name, event) => {
    const said = `{"note": "Use ${secret} today"}`
    bed.openai.reply(stream(cut(said, 5).map((text) => `data: ${JSON.stringify(event(text))}\n\n`)))
    const reply = await ask('/p/openai-mock/odd', { stream: true })
    expect(reply.text).not.toContain(secret.slice(0, 8))
    expect(await bed.gateway.call(reply)).toMatchObject({ decisions: [{ point: 'tool-call' }] })
  })

  it('pass sound on as it comes', async () => {
    const bytes = Buffer.from([0x49, 0x44, 0x33, 0, 1, 2, 254, 0, 9, 255])
    bed.openai.reply(stream([bytes], { headers: { 'content-type': 'audio/mpeg' } }))
    expect((await ask('/p/openai-mock/audio/speech', {})).body).toEqual(bytes)
  })
})
