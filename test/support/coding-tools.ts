type ProviderName = 'openai' | 'anthropic' | 'gemini'

/** What one coding tool sends, after its own documents and source. */
export interface CodingTool {
  readonly name: string
  readonly headers: Readonly<Record<string, string>>
  readonly keyHeader: { readonly name: string; value(key: string): string }
  path(model: string): string
  body(model: string): Readonly<Record<string, unknown>>
  /** A provider that speaks its dialect, and the stream that it answers. */
  readonly own: { readonly provider: ProviderName; readonly model: string; readonly stream: string }
  readonly others: readonly { readonly provider: ProviderName; readonly model: string }[]
  /** Headers that the provider has to get as they are. */
  readonly forwarded: readonly string[]
  readonly questions: readonly {
    readonly method: string
    readonly path: string
    readonly expected: { readonly status: number; readonly body?: Readonly<Record<string, unknown>> }
  }[]
}

const bearer = { name: 'authorization', value: (key: string) => `Bearer ${key}` }
const command = { type: 'object', properties: { command: { type: 'string' } }, required: ['command'] }
const openAiModels = { method: 'GET', expected: { status: 200, body: { object: 'list' } } }

/** https://code.claude.com/docs/en/llm-gateway-protocol */
const claudeCode: CodingTool = {
  name: 'Claude Code',
  headers: {
    'anthropic-version': '2023-06-01',
    'anthropic-beta':
      'claude-code-20250219,interleaved-thinking-2025-05-14,context-management-2025-06-27,a-beta-of-next-year-2027-01-01',
    'anthropic-dangerous-direct-browser-access': 'true',
    'user-agent': 'claude-cli/2.1.30 (external, cli)',
    'x-app': 'cli',
    'x-claude-code-session-id': '5b0c6e0e-8f3f-4e0f-9d6e-1c2b3a4d5e6f',
    'x-stainless-lang': 'js',
    'x-stainless-retry-count': '0',
    'x-stainless-timeout': '600',
  },
  keyHeader: bearer,
  path: () => '/v1/messages?beta=true',
  body: (model) => ({
    model,
    max_tokens: 32000,
    stream: true,
    system: [
      { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1.30.a1b; cc_entrypoint=cli; cch=1a2b3;' },
      { type: 'text', text: 'You are a coding agent.', cache_control: { type: 'ephemeral' } },
    ],
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'List the files.', cache_control: { type: 'ephemeral' } }] },
    ],
    tools: [{ name: 'run_shell', description: 'Runs a command', input_schema: command }],
    thinking: { type: 'enabled', budget_tokens: 31999 },
    context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
    metadata: { user_id: 'user_0_account__session_5b0c6e0e' },
  }),
  own: { provider: 'anthropic', model: 'claude-sonnet-4-5', stream: 'anthropic/message.sse' },
  others: [
    { provider: 'openai', model: 'fast' },
    { provider: 'gemini', model: 'bright' },
  ],
  forwarded: ['anthropic-version', 'anthropic-beta'],
  questions: [
    { method: 'GET', path: '/v1/models?limit=1000', expected: { status: 200, body: { has_more: false } } },
    // Opens the connection ahead of the first request; its answer is not looked at.
    { method: 'HEAD', path: '/', expected: { status: 404 } },
  ],
}

/** In the modes of clouds the model stands in the path, and version and betas in the body: https://code.claude.com/docs/en/amazon-bedrock */
export function claudeCodeBody(version: string): Readonly<Record<string, unknown>> {
  const { model: _, stream: __, ...body } = claudeCode.body('')
  return {
    anthropic_version: version,
    anthropic_beta: ['claude-code-20250219', 'interleaved-thinking-2025-05-14', 'a-beta-of-next-year-2027-01-01'],
    ...body,
  }
}

/** https://github.com/openai/codex, codex-rs/core/src/client.rs */
export const codexHeaders: Readonly<Record<string, string>> = {
  'user-agent': 'codex_cli_rs/0.154.0 (Linux 6.8; x86_64) xterm',
  originator: 'codex_cli_rs',
  version: '0.154.0',
  'session-id': '0199c0de-0000-7000-8000-000000000001',
  'thread-id': '0199c0de-0000-7000-8000-000000000001',
  'x-client-request-id': '0199c0de-0000-7000-8000-000000000001',
  'x-codex-beta-features': 'a,b',
  'x-codex-turn-metadata': '{"turn_id":"1"}',
}

export const codexRequest = (model: string) => ({
  model,
  instructions: 'You are a coding agent.',
  input: [
    { type: 'message', role: 'developer', content: [{ type: 'input_text', text: '<permissions>none</permissions>' }] },
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'List the files.' }] },
  ],
  tools: [
    { type: 'function', name: 'run_shell', description: 'Runs a command', strict: false, parameters: command },
    {
      type: 'custom',
      name: 'apply_patch',
      description: 'Edits files',
      format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' },
    },
    { type: 'web_search', external_web_access: false },
  ],
  tool_choice: 'auto',
  parallel_tool_calls: true,
  reasoning: { effort: 'medium', summary: 'auto' },
  store: false,
  stream: true,
  include: ['reasoning.encrypted_content'],
  prompt_cache_key: '0199c0de-0000-7000-8000-000000000001',
  text: { verbosity: 'low' },
  client_metadata: { 'x-codex-installation-id': '1' },
})

