import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { awsEventStream } from '../src/core/wire/aws-event-stream.ts'
import type { Json } from './support/client.ts'
import {
  chunk,
  cuts,
  dataOf,
  guardrail,
  joinDeltas,
  manners,
  mask,
  numbered,
  partOf,
  responseEvents,
  responseOf,
  secret,
  sse,
} from './support/cut-blocks.ts'
import { liveStream, stream, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
const start = async (guardrails: readonly object[], more: object = {}): Promise<void> => {
  bed = await startTestbed({ config: { guardrails, inspection: { preset: 'off' }, ...more } })
}
afterEach(() => bed.reset())

describe('what is cut by the end of a block, under a guardrail that redacts', () => {
  beforeAll(() => start([guardrail({ action: 'redact' })]))
  afterAll(() => bed.close())

  const each = manners.flatMap((manner) =>
    cuts.map((blocks) => ({ ...manner, blocks, cut: blocks.map((text) => text.length).join('+') })),
  )

  it.each(each)('is taken out of a whole answer: $name, $cut', async ({ whole, joinWhole, blocks }) => {
    bed.openai.reply(unary(whole(blocks)))
    const reply = await bed.gateway.post('/p/openai-mock/odd', {})
    expect(joinWhole(reply.json)).toBe(`So: ${mask} it is.`)
    const call = await bed.gateway.call(reply)
    expect(call.decisions).toMatchObject([
      { point: 'output', action: 'redact', findings: [{ rule: 'aws-access-key' }] },
    ])
    expect(joinWhole(JSON.parse(call.output.raw))).toBe(`So: ${mask} it is.`)
  })

  it.each(each)('is taken out of a stream: $name, $cut', async ({ events, joinEvents, blocks }) => {
    bed.openai.reply(stream(sse(events(numbered(blocks)))))
    const reply = await bed.gateway.post('/p/openai-mock/odd', { stream: true })
    expect(joinEvents(dataOf(reply.text))).toBe(`So: ${mask} it is.`)
    expect((await bed.gateway.call(reply)).decisions).toMatchObject([{ point: 'output', action: 'redact' }])
  })

  it.each(each)('is taken out of a list of events: $name, $cut', async ({ events, joinEvents, blocks }) => {
    bed.openai.reply(unary(events(numbered(blocks))))
    const reply = await bed.gateway.post('/p/openai-mock/odd', {})
    expect(joinEvents(reply.json)).toBe(`So: ${mask} it is.`)
  })

  it('is taken out of binary events', async () => {
    const writer = awsEventStream.writer()
    const pieces = numbered(cuts[3] ?? []).map(([contentBlockIndex, text]) =>
      Buffer.from(
        writer.write({ event: 'contentBlockDelta', data: JSON.stringify({ contentBlockIndex, delta: { text } }) }),
      ),
    )
    bed.openai.reply(stream(pieces, { headers: { 'content-type': 'application/vnd.amazon.eventstream' } }))
    const reply = await bed.gateway.post('/p/openai-mock/odd', { stream: true })
    const texts = awsEventStream.parse(reply.body).map(({ data }) => JSON.parse(data).delta?.text ?? '')
    expect(texts.join('')).toBe(`So: ${mask} it is.`)
  })

  it.each(cuts.map((blocks) => ({ blocks })))(
    'is taken out where dialects are translated: $blocks',
    async ({ blocks }) => {
      const claude = manners[1]
      if (claude === undefined) throw new Error('There is no such manner.')
      const question = { model: 'clever', messages: [{ role: 'user', content: 'Hi' }] }
      bed.anthropic.reply(unary(claude.whole(blocks)))
      const whole = await bed.gateway.post('/v1/chat/completions', question)
      expect(whole.json.choices[0].message.content).toBe(`So: ${mask} it is.`)
      bed.anthropic.reply(stream(sse(claude.events(numbered(blocks)))))
      const chat = await bed.gateway.post('/v1/chat/completions', { ...question, stream: true })
      expect(
        dataOf(chat.text)
          .map((event) => event.choices?.[0]?.delta.content ?? '')
          .join(''),
      ).toBe(`So: ${mask} it is.`)
      bed.anthropic.reply(stream(sse(claude.events(numbered(blocks)))))
      const same = await bed.gateway.post('/v1/messages', { ...question, max_tokens: 9, stream: true })
      expect(claude.joinEvents(dataOf(same.text))).toBe(`So: ${mask} it is.`)
      bed.anthropic.reply(stream(sse(claude.events(numbered(blocks)))))
      const responses = await bed.gateway.post('/v1/responses', { model: 'clever', input: 'Hi', stream: true })
      expect(joinDeltas(dataOf(responses.text).filter(({ type }) => type === 'response.output_text.delta'))).toBe(
        `So: ${mask} it is.`,
      )
      expect(JSON.stringify(dataOf(responses.text).at(-1))).not.toContain(secret.slice(1, 9))
    },
  )

  it('is not found anew where it ends a block, and another word begins the next', async () => {
    const blocks = [`It is ${secret}`, ' as you know.']
    for (const { whole, joinWhole, events, joinEvents } of manners) {
      bed.openai.reply(unary(whole(blocks)))
      const reply = await bed.gateway.post('/p/openai-mock/odd', {})
      expect(joinWhole(reply.json)).toBe(`It is ${mask} as you know.`)
      bed.openai.reply(stream(sse(events(numbered(blocks)))))
      const streamed = await bed.gateway.post('/p/openai-mock/odd', { stream: true })
      expect(joinEvents(dataOf(streamed.text))).toBe(`It is ${mask} as you know.`)
    }
  })

  it('takes no plain word of the next block with it where it may be longer', async () => {
    const blocks = ['The password: tr0ub4dor&3x', 'Then sign in.']
    for (const { whole, joinWhole, events, joinEvents } of manners) {
      bed.openai.reply(unary(whole(blocks)))
      const reply = await bed.gateway.post('/p/openai-mock/odd', {})
      expect(joinWhole(reply.json)).toBe('The password: [PASSWORD]Then sign in.')
      bed.openai.reply(stream(sse(events(numbered(blocks)))))
      const streamed = await bed.gateway.post('/p/openai-mock/odd', { stream: true })
      expect(joinEvents(dataOf(streamed.text))).toBe('The password: [PASSWORD]Then sign in.')
    }
  })

  it('takes the rest of a word with it that is none', async () => {
    const blocks = ['The password: tr0ub4dor&3x', 'Qk7zzz sign in.']
    for (const { whole, joinWhole, events, joinEvents } of manners) {
      bed.openai.reply(unary(whole(blocks)))
      const reply = await bed.gateway.post('/p/openai-mock/odd', {})
      expect(joinWhole(reply.json)).toBe('The password: [PASSWORD] sign in.')
      bed.openai.reply(stream(sse(events(numbered(blocks)))))
      const streamed = await bed.gateway.post('/p/openai-mock/odd', { stream: true })
      expect(joinEvents(dataOf(streamed.text))).toBe('The password: [PASSWORD] sign in.')
    }
  })

  it('is found in a block of its own, whatever it is joined with', async () => {
    const blocks = ['The word', `${secret}`, 'ends']
    for (const { whole, joinWhole, events, joinEvents } of manners) {
      bed.openai.reply(unary(whole(blocks)))
      const reply = await bed.gateway.post('/p/openai-mock/odd', {})
      expect(joinWhole(reply.json)).not.toContain(secret)
      bed.openai.reply(stream(sse(events(numbered(blocks)))))
      const streamed = await bed.gateway.post('/p/openai-mock/odd', { stream: true })
      expect(joinEvents(dataOf(streamed.text))).not.toContain(secret)
    }
  })

  it('is left where it is in several answers', async () => {
    const choices = [0, 1].map((index) => ({
      index,
      message: { role: 'assistant', content: index === 0 ? secret.slice(0, 9) : secret.slice(9) },
    }))
    bed.openai.reply(unary({ choices }))
    expect((await bed.gateway.post('/p/openai-mock/odd', {})).json).toEqual({ choices })
    const events = choices.map(({ index, message }) => ({ choices: [{ index, delta: { content: message.content } }] }))
    bed.openai.reply(stream(sse(events)))
    const reply = await bed.gateway.post('/p/openai-mock/odd', { stream: true, n: 2 })
    expect(dataOf(reply.text)).toEqual(events)
  })

  it('is found beside blocks of other kinds', async () => {
    const [one, two] = [`So: ${secret.slice(0, 9)}`, `${secret.slice(9)} it is.`]
    const others: readonly object[] = [
      { type: 'thinking', thinking: 'Hm.', signature: 'abc' },
      { type: 'tool_use', id: 't1', name: 'f', input: { a: 'b' } },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo' } },
      { type: 'web_search_tool_result', tool_use_id: 's1', content: [{ type: 'text', text: 'Found it.' }] },
      { type: 'text', text: '' },
      { type: 'note', text: 'Hm.' },
    ]
    for (const other of [...others.map((one) => [one]), others]) {
      bed.openai.reply(unary({ content: [{ type: 'text', text: one }, ...other, { type: 'text', text: two }] }))
      const { json } = await bed.gateway.post('/p/openai-mock/odd', {})
      expect([json.content[0].text, json.content.at(-1).text]).toEqual([`So: ${mask}`, ' it is.'])
      expect(json.content.slice(1, -1)).toEqual(other)
    }
  })

  it.each<readonly [string, readonly object[], (value: Json) => string | undefined]>([
    [
      'fields that nobody reads',
      [
        { type: 'text', text: `So: ${secret.slice(0, 9)}`, content: 'Hm.' },
        { type: 'text', content: 'Hm.' },
        { type: 'text', text: `${secret.slice(9)} it is.` },
      ],
      (block) => block.text,
    ],
    [
      'blocks that nobody reads',
      [
        { type: 'text', text: `So: ${secret.slice(0, 9)}` },
        { type: 'text', parts: [{ text: 'Hm.' }] },
        { type: 'note', text: 'Hm.' },
        { type: 'text', text: `${secret.slice(9)} it is.` },
      ],
      (block) => (block.type === 'text' ? block.text : undefined),
    ],
    [
      'types that nobody reads',
      [
        { type: 'one', text: `So: ${secret.slice(0, 9)}` },
        { type: 'other', role: 'user', text: `${secret.slice(9)} it is.` },
      ],
      (block) => block.text,
    ],
  ])('is found beside %s', async (_name, blocks, read) => {
    const join = (all: readonly Json[]) => all.map((block) => read(block) ?? '').join('')
    bed.openai.reply(unary({ content: blocks }))
    const { json } = await bed.gateway.post('/p/openai-mock/odd', {})
    expect(join(json.content)).toBe(`So: ${mask} it is.`)
    const events = blocks.map((delta, index) => ({ type: 'content_block_delta', index, delta }))
    bed.openai.reply(stream(sse(events)))
    const { text } = await bed.gateway.post('/p/openai-mock/odd', { stream: true })
    expect(join(dataOf(text).map((event) => event.delta))).toBe(`So: ${mask} it is.`)
  })

  it.each([
    [
      'reasoning',
      (text: string, index: number) => ({
        type: 'content_block_delta',
        index,
        delta: { type: 'thinking_delta', thinking: text },
      }),
      (event: Json) => event.delta.thinking,
    ],
    [
      'the summary of reasoning',
      (delta: string, summary_index: number) => ({
        type: 'response.reasoning_summary_text.delta',
        output_index: 0,
        summary_index,
        delta,
      }),
      (event: Json) => event.delta,
    ],
    [
      'a refusal',
      (delta: string, content_index: number) => ({
        type: 'response.refusal.delta',
        output_index: 0,
        content_index,
        delta,
      }),
      (event: Json) => event.delta,
    ],
    [
      'thoughts of Gemini',
      (text: string, index: number) => ({
        candidates: [
          { content: { parts: index === 0 ? [{ text, thought: true }] : [{ text: 'x' }, { text, thought: true }] } },
        ],
      }),
      (event: Json) => event.candidates[0].content.parts.at(-1).text,
    ],
    [
      'reasoning of Converse',
      (text: string, contentBlockIndex: number) => ({ contentBlockIndex, delta: { reasoningContent: { text } } }),
      (event: Json) => event.delta.reasoningContent.text,
    ],
  ] as const)('is taken out of %s', async (_name, event, read) => {
    const blocks = [`So: ${secret.slice(0, 9)}`, `${secret.slice(9)} it is.`]
    bed.openai.reply(stream(sse(blocks.map((text, index): object => event(text, index)))))
    const reply = await bed.gateway.post('/p/openai-mock/odd', { stream: true })
    expect(dataOf(reply.text).map(read).join('')).toBe(`So: ${mask} it is.`)
  })

  it.each([
    [
      'a block and what is added to it',
      [
        { type: 'content_block_start', index: 0, content_block: { type: 'text', text: `So: ${secret.slice(0, 9)}` } },
        { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: `${secret.slice(9)} it is.` } },
      ],
      manners[1]?.joinEvents,
    ],
    [
      'a part and what is added to it',
      [
        {
          type: 'response.content_part.added',
          output_index: 0,
          content_index: 0,
          part: partOf(`So: ${secret.slice(0, 9)}`),
        },
        { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: `${secret.slice(9)} it is.` },
      ],
      (events: readonly Json[]) => events.map((event) => event.part?.text ?? event.delta).join(''),
    ],
    [
      'a call of a tool and what is added to it',
      [
        {
          type: 'response.output_item.added',
          output_index: 0,
          item: { type: 'function_call', name: 'f', arguments: `So: ${secret.slice(0, 9)}` },
        },
        { type: 'response.function_call_arguments.delta', output_index: 0, delta: `${secret.slice(9)} it is.` },
      ],
      (events: readonly Json[]) => events.map((event) => event.item?.arguments ?? event.delta).join(''),
    ],
    [
      'a text and a list of parts',
      [
        chunk({ content: `So: ${secret.slice(0, 9)}` }),
        chunk({ content: [{ type: 'text', text: `${secret.slice(9)} it is.` }] }),
      ],
      (events: readonly Json[]) =>
        events
          .map((event) => event.choices[0].delta.content)
          .map((one) => one[0].text ?? one)
          .join(''),
    ],
  ] as const)('is taken out of %s', async (_name, events, join) => {
    bed.openai.reply(stream(sse(events)))
    const reply = await bed.gateway.post('/p/openai-mock/odd', { stream: true })
    expect(join?.(dataOf(reply.text))).toBe(`So: ${mask} it is.`)
  })

  it('is taken out of what says all of it again', async () => {
    const blocks = [`So: ${secret.slice(0, 9)}`, `${secret.slice(9)} it is.`]
    const events = [
      ...responseEvents(blocks.map((text, output_index) => ({ output_index, content_index: 0, text }))),
      ...blocks.map((text, output_index) => ({
        type: 'response.output_text.done',
        output_index,
        content_index: 0,
        text,
      })),
      ...blocks.map((text, output_index) => ({
        type: 'response.output_item.done',
        output_index,
        item: { id: `i${output_index}`, type: 'message', role: 'assistant', content: [partOf(text)] },
      })),
      { type: 'response.completed', response: responseOf(blocks.map((text) => [text])) },
    ]
    bed.openai.reply(stream(sse(events)))
    const reply = await bed.gateway.post('/v1/responses', { model: 'fast', stream: true, input: 'Hi' })
    expect(reply.text.match(/\[AWS_ACCESS_KEY\]/g)).toHaveLength(4)
    expect(reply.text).not.toContain(secret.slice(0, 9))
    expect(reply.text).not.toContain(secret.slice(9))
  })

  it('refuses a stream whose client has the beginning already, as something else came between', async () => {
    const live = liveStream()
    bed.openai.reply(live.reply)
    const opening = bed.gateway.stream('/p/openai-mock/odd', { stream: true })
    const [claude] = manners.slice(1)
    const [before] = sse(claude?.events([[0, `So: ${secret.slice(0, 9)}`]]).slice(2, 3) ?? [])
    await live.send(before ?? '')
    void live.send(
      sse([{ type: 'content_block_delta', index: 1, delta: { type: 'thinking_delta', thinking: 'Hm. ' } }]).join(''),
    )
    const reading = await opening
    await reading.until('Hm.')
    void live.send(
      sse([
        { type: 'content_block_delta', index: 2, delta: { type: 'text_delta', text: `${secret.slice(9)} it is. ` } },
      ]).join(''),
    )
    const text = (await reading.whole()).toString()
    expect(text).toContain('guardrail_denied')
    expect(text).not.toContain(secret.slice(9))
    expect(await bed.openai.requests[0]?.ended).toBe('aborted')
  })

  it('goes on where what begins before something else was taken out itself', async () => {
    const events = [
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: `So: ${secret}` } },
      { type: 'content_block_delta', index: 1, delta: { type: 'thinking_delta', thinking: 'Hm.' } },
      { type: 'content_block_delta', index: 2, delta: { type: 'text_delta', text: 'Then it is. ' } },
    ]
    bed.openai.reply(stream(sse(events)))
    const reply = await bed.gateway.post('/p/openai-mock/odd', { stream: true })
    expect(reply.text).not.toContain('guardrail_denied')
    expect(
      dataOf(reply.text)
        .map((event) => event.delta.text ?? '')
        .join(''),
    ).toContain(`So: ${mask}`)
  })
})
