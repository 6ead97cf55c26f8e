/** What guardrails of tests find, and chats in which it stands. */
import type { Json, WireReply } from './client.ts'

export const secret = 'AKIAQ3EGTPXVZ5NHWL2M'
export const guardrail = (fields: object) => ({ id: 'no-keys', detector: 'secrets', state: 'enforce', ...fields })

export const codeOf = ({ headers }: Pick<WireReply, 'headers'>) => headers['x-portcullis-error']
export const chunk = (content: string, more: object = {}) =>
  `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'gpt-5-mini', choices: [{ index: 0, delta: { content }, finish_reason: null }], ...more })}\n\n`
export const chatEnd = `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'gpt-5-mini', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`
export const event = (data: { readonly type: string }) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`
export const claude = (pieces: readonly string[]) =>
  [
    event({
      type: 'message_start',
      message: {
        id: 'm1',
        type: 'message',
        role: 'assistant',
        model: 'claude-sonnet-4-5',
        content: [],
        usage: { input_tokens: 3, output_tokens: 1 },
      },
    } as { type: string }),
    event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } } as { type: string }),
    ...pieces.map((text) =>
      event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } } as { type: string }),
    ),
    event({ type: 'content_block_stop', index: 0 } as { type: string }),
    event({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } } as {
      type: string
    }),
    event({ type: 'message_stop' }),
  ].join('')
export const cut = (text: string, size: number) => text.match(new RegExp(`.{1,${size}}`, 'gs')) ?? []
/** What a client joins of a stream. */
const joined = (text: string, pick: (data: Json) => unknown): string =>
  text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => pick(JSON.parse(line.slice(6))))
    .filter((piece) => typeof piece === 'string')
    .join('')
export const chatText = (text: string) => joined(text, (data) => data.choices?.[0]?.delta?.content)
export const claudeText = (text: string) => joined(text, (data) => data.delta?.text)
