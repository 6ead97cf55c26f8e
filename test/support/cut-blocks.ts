/** Answers in blocks, as each dialect has them, whole and as events: what is cut by the end of a block stands in two of them. */
import type { Json, WireReply } from './client.ts'

export const secret = 'AKIAQ3EGTPXVZ5NHWL2M'
export const mask = '[AWS_ACCESS_KEY]'
export const guardrail = (fields: object) => ({ id: 'no-keys', detector: 'secrets', state: 'enforce', ...fields })

export const codeOf = ({ headers }: Pick<WireReply, 'headers'>) => headers['x-portcullis-error']
export const sse = (events: readonly object[]) =>
  events.map((event) => {
    const { type } = event as { type?: string }
    return `${type === undefined ? '' : `event: ${type}\n`}data: ${JSON.stringify(event)}\n\n`
  })
export const dataOf = (text: string): Json[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)))

/** What a hostile provider makes of a text, and what a client makes of that. */
export interface Manner {
  readonly name: string
  /** Blocks in their order. */
  whole(blocks: readonly string[]): object
  joinWhole(reply: Json): string
  /** One event for each text of a block. */
  events(pieces: readonly (readonly [block: number, text: string])[]): readonly object[]
  joinEvents(events: readonly Json[]): string
}

export const chunk = (delta: object) => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'gpt-5-mini',
  choices: [{ index: 0, delta, finish_reason: null }],
})
export const partOf = (text: string) => ({ type: 'output_text', text, annotations: [] })

export const manners: readonly Manner[] = [
  {
    name: 'Chat Completions',
    whole: (blocks) => ({
      id: 'c',
      object: 'chat.completion',
      created: 1,
      model: 'gpt-5-mini',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: blocks.map((text) => ({ type: 'text', text })) },
          finish_reason: 'stop',
        },
      ],
    }),
    joinWhole: (reply) => reply.choices[0].message.content.map((part: Json) => part.text).join(''),
    events: (pieces) => pieces.map(([block, text]) => chunk({ content: [{ type: 'text', index: block, text }] })),
    joinEvents: (events) => events.map((event) => event.choices?.[0]?.delta.content?.[0]?.text ?? '').join(''),
  },
  {
    name: 'Messages',
    whole: (blocks) => ({
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-5',
      content: blocks.map((text) => ({ type: 'text', text })),
      stop_reason: 'end_turn',
      usage: { input_tokens: 1, output_tokens: 1 },
    }),
    joinWhole: (reply) => reply.content.map((part: Json) => part.text ?? '').join(''),
    events: (pieces) => [
      {
        type: 'message_start',
        message: {
          id: 'm',
          type: 'message',
          role: 'assistant',
          model: 'claude-sonnet-4-5',
          content: [],
          usage: { input_tokens: 1, output_tokens: 1 },
        },
      },
      ...pieces.flatMap(([index, text], at) => [
        ...(pieces.findIndex(([one]) => one === index) === at
          ? [{ type: 'content_block_start', index, content_block: { type: 'text', text: '' } }]
          : []),
        { type: 'content_block_delta', index, delta: { type: 'text_delta', text } },
        ...(pieces.findLastIndex(([one]) => one === index) === at ? [{ type: 'content_block_stop', index }] : []),
      ]),
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } },
      { type: 'message_stop' },
    ],
    joinEvents: (events) =>
      events
        .filter(({ type }) => type === 'content_block_delta' || type === 'content_block_start')
        .map((event) => event.delta?.text ?? event.content_block?.text ?? '')
        .join(''),
  },
  {
    name: 'Responses: items',
    whole: (blocks) => responseOf(blocks.map((text) => [text])),
    joinWhole: joinOutput,
    events: (pieces) => responseEvents(pieces.map(([item, text]) => ({ output_index: item, content_index: 0, text }))),
    joinEvents: joinDeltas,
  },
  {
    name: 'Responses: parts',
    whole: (blocks) => responseOf([blocks]),
    joinWhole: joinOutput,
    events: (pieces) => responseEvents(pieces.map(([part, text]) => ({ output_index: 0, content_index: part, text }))),
    joinEvents: joinDeltas,
  },
  {
    name: 'Gemini',
    whole: (blocks) => candidates(blocks),
    joinWhole: (reply) => reply.candidates[0].content.parts.map((part: Json) => part.text).join(''),
    events: (pieces) => pieces.map(([, text], at) => (at % 2 === 0 ? candidates([text]) : candidates(['', text]))),
    joinEvents: (events) =>
      events
        .flatMap((event) => event.candidates?.[0]?.content.parts ?? [])
        .map((part: Json) => part.text)
        .join(''),
  },
  {
    name: 'Converse',
    whole: (blocks) => ({
      output: { message: { role: 'assistant', content: blocks.map((text) => ({ text })) } },
      stopReason: 'end_turn',
      usage: { inputTokens: 1, outputTokens: 1 },
    }),
    joinWhole: (reply) => reply.output.message.content.map((part: Json) => part.text).join(''),
    events: (pieces) => pieces.map(([contentBlockIndex, text]) => ({ contentBlockIndex, delta: { text } })),
    joinEvents: (events) => events.map((event) => event.delta?.text ?? '').join(''),
  },
  {
    name: 'Cohere',
    whole: (blocks) => ({
      id: 'c',
      message: { role: 'assistant', content: blocks.map((text) => ({ type: 'text', text })) },
      finish_reason: 'COMPLETE',
    }),
    joinWhole: (reply) => reply.message.content.map((part: Json) => part.text).join(''),
    events: (pieces) =>
      pieces.map(([index, text], at) =>
        at === 0
          ? { type: 'content-start', index, delta: { message: { content: { type: 'text', text } } } }
          : { type: 'content-delta', index, delta: { message: { content: { text } } } },
      ),
    joinEvents: (events) => events.map((event) => event.delta?.message?.content.text ?? '').join(''),
  },
]

