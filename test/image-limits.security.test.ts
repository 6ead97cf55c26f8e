import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startTestGateway } from './support/gateway.ts'
import { gif, jpeg, png, webp } from './support/images.ts'
import { queue, startMockRealtime } from './support/mock-realtime.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const images = { max: 2, maxBytes: 1000, maxPixels: 10_000 }
const small = png(100, 100)
const wide = png(101, 100)
const heavy = Buffer.concat([small, Buffer.alloc(1000)])
const address = 'https://pictures.example/cat.png'
const dataUrl = (bytes: Buffer, mime = 'image/png') => `data:${mime};base64,${bytes.toString('base64')}`

type Held = Buffer | 'address'
type Dialect = readonly [path: string, body: (held: readonly Held[]) => object]

/** A body with pictures, in the words of each dialect. */
const dialects: Readonly<Record<string, Dialect>> = {
  'OpenAI chat': [
    '/v1/chat/completions',
    (held) => {
      const urls = held.map((one) => (one === 'address' ? address : dataUrl(one)))
      const content = urls.map((url) => ({ type: 'image_url', image_url: { url } }))
      return { model: 'fast', messages: [{ role: 'user', content }] }
    },
  ],
  'OpenAI responses': [
    '/v1/responses',
    (held) => {
      const urls = held.map((one) => (one === 'address' ? address : dataUrl(one)))
      const content = urls.map((image_url) => ({ type: 'input_image', image_url, detail: 'low' }))
      return { model: 'fast', input: [{ role: 'user', content }] }
    },
  ],
  Anthropic: [
    '/v1/messages',
    (held) => {
      const sources = held.map((one) =>
        one === 'address'
          ? { type: 'url', url: address }
          : { type: 'base64', media_type: 'image/png', data: one.toString('base64') },
      )
      const content = sources.map((source) => ({ type: 'image', source }))
      const result = { type: 'tool_result', tool_use_id: 't', content }
      const asked = { type: 'tool_use', id: 't', name: 'look', input: { image_url: address, image: 'cat' } }
      return {
        model: 'clever',
        max_tokens: 9,
        messages: [
          { role: 'user', content: 'Look.' },
          { role: 'assistant', content: [asked] },
          { role: 'user', content: [result] },
        ],
      }
    },
  ],
  Gemini: [
    '/v1beta/models/fast:generateContent',
    (held) => {
      const parts = held.map((one) =>
        one === 'address'
          ? { fileData: { mimeType: 'image/png', fileUri: address } }
          : { inlineData: { mimeType: 'image/png', data: one.toString('base64') } },
      )
      return { contents: [{ role: 'user', parts }] }
    },
  ],
  Bedrock: [
    '/model/fast/converse',
    (held) => {
      const sources = held.map((one) =>
        one === 'address' ? { s3Location: { uri: 's3://pictures/cat.png' } } : { bytes: one.toString('base64') },
      )
      return { messages: [{ role: 'user', content: sources.map((source) => ({ image: { format: 'png', source } })) }] }
    },
  ],
  'raw request': [
    '/p/openai-mock/anything',
    (held) => ({ images: held.map((one) => (one === 'address' ? address : one.toString('base64'))) }),
  ],
}

