import { defineProvider } from '../../core/model/provider.ts'
import { withoutSuffix } from '../base-url.ts'
import { claudeContinuation } from '../dialects/anthropic-messages/claude-models.ts'
import { anthropicMessages } from '../dialects/anthropic-messages.ts'
import { entraAccount, entraOrKey } from '../entra-account.ts'

/**
 * Claude in Microsoft Foundry: Anthropic's own API below `/anthropic` of a resource, the model being the deployment.
 * https://platform.claude.com/docs/en/build-with-claude/claude-in-microsoft-foundry
 */
export default defineProvider({
  ...entraAccount,
  id: 'azure-anthropic',
  title: 'Claude in Microsoft Foundry',
  docs: 'https://platform.claude.com/docs/en/build-with-claude/claude-in-microsoft-foundry',
  dialect: anthropicMessages,
  continuation: claudeContinuation,
  environment: {
    apiKey: ['ANTHROPIC_FOUNDRY_API_KEY'],
    baseUrl: ['ANTHROPIC_FOUNDRY_BASE_URL'],
    ...entraAccount.environment,
  },
  needsKey: true,
  authorize: entraOrKey('x-api-key'),
  headers: { 'anthropic-version': '2023-06-01' },
  url: ({ baseUrl, path }) => `${withoutSuffix(withoutSuffix(baseUrl, '/v1'), '/anthropic')}/anthropic${path}`,
})
