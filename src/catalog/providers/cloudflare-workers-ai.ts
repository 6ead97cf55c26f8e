import { bearer, defineProvider } from '../../core/model/provider.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

export default defineProvider({
  id: 'cloudflare-workers-ai',
  title: 'Cloudflare Workers AI',
  docs: 'https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/',
  dialect: openaiChat,
  environment: {
    apiKey: ['CLOUDFLARE_API_TOKEN'],
    baseUrl: [],
    options: { accountId: ['CLOUDFLARE_ACCOUNT_ID'] },
  },
  needsKey: true,
  authorize: bearer,
  addressOf: ({ accountId }) =>
    accountId === undefined
      ? undefined
      : `https://api.cloudflare.com/client/v4/accounts/${encodeURIComponent(accountId)}/ai/v1`,
  accountFault: ({ baseUrl }) => (baseUrl === '' ? 'needs the option `accountId`' : undefined),
  options: { accountId: 'Id of the Cloudflare account, as its dashboard shows it.' },
  passThrough: { '/v1/embeddings': '/embeddings' },
})
