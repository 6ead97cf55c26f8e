import { defineProvider } from '../../core/model/provider.ts'
import { withoutSuffix } from '../base-url.ts'
import { claudeContinuation } from '../dialects/anthropic-messages/claude-models.ts'
import { anthropicMessages } from '../dialects/anthropic-messages.ts'

export default defineProvider({
  id: 'anthropic',
  title: 'Anthropic',
  docs: 'https://docs.anthropic.com/en/api/messages',
  dialect: anthropicMessages,
  continuation: claudeContinuation,
  baseUrl: 'https://api.anthropic.com',
  environment: { apiKey: ['ANTHROPIC_API_KEY'], baseUrl: ['ANTHROPIC_BASE_URL'] },
  needsKey: true,
  authorize: (secret) => ({ 'x-api-key': secret }),
  // Required on each request: https://docs.anthropic.com/en/api/versioning. The client's own header replaces it.
  headers: { 'anthropic-version': '2023-06-01' },
  // Anthropic's SDKs add `/v1/messages` to ANTHROPIC_BASE_URL; other tools write the `/v1` into it.
  url: ({ baseUrl, path }) => `${withoutSuffix(baseUrl, '/v1')}${path.startsWith('/v1/') ? path : `/v1${path}`}`,
  countsTokens: true,
  keepsBatches: 'messages',
})