let bed: Testbed
const refusal = async ([path, body]: Dialect, ...held: readonly Held[]) => {
  const reply = await bed.gateway.post(path, body(held))
  const isRefused = reply.headers['x-portcullis-error'] === 'image_over_limit'
  const asked = bed.openai.requests.length + bed.anthropic.requests.length
  expect([isRefused, asked === 0]).toEqual([isRefused, isRefused])
  bed.reset()
  return isRefused ? /(?:The|Image)[^"\\]*\)\./.exec(reply.text)?.[0] : undefined
}

beforeAll(async () => {
  bed = await startTestbed({ config: { inspection: { preset: 'off', images } } })
})
afterEach(() => bed.reset())
afterAll(() => bed.close())

describe.each(Object.entries(dialects))('%s', (_name, dialect) => {
  it('passes within the limits, and is refused in one sentence over each', async () => {
    expect(await refusal(dialect, small, small)).toBeUndefined()
    expect(await refusal(dialect, small, 'address')).toBeUndefined()
    const many = 'The request holds 3 images, and this gateway takes at most 2 (inspection.images.max).'
    expect(await refusal(dialect, small, 'address', small)).toBe(many)
    const large = 'Image 1 has 1033 bytes, and this gateway takes at most 1000 (inspection.images.maxBytes).'
    expect(await refusal(dialect, heavy)).toBe(large)
    const pixels = 'Image 1 has 101 × 100 pixels, and this gateway takes at most 10000 (inspection.images.maxPixels).'
    expect(await refusal(dialect, wide)).toBe(pixels)
  })
})

describe('a picture', () => {
  const chat = dialects['OpenAI chat'] as Dialect
  const withUrl = (url: string): Dialect => [
    chat[0],
    () => ({ model: 'fast', messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }] }),
  ]

  it.each([
    ['JPEG', jpeg(200, 200)],
    ['GIF', gif(200, 200)],
    ['GIF whose frame is larger than its screen', gif(1, 1, { width: 200, height: 200 })],
    ['WebP', webp(200, 200, 'VP8L')],
  ])('is measured by its head: %s', async (_kind, bytes) => {
    expect(await refusal(chat, bytes)).toContain('200 × 200')
  })

  it.each([
    ['of another kind', dataUrl(Buffer.from('\0\0\0\x20ftypheic\0\0\0\0mif1heic', 'latin1'), 'image/heic')],
    ['that is none', dataUrl(Buffer.from('no picture at all'))],
    ['of a drawing', `data:image/svg+xml,${encodeURIComponent('<svg width="9" height="9"/>')}`],
    ['whose Base64 readers take for several things', dataUrl(small).replace('base64,', 'base64,!')],
    ['in a file of another name', dataUrl(wide, 'application/pdf')],
  ])('that nobody can measure, or that hides what it is, is refused: %s', async (_kind, url) => {
    expect(await refusal(withUrl(url))).toMatch(/maxPixels/)
  })

  it('in a field that stands in the body twice is the one that was looked at', async () => {
    const messages = (bytes: Buffer) =>
      JSON.stringify([{ role: 'user', content: [{ type: 'image_url', image_url: { url: dataUrl(bytes) } }] }])
    const body = `{"model":"fast","messages":${messages(wide)},"messages":${messages(small)}}`
    await bed.gateway.post('/v1/chat/completions', Buffer.from(body))
    expect(String(bed.openai.requests[0]?.body)).toContain(small.toString('base64'))
    expect(String(bed.openai.requests[0]?.body)).not.toContain(wide.toString('base64'))
  })

  it('in words, in definitions of tools and in metadata is none', async () => {
    const parameters = { type: 'object', properties: { image_url: { type: 'string', default: address } } }
    const tools = [{ type: 'function', function: { name: 'look', parameters } }]
    const content = `Look at ${address} and ${address} and ${address}.`
    const body = { model: 'fast', tools, metadata: { image: 'cat' }, messages: [{ role: 'user', content }] }
    expect(await refusal(['/v1/chat/completions', () => body])).toBeUndefined()
  })
})

