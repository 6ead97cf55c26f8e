import type { ModelRequest } from '../../src/core/model/model-request.ts'

/** The calls whose requests are kept in `requests/`, one file per provider. The model is the provider's business. */
export const calls: Readonly<Record<string, Omit<ModelRequest, 'model'>>> = {
  text: {
    stream: false,
    messages: [
      { role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] },
      { role: 'user', parts: [{ type: 'text', text: 'Hello' }] },
    ],
    maxOutputTokens: 100,
    temperature: 0.5,
    topP: 0.9,
    stop: ['END'],
    seed: 7,
    frequencyPenalty: 0.1,
    presencePenalty: 0.2,
    logitBias: { 50256: -100 },
    logprobs: { top: 2 },
    endUser: 'user-1',
    metadata: { ticket: '4711' },
    other: [],
  },
  tools: {
    stream: false,
    messages: [
      { role: 'user', parts: [{ type: 'text', text: 'What is the weather in Rome?' }] },
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'I need the weather tool.' },
          { type: 'text', text: 'Let me look.' },
          { type: 'tool-call', id: 'call_1', name: 'weather', arguments: '{"city":"Rome"}' },
        ],
      },
      {
        role: 'tool',
        parts: [{ type: 'tool-result', toolCallId: 'call_1', content: [{ type: 'text', text: '18 °C' }] }],
      },
    ],
    tools: [
      {
        name: 'weather',
        description: 'The weather in a city.',
        parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
      },
    ],
    toolChoice: { type: 'required' },
    parallelToolCalls: false,
    maxOutputTokens: 200,
    other: [],
  },
  stream: {
    stream: true,
    streamUsage: true,
    messages: [{ role: 'user', parts: [{ type: 'text', text: 'Count to three.' }] }],
    maxOutputTokens: 50,
    other: [],
  },
  image: {
    stream: false,
    messages: [
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'What is in these pictures?' },
          { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'iVBORw0KGgo=' } },
          { type: 'image', source: { type: 'url', url: 'https://example.com/cat.png' }, detail: 'low' },
        ],
      },
    ],
    maxOutputTokens: 50,
    other: [],
  },
}

/** Error bodies as vendors send them, with what must remain of them. */
export const errorBodies: readonly { readonly status: number; readonly body: string; readonly says?: string }[] = [
  {
    status: 429,
    body: '{"error":{"message":"Rate limit reached.","type":"requests","param":null,"code":"rate_limit_exceeded"}}',
    says: 'Rate limit reached.',
  },
  {
    status: 529,
    body: '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_1"}',
    says: 'Overloaded',
  },
  // Mistral
  {
    status: 401,
    body: '{"object":"error","message":"Unauthorized","type":"invalid_request_error","param":null,"code":"1000"}',
    says: 'Unauthorized',
  },
  {
    status: 422,
    body: '{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","store"],"msg":"Extra inputs are not permitted","input":"PROMPT"}]},"type":"invalid_request_error","param":null,"code":null}',
    says: 'body.store: Extra inputs are not permitted',
  },
  // Gemini's OpenAI-compatible endpoint wraps its error in an array.
  {
    status: 400,
    body: '[{"error":{"code":400,"message":"Invalid JSON payload received.","status":"INVALID_ARGUMENT"}}]',
    says: 'Invalid JSON payload received.',
  },
  // xAI, and vLLM's server (FastAPI)
  {
    status: 400,
    body: '{"code":"Client specified an invalid argument","error":"Incorrect API key"}',
    says: 'Incorrect API key',
  },
  { status: 404, body: '{"detail":"Not Found"}', says: 'Not Found' },
  { status: 502, body: '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>' },
  { status: 500, body: '' },
  { status: 503, body: 'null' },
  { status: 500, body: '{"error":' },
]