const codex: CodingTool = {
  name: 'Codex over HTTP',
  headers: codexHeaders,
  keyHeader: bearer,
  path: () => '/v1/responses',
  body: codexRequest,
  own: { provider: 'openai', model: 'gpt-5-mini', stream: 'openai/response.sse' },
  others: [
    { provider: 'anthropic', model: 'clever' },
    { provider: 'gemini', model: 'bright' },
  ],
  forwarded: ['x-client-request-id'],
  questions: [{ ...openAiModels, path: '/v1/models?client_version=0.154.0' }],
}

/** https://github.com/google-gemini/gemini-cli, packages/core/src/core/contentGenerator.ts */
const geminiCli: CodingTool = {
  name: 'Gemini CLI',
  headers: {
    'user-agent': 'GeminiCLI/0.30.0/gemini-3-flash-preview (linux; x64) google-genai-sdk/1.30.0 gl-node/v22',
    'x-goog-api-client': 'google-genai-sdk/1.30.0 gl-node/v22',
    'x-gemini-api-privileged-user-id': '0199c0de',
  },
  keyHeader: { name: 'x-goog-api-key', value: (key) => key },
  path: (model) => `/v1beta/models/${model}:streamGenerateContent?alt=sse`,
  body: () => ({
    contents: [{ role: 'user', parts: [{ text: 'List the files.' }] }],
    systemInstruction: { role: 'user', parts: [{ text: 'You are a coding agent.' }] },
    tools: [
      {
        functionDeclarations: [{ name: 'run_shell', description: 'Runs a command', parametersJsonSchema: command }],
      },
    ],
    generationConfig: {
      temperature: 1,
      topP: 0.95,
      topK: 64,
      thinkingConfig: { includeThoughts: true, thinkingBudget: 8192 },
    },
  }),
  own: { provider: 'gemini', model: 'gemini-3-flash-preview', stream: 'gemini/generate-content.sse' },
  others: [
    { provider: 'openai', model: 'fast' },
    { provider: 'anthropic', model: 'clever' },
  ],
  forwarded: [],
  questions: [{ method: 'GET', path: '/v1beta/models', expected: { status: 200, body: {} } }],
}

const chatBody = (model: string): Readonly<Record<string, unknown>> => ({
  model,
  max_tokens: 32000,
  top_p: 1,
  messages: [
    { role: 'system', content: 'You are a coding agent.' },
    { role: 'user', content: 'List the files.' },
  ],
  tools: [{ type: 'function', function: { name: 'run_shell', description: 'Runs a command', parameters: command } }],
  tool_choice: 'auto',
  stream: true,
  stream_options: { include_usage: true },
})
const chatOwn = { provider: 'openai', model: 'gpt-5-mini', stream: 'openai/chat-completion.sse' } as const
const chatOthers = [{ provider: 'anthropic', model: 'clever' }] as const

/** https://opencode.ai/docs/providers */
const opencode: CodingTool = {
  name: 'opencode',
  headers: { 'user-agent': 'opencode/1.2.0 ai-sdk/openai-compatible/2.0.0', 'x-session-affinity': 'ses_1' },
  keyHeader: bearer,
  path: () => '/v1/chat/completions',
  body: chatBody,
  own: chatOwn,
  others: chatOthers,
  forwarded: [],
  questions: [{ ...openAiModels, path: '/v1/models' }],
}

/** https://docs.openwebui.com/reference/env-configuration */
const openWebUi: CodingTool = {
  name: 'Open WebUI',
  headers: {
    'x-openwebui-user-name': 'Ada',
    'x-openwebui-user-id': '1',
    'x-openwebui-user-email': 'ada@example.com',
    'x-openwebui-user-role': 'user',
    'x-openwebui-chat-id': '2',
  },
  keyHeader: bearer,
  path: () => '/v1/chat/completions',
  body: chatBody,
  own: chatOwn,
  others: chatOthers,
  forwarded: [],
  questions: [
    { ...openAiModels, path: '/v1/models' },
    { method: 'GET', path: '/ollama/api/version', expected: { status: 200, body: {} } },
    { method: 'GET', path: '/ollama/api/tags', expected: { status: 200, body: {} } },
  ],
}

/** https://www.librechat.ai/docs/configuration/librechat_yaml */
const libreChat: CodingTool = {
  name: 'LibreChat',
  headers: { 'user-agent': 'LibreChat', 'x-stainless-lang': 'js', 'http-referer': 'https://librechat.ai' },
  keyHeader: bearer,
  path: () => '/v1/chat/completions',
  body: (model) => ({ ...chatBody(model), user: '66d2f0' }),
  own: chatOwn,
  others: chatOthers,
  forwarded: [],
  questions: [{ ...openAiModels, path: '/v1/models' }],
}

export const codingTools: readonly CodingTool[] = [claudeCode, codex, geminiCli, opencode, openWebUi, libreChat]
