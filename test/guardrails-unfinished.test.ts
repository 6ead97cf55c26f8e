import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { liveStream, stream } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  const guardrails = [
    { id: 'sql', detector: 'database-safety', points: ['tool-call'], state: 'enforce', threshold: 0.8 },
    { id: 'code', detector: 'unsafe-code', points: ['output'], state: 'enforce', threshold: 0.8 },
    { id: 'claims', detector: 'groundedness', points: ['output'], state: 'enforce' },
  ]
  bed = await startTestbed({ config: { guardrails, inspection: { preset: 'off' } } })
})
afterAll(() => bed.close())
afterEach(() => bed.reset())

const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-5-mini', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
const pieces = (text: string, size: number): readonly string[] =>
  text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? []

async function streamed(deltas: readonly object[], messages: readonly object[]) {
  bed.openai.reply(stream([...deltas.map((delta) => chunk(delta)), chunk({}, 'stop'), 'data: [DONE]\n\n']))
  const { text } = await bed.gateway.post('/v1/chat/completions', { model: 'fast', stream: true, messages })
  const events: readonly Json[] = text
    .split('\n')
    .filter((line: string) => line.startsWith('data: {'))
    .map((line: string) => JSON.parse(line.slice(6)))
  return { text, deltas: events.flatMap((event) => event.choices?.[0]?.delta ?? []) }
}

describe('what only looks like a finding until the text goes on', () => {
  const call = (args: string) => ({
    tool_calls: [{ index: 0, id: 't', type: 'function', function: { name: 'sql', arguments: args } }],
  })
  const called = async (query: string, size: number) => {
    const said = await streamed(pieces(JSON.stringify({ query }), size).map(call), [
      { role: 'user', content: 'Clean up.' },
    ])
    const args = said.deltas.map((delta) => delta.tool_calls?.[0]?.function.arguments ?? '').join('')
    return { text: said.text, args }
  }

  it.each([1, 4, 11])('a DELETE before its WHERE has come, %i characters in each event', async (size) => {
    for (const query of [
      'DELETE FROM sessions WHERE id = 7',
      'DELETE FROM sessions\nWHERE id = 7;\nSELECT 1',
      "UPDATE users SET locale = 'de' WHERE id = 4",
    ]) {
      const { text, args } = await called(query, size)
      expect(text).not.toContain('guardrail_denied')
      expect(JSON.parse(args)).toEqual({ query })
    }
  })

  it.each([1, 4, 11])('and that it is one is said at its end, %i characters in each event', async (size) => {
    for (const query of [
      'DELETE FROM sessions',
      'DELETE FROM sessions; SELECT 1',
      'UPDATE users SET is_admin = true',
    ]) {
      const { text, args } = await called(query, size)
      expect(text).toContain('guardrail_denied')
      expect(args).not.toContain('sessions')
      expect(args).not.toContain('is_admin = true')
    }
  })

  it('but for no more blanks than anybody writes: each of them would be held, and read again with all before it', async () => {
    const live = liveStream()
    bed.openai.reply(live.reply)
    const messages = [{ role: 'user', content: 'Clean up.' }]
    const opening = bed.gateway.stream('/v1/chat/completions', { model: 'fast', stream: true, messages })
    await live.send(chunk(call('{"query":"SELECT 1; DELETE FROM sessions')))
    for (let sent = 0; sent < 20; sent++) void live.send(chunk(call(' '.repeat(32))))
    // Without the end, or anything that stands behind.
    await (await opening).until('guardrail_denied')
    await live.end()
  })

  it.each([
    ['is none', ' /', 'tmp/build and go on.'],
    ['is one', ' /', ' and go on.'],
  ])('a command that is cut by the end of a block, and %s', async (how, ...rest) => {
    const event = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`
    const block = (index: number, texts: readonly string[]) => [
      event('content_block_start', { index, content_block: { type: 'text', text: '' } }),
      ...texts.map((text) => event('content_block_delta', { index, delta: { type: 'text_delta', text } })),
      event('content_block_stop', { index }),
    ]
    const message = { id: 'm', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5', content: [] }
    bed.anthropic.reply(
      stream([
        event('message_start', { message: { ...message, usage: { input_tokens: 3, output_tokens: 1 } } }),
        ...block(0, ['Run this:\n\n```sh\n', 'sudo rm -rf']),
        ...block(1, rest),
        event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } }),
        event('message_stop', {}),
      ]),
    )
    const messages = [{ role: 'user', content: 'Clean up.' }]
    const asked = { model: 'clever', stream: true, max_tokens: 9, messages }
    const { text } = await bed.gateway.post('/v1/messages', asked)
    expect(text.includes('guardrail_denied')).toBe(how === 'is one')
    expect(text.includes('go on')).toBe(how === 'is none')
  })

  it('the source that a sentence cites, in the middle of its number', async () => {
    const messages = [
      { role: 'user', content: 'How long is the warranty?' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 't', type: 'function', function: { name: 'find', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 't', content: 'The warranty lasts 24 months from delivery.' },
    ]
    const said = (text: string) =>
      streamed(
        pieces(text, 2).map((content) => ({ content })),
        messages,
      )
    const supported = 'The warranty lasts 24 months from delivery [1]. It begins at delivery.'
    const { text, deltas } = await said(supported)
    expect(text).not.toContain('guardrail_denied')
    expect(deltas.map(({ content }) => content ?? '').join('')).toBe(supported)
    const other = await said('The warranty lasts 36 months from delivery [1]. It begins at delivery.')
    expect(other.text).toContain('guardrail_denied')
    expect(other.deltas.map(({ content }) => content ?? '').join('')).not.toContain('delivery')
  })
})
