import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { docx, paragraph, pdf, zip } from './support/documents.ts'
import { png } from './support/images.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const images = { max: 2, maxBytes: 1000, maxPixels: 10_000, callers: [{ keys: ['free'] }] }
const free = 'pk-test-free-0123456789abcdefghijklmnop'

let bed: Testbed
beforeAll(async () => {
  const config = { inspection: { preset: 'off', images, timeoutMs: 60_000 } }
  bed = await startTestbed({ keys: [{ id: 'free', key: free }], config })
})
afterEach(() => bed.reset())
afterAll(() => bed.close())

const picture = (width: number, height: number, data = 'x') =>
  `<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /Length ${data.length} >>\nstream\n${data}\nendstream`
const scan = (...sizes: readonly (readonly [number, number])[]) =>
  pdf('', { objects: sizes.map(([width, height]) => picture(width, height)) })
const text = (...sizes: readonly (readonly [number, number])[]) =>
  docx(
    paragraph('Look.'),
    sizes.map(([width, height], index) => ({ name: `word/media/image${index}.png`, content: png(width, height) })),
  )
const slides = (...sizes: readonly (readonly [number, number])[]) =>
  zip(sizes.map(([width, height], index) => ({ name: `ppt/media/image${index}.png`, content: png(width, height) })))

type Asked = readonly [path: string, body: (bytes: Buffer) => object | Buffer, headers?: Record<string, string>]
const base64 = (bytes: Buffer) => bytes.toString('base64')
const asked: readonly (readonly [string, Asked])[] = [
  [
    'OpenAI',
    [
      '/v1/chat/completions',
      (bytes) => ({
        model: 'fast',
        messages: [
          {
            role: 'user',
            content: [
              { type: 'file', file: { filename: 'a', file_data: `data:application/pdf;base64,${base64(bytes)}` } },
            ],
          },
        ],
      }),
    ],
  ],
  [
    'Anthropic',
    [
      '/v1/messages',
      (bytes) => ({
        model: 'clever',
        max_tokens: 9,
        messages: [
          {
            role: 'user',
            content: [
              { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: base64(bytes) } },
            ],
          },
        ],
      }),
    ],
  ],
  [
    'Gemini',
    [
      '/v1beta/models/fast:generateContent',
      (bytes) => ({
        contents: [{ role: 'user', parts: [{ inlineData: { mimeType: 'application/pdf', data: base64(bytes) } }] }],
      }),
    ],
  ],
  ['a raw request', ['/p/openai-mock/odd', (bytes) => ({ anything: { whatever: base64(bytes) } })]],
  ['a raw body', ['/p/openai-mock/odd', (bytes) => bytes, { 'content-type': 'application/octet-stream' }]],
]

const refusal = async ([path, body, headers = {}]: Asked, bytes: Buffer, more: Record<string, string> = {}) => {
  const reply = await bed.gateway.post(path, body(bytes), { headers: { ...headers, ...more } })
  const isRefused = reply.headers['x-portcullis-error'] === 'image_over_limit'
  expect(bed.openai.requests.length + bed.anthropic.requests.length === 0).toBe(isRefused)
  bed.reset()
  return isRefused ? /(?:The|Image) [^"\\]*/.exec(reply.text.replace(/^.*"message":"/s, ''))?.[0] : undefined
}

it.each(asked)('pictures of files count, in the words of %s', async (_name, dialect) => {
  for (const make of [scan, text, slides]) {
    expect(await refusal(dialect, make([100, 100], [10, 10]))).toBeUndefined()
    expect(await refusal(dialect, make([10, 10], [10, 10], [10, 10]))).toContain('holds 3 images')
    expect(await refusal(dialect, make([10, 10], [101, 100]))).toContain('Image 2 has 101 × 100 pixels')
    expect(await refusal(dialect, make([10, 10], [101, 100]), { authorization: `Bearer ${free}` })).toBeUndefined()
  }
  const heavy = docx('', [{ name: 'word/media/a.png', content: Buffer.concat([png(9, 9), Buffer.alloc(1000)]) }])
  expect(await refusal(dialect, heavy)).toContain('bytes, and this gateway takes at most 1000')
})

it('pictures of files count with the others of a request', async () => {
  const chat: Asked = [
    '/v1/chat/completions',
    (bytes) => ({
      model: 'fast',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: 'https://pictures.example/cat.png' } },
            { type: 'file', file: { filename: 'a', file_data: base64(text([9, 9])) } },
            { type: 'file', file: { filename: 'b', file_data: base64(bytes) } },
          ],
        },
      ],
    }),
  ]
  expect(await refusal(chat, text())).toBeUndefined()
  expect(await refusal(chat, scan([9, 9]))).toContain('holds 3 images')
})

it('pictures of files in a raw form count', async () => {
  const send = async (bytes: Buffer) => {
    const form = new FormData()
    form.set('file', new Blob([new Uint8Array(bytes)]), 'a.pdf')
    const headers = { authorization: `Bearer ${bed.gateway.key}` }
    const response = await fetch(`${bed.gateway.url}/p/openai-mock/odd`, { method: 'POST', headers, body: form })
    await response.arrayBuffer()
    return response.headers.get('x-portcullis-error')
  }
  expect(await send(scan([9, 9]))).not.toBe('image_over_limit')
  expect(await send(scan([9, 9], [9, 9], [9, 9]))).toBe('image_over_limit')
})

it.each<[string, () => Buffer]>([
  ['encrypted', () => docx('', [{ name: 'word/media/a.png', content: png(9, 9), flags: 1 }])],
  ['cut', () => text([9, 9]).subarray(0, 300)],
  ['a bomb', () => docx('', [{ name: 'word/media/a.png', content: Buffer.alloc(90 << 20) }])],
])('what is %s is refused, as nobody can count what is in it', async (_name, make) => {
  const [, chat] = asked[0] ?? []
  if (chat === undefined) throw new Error('There is no dialect.')
  expect(await refusal(chat, make())).toContain('cannot be counted')
  expect(await refusal(chat, make(), { authorization: `Bearer ${free}` })).toBeUndefined()
})

it('what cannot be counted passes where that was chosen', async () => {
  const lenient = await startTestbed({ config: { inspection: { preset: 'off', images, unreadable: 'allow' } } })
  const body = { data: base64(docx('', [{ name: 'word/media/a.png', content: png(9, 9), flags: 1 }])) }
  expect((await lenient.gateway.post('/p/openai-mock/odd', body)).headers['x-portcullis-error']).not.toBe(
    'image_over_limit',
  )
  await lenient.close()
})
