/** A client of the gateway: how it asks, and how it sees that a reply is whole. */
export interface Client {
  readonly id: string
  path(model: string, stream: boolean): string
  body(model: string, prompt: string, stream: boolean): object
  /** What stands at the end of a whole reply, once. */
  readonly ending: { readonly unary: RegExp; readonly stream: RegExp }
}

export const clients: readonly Client[] = [
  {
    id: 'openai-chat',
    path: () => '/v1/chat/completions',
    body: (model, content, stream) => ({
      model,
      messages: [{ role: 'user', content }],
      ...(stream ? { stream, stream_options: { include_usage: true } } : {}),
    }),
    ending: { unary: /"finish_reason": ?"stop"/g, stream: /^data: \[DONE\]$/gm },
  },
  {
    id: 'openai-responses',
    path: () => '/v1/responses',
    body: (model, input, stream) => ({ model, input, stream }),
    ending: { unary: /^\{.*"status": ?"completed"/gs, stream: /^event: response\.completed$/gm },
  },
  {
    id: 'anthropic-messages',
    path: () => '/v1/messages',
    body: (model, content, stream) => ({ model, max_tokens: 1000, messages: [{ role: 'user', content }], stream }),
    ending: { unary: /"stop_reason": ?"end_turn"/g, stream: /^event: message_stop$/gm },
  },
  {
    id: 'gemini',
    path: (model, stream) => `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: (_model, text) => ({ contents: [{ role: 'user', parts: [{ text }] }] }),
    ending: { unary: /"finishReason": ?"STOP"/g, stream: /"finishReason": ?"STOP"/g },
  },
  {
    id: 'ollama',
    path: () => '/api/chat',
    body: (model, content, stream) => ({ model, stream, messages: [{ role: 'user', content }] }),
    ending: { unary: /"done": ?true/g, stream: /"done": ?true/g },
  },
]
