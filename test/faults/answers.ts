/** Whole answers of the three wire formats that the fleet speaks, each with a mark and usage that no other has. */
export interface Answer {
  readonly account: string
  readonly mark: string
  readonly inputTokens: number
  readonly outputTokens: number
}

export interface Format {
  body(answer: Answer): object
  /** Events before the first content, those with it, and how the stream ends. */
  events(answer: Answer): { readonly head: readonly string[]; readonly rest: readonly string[] }
  readonly errorEvent: string
}

export function formatOf(path: string): Format {
  if (path.includes('/messages')) return messages
  return path.includes('/responses') ? responses : chat
}

export const markPattern = /answer-[a-z]+-\d+/g

const textOf = ({ mark }: Answer): readonly string[] => ['All is ', mark, ' at the gate.']

const chat: Format = {
  body: (answer) => ({
    id: `chatcmpl-${answer.mark}`,
    object: 'chat.completion',
    created: 1_764_576_000,
    model: 'mock',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: textOf(answer).join(''), refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: chatUsage(answer),
  }),
  events: (answer) => {
    const chunk = (choices: readonly object[], usage: object | null = null): string =>
      data({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_764_576_000, model: 'mock', choices, usage })
    const delta = (content: object, finish: string | null = null): string =>
      chunk([{ index: 0, delta: content, finish_reason: finish }])
    return {
      head: [delta({ role: 'assistant', content: '' })],
      rest: [
        ...textOf(answer).map((content) => delta({ content })),
        delta({}, 'stop'),
        chunk([], chatUsage(answer)),
        'data: [DONE]\n\n',
      ],
    }
  },
  errorEvent: data({ error: { message: 'The mock says no.', type: 'server_error', param: null, code: null } }),
}

const responses: Format = {
  body: (answer) => response(answer, 'completed'),
  events: (answer) => {
    const typed = (type: string, fields: object): string => event(type, { type, ...fields })
    const place = { item_id: 'msg_1', output_index: 0, content_index: 0 }
    const text = textOf(answer).join('')
    const early = { ...response(answer, 'in_progress'), output: [], usage: null }
    const [item] = response(answer, 'completed').output
    return {
      head: [
        typed('response.created', { sequence_number: 0, response: early }),
        typed('response.in_progress', { sequence_number: 1, response: early }),
        typed('response.output_item.added', {
          sequence_number: 2,
          output_index: 0,
          item: { id: 'msg_1', type: 'message', status: 'in_progress', role: 'assistant', content: [] },
        }),
        typed('response.content_part.added', {
          sequence_number: 3,
          ...place,
          part: { type: 'output_text', annotations: [], logprobs: [], text: '' },
        }),
      ],
      rest: [
        ...textOf(answer).map((delta, index) =>
          typed('response.output_text.delta', { sequence_number: 4 + index, ...place, delta, logprobs: [] }),
        ),
        typed('response.output_text.done', { sequence_number: 7, ...place, text, logprobs: [] }),
        typed('response.output_item.done', { sequence_number: 8, output_index: 0, item }),
        typed('response.completed', { sequence_number: 9, response: response(answer, 'completed') }),
      ],
    }
  },
  errorEvent: event('error', {
    type: 'error',
    sequence_number: 4,
    code: 'server_error',
    message: 'The mock says no.',
    param: null,
  }),
}

const messages: Format = {
  body: (answer) => ({
    ...message,
    content: [{ type: 'text', text: textOf(answer).join('') }],
    stop_reason: 'end_turn',
    usage: { input_tokens: answer.inputTokens, output_tokens: answer.outputTokens },
  }),
  events: (answer) => {
    const typed = (type: string, fields: object = {}): string => event(type, { type, ...fields })
    return {
      head: [
        typed('message_start', {
          message: { ...message, usage: { input_tokens: answer.inputTokens, output_tokens: 1 } },
        }),
        typed('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
        typed('ping'),
      ],
      rest: [
        ...textOf(answer).map((text) =>
          typed('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
        ),
        typed('content_block_stop', { index: 0 }),
        typed('message_delta', {
          delta: { stop_reason: 'end_turn', stop_sequence: null },
          usage: { output_tokens: answer.outputTokens },
        }),
        typed('message_stop'),
      ],
    }
  },
  errorEvent: event('error', { type: 'error', error: { type: 'overloaded_error', message: 'The mock says no.' } }),
}

const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'mock',
  content: [],
  stop_reason: null,
  stop_sequence: null,
}

function response(answer: Answer, status: string) {
  const { inputTokens, outputTokens } = answer
  return {
    id: 'resp_1',
    object: 'response',
    created_at: 1_764_576_000,
    status,
    error: null,
    incomplete_details: null,
    model: 'mock',
    output: [
      {
        id: 'msg_1',
        type: 'message',
        status: 'completed',
        role: 'assistant',
        content: [{ type: 'output_text', annotations: [], logprobs: [], text: textOf(answer).join('') }],
      },
    ],
    usage: {
      input_tokens: inputTokens,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: outputTokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: inputTokens + outputTokens,
    },
  }
}

function chatUsage({ inputTokens, outputTokens }: Answer): object {
  return { prompt_tokens: inputTokens, completion_tokens: outputTokens, total_tokens: inputTokens + outputTokens }
}

function data(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`
}

function event(name: string, value: object): string {
  return `event: ${name}\n${data(value)}`
}