function candidates(texts: readonly string[]): object {
  return { candidates: [{ index: 0, content: { role: 'model', parts: texts.map((text) => ({ text })) } }] }
}

export function responseOf(items: readonly (readonly string[])[]): object {
  const output = items.map((texts, index) => ({
    id: `i${index}`,
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: texts.map(partOf),
  }))
  return { id: 'r1', object: 'response', created_at: 1, status: 'completed', model: 'gpt-5-mini', output }
}

function joinOutput(reply: Json): string {
  return reply.output
    .flatMap((item: Json) => item.content)
    .map((part: Json) => part.text)
    .join('')
}

export function responseEvents(
  pieces: readonly { readonly output_index: number; readonly content_index: number; readonly text: string }[],
): readonly object[] {
  return pieces.map(({ text, ...where }) => ({
    type: 'response.output_text.delta',
    item_id: `i${where.output_index}`,
    ...where,
    delta: text,
  }))
}

export function joinDeltas(events: readonly Json[]): string {
  return events.map((event) => event.delta ?? '').join('')
}

/** Each place of the secret, cut in two, and in more. */
export const cuts: readonly (readonly string[])[] = [
  [`So: ${secret.slice(0, 1)}`, `${secret.slice(1)} it is.`],
  [`So: ${secret.slice(0, 9)}`, `${secret.slice(9)} it is.`],
  [`So: ${secret.slice(0, 19)}`, `${secret.slice(19)} it is.`],
  ['So: ', secret.slice(0, 7), secret.slice(7, 14), `${secret.slice(14)} it is.`],
  [`So: ${secret.slice(0, 9)}`, '', `${secret.slice(9)} it is.`],
  ['So: ', ...secret, ' it is.'],
]
export const numbered = (blocks: readonly string[]) => blocks.map((text, index) => [index, text] as const)