it('a form is held to the same limits as it comes', async () => {
  const sent = async (...files: readonly Buffer[]) => {
    const form = new FormData()
    form.set('model', 'openai-mock/gpt-image-1')
    form.set('prompt', 'Add a hat.')
    for (const file of files) form.append('image[]', new Blob([new Uint8Array(file)], { type: 'image/png' }), 'cat.png')
    const response = await fetch(`${bed.gateway.url}/v1/images/edits`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bed.gateway.key}` },
      body: form,
    })
    const text = await response.text()
    const isRefused = response.headers.get('x-portcullis-error') === 'image_over_limit'
    return isRefused ? /inspection\.images\.\w+/.exec(text)?.[0] : undefined
  }
  expect(await sent(small, small)).toBeUndefined()
  expect(await sent(small, small, small)).toBe('inspection.images.max')
  expect(await sent(heavy)).toBe('inspection.images.maxBytes')
  expect(await sent(wide)).toBe('inspection.images.maxPixels')
  expect(await sent(jpeg(200, 200, [Buffer.alloc(60_000), Buffer.alloc(60_000)]))).toBe('inspection.images.maxPixels')
})

it.each([
  ['of another kind', 'image', Buffer.from('\0\0\0\x0cJXL \r\n\x87\n', 'latin1'), 'image/jxl'],
  ['for a mask', 'mask', Buffer.from('P6 30000 30000 255\n'), 'image/x-portable-pixmap'],
  ['whose name is spelt otherwise', 'Image[]', Buffer.from('<svg width="9"/>'), 'image/svg+xml'],
  ['by its label alone', 'file', Buffer.from('\0\0\0\x0cJXL \r\n\x87\n', 'latin1'), 'image/jxl'],
])('what stands in a form as a picture, and nobody can measure, is refused: %s', async (_what, field, bytes, type) => {
  for (const path of ['/v1/images/edits', '/p/openai-mock/images/edits']) {
    const form = new FormData()
    form.set('model', 'openai-mock/gpt-image-1')
    form.set(field, new Blob([new Uint8Array(bytes)], { type }), 'cat')
    const headers = { authorization: `Bearer ${bed.gateway.key}` }
    const response = await fetch(bed.gateway.url + path, { method: 'POST', headers, body: form })
    expect(await response.text(), path).toContain('inspection.images.maxPixels')
  }
  expect(bed.openai.requests).toEqual([])
})

it.each([
  ['in UTF-16', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le'), 'application/json'],
  ['in UTF-16 without a mark', (text: string) => Buffer.from(text, 'utf16le').swap16(), 'application/json'],
  ['behind a mark', (text: string) => Buffer.from(`\ufeff${text}`), 'application/json'],
  [
    'as a part beside others',
    (text: string) => Buffer.from(`--b\r\ncontent-type: application/json\r\n\r\n${text}\r\n--b--\r\n`),
    'multipart/related; boundary=b',
  ],
  [
    'of two parts',
    () => Buffer.concat([Buffer.from('--b\r\ncontent-type: image/png\r\n\r\n'), wide, Buffer.from('\r\n--b--\r\n')]),
    'multipart/mixed; boundary=b',
  ],
  ['on lines', (text: string) => Buffer.from(`${text}\n${text}\n`), 'application/x-ndjson'],
])('a raw body with a picture is read as its provider may read it: %s', async (_what, encode, type) => {
  const body = encode(JSON.stringify({ image_url: dataUrl(wide) }))
  const headers = { authorization: `Bearer ${bed.gateway.key}`, 'content-type': type }
  const response = await fetch(`${bed.gateway.url}/p/openai-mock/anything`, {
    method: 'POST',
    headers,
    body: new Uint8Array(body),
  })
  expect(await response.text()).toContain('101 × 100')
  expect(bed.openai.requests).toEqual([])
})

it('names of fields in another spelling, which servers in Go take too, hide no picture', async () => {
  const message = { role: 'user', content: 'Look.', Images: [wide.toString('base64')] }
  expect(await refusal(['/api/chat', () => ({ model: 'fast', stream: false, messages: [message] })])).toContain(
    '101 × 100',
  )
  const source = { Type: 'url', Url: address }
  const content = [
    { Type: 'image', Source: source },
    { Type: 'image', Source: source },
    { Type: 'image', Source: source },
  ]
  expect(await refusal(['/p/openai-mock/anything', () => ({ Content: content })])).toContain('3 images')
})

it('a refusal is on record with its code', async () => {
  const [path, body] = dialects['OpenAI chat'] as Dialect
  const reply = await bed.gateway.post(path, body([wide]))
  expect(reply.json.error).toMatchObject({ code: 'image_over_limit', type: 'invalid_request_error' })
  expect(await bed.gateway.call(reply)).toMatchObject({ errorCode: 'image_over_limit', status: 400 })
})

it('a message of a session is refused, and the session goes on', async () => {
  const mock = await startMockRealtime()
  const provider = { id: 'first', provider: 'openai', baseUrl: `${mock.origin}/v1`, apiKey: 'sk-x' }
  const gateway = await startTestGateway({
    config: { providers: [{ ...provider, allowPrivateNetwork: true }], inspection: { preset: 'off', images } },
  })
  const url = `${gateway.url.replace('http', 'ws')}/v1/realtime?model=first/gpt-realtime`
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${gateway.key}` } })
  const answers = queue<string>()
  socket.on('message', (data) => answers.put(String(data)))
  await once(socket, 'open')
  const session = await mock.session()
  const item = (bytes: Buffer): string => {
    const content = [{ type: 'input_image', image_url: dataUrl(bytes) }]
    return JSON.stringify({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } })
  }
  for (const message of [item(wide), item(wide).replaceAll('image', '\\u0069mage')]) {
    socket.send(message)
    expect(JSON.parse(await answers.take())).toMatchObject({ type: 'error', error: { code: 'image_over_limit' } })
  }
  const twice = item(wide).replace('"content":', '"content":[{"type":"input_text","text":"Look."}],"CONTENT":')
  socket.send(twice.replaceAll(dataUrl(wide), dataUrl(small)))
  expect(JSON.parse(await answers.take())).toMatchObject({ type: 'error', error: { code: 'invalid_request' } })
  socket.send(item(small))
  expect(await session.message()).toBe(item(small))
  socket.close()
  await session.closed
  await gateway.close()
  await mock.close()
})
