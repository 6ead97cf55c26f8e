import type { Json } from './client.ts'

export const secret = 'AKIAQ3EGTPXVZ5NHWL2M'
export const mask = '[AWS_ACCESS_KEY]'
export const sound = 'AAAA'.repeat(100)
export const guardrail = (fields: object) => ({ id: 'no-keys', detector: 'secrets', state: 'enforce', ...fields })

/** Events of a provider in a session. */
export const of = (type: string, more: object = {}) => ({
  type: `response.${type}`,
  event_id: 'event_1',
  response_id: 'resp_1',
  item_id: 'item_1',
  output_index: 0,
  content_index: 0,
  ...more,
})
export const pieces = (type: string, text: string, size = 3, more: object = {}) =>
  (text.match(new RegExp(`.{1,${size}}`, 'gs')) ?? []).map((delta) => of(`${type}.delta`, { delta, ...more }))
export const created = (id = 'resp_1') => ({
  type: 'response.created',
  event_id: 'event_c',
  response: { id, status: 'in_progress' },
})
export const done = (output: readonly object[] = [], id = 'resp_1') => ({
  type: 'response.done',
  event_id: 'event_d',
  response: {
    id,
    object: 'realtime.response',
    status: 'completed',
    output,
    usage: { total_tokens: 3, input_tokens: 1, output_tokens: 2 },
  },
})
export const message = (text: string) => ({
  id: 'item_1',
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text }],
})
export const answer = (text: string, type = 'output_text', field = 'text') => [
  created(),
  ...pieces(type, text),
  of(`${type}.done`, { [field]: text }),
  of('output_item.done', { item: message(text) }),
  { type: 'conversation.item.done', event_id: 'event_i', previous_item_id: null, item: message(text) },
  done([message(text)]),
]
export const textOf = (events: readonly Json[]) => events.map(({ delta }) => delta ?? '').join('')
export const kinds = (events: readonly Json[]) => events.map(({ type }) => type)
