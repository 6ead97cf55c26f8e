import { defineProvider } from '../../core/model/provider.ts'
import { claudeContinuation } from '../dialects/anthropic-messages/claude-models.ts'
import { anthropicMessages } from '../dialects/anthropic-messages.ts'
import { vertexMessages } from '../dialects/vertex-messages.ts'
import { claudeUrl, vertexAccount, withClaudeVersion } from '../vertex-account.ts'

/** Only Claude, whatever its models are called; `vertex-ai` serves it too. */
export default defineProvider({
  ...vertexAccount,
  id: 'vertex-anthropic',
  title: 'Claude on Google Vertex AI',
  docs: 'https://docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude',
  dialect: anthropicMessages,
  continuation: claudeContinuation,
  url: claudeUrl,
  adjust: withClaudeVersion,
  alsoSpeaks: [{ dialect: vertexMessages, url: claudeUrl }],
})
