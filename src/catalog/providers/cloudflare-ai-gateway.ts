import { bearer, defineProvider } from '../../core/model/provider.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

/** Models are named with their vendor: `openai/gpt-5-mini`. https://developers.cloudflare.com/ai-gateway/configuration/authentication/ */
export default defineProvider({
  id: 'cloudflare-ai-gateway',
  title: 'Cloudflare AI Gateway',
  docs: 'https://developers.cloudflare.com/ai-gateway/usage/chat-completion/',
  dialect: openaiChat,
  environment: {
    apiKey: ['CF_AIG_TOKEN'],
    baseUrl: [],
    options: { accountId: ['CLOUDFLARE_ACCOUNT_ID'], gatewayId: ['CLOUDFLARE_GATEWAY_ID'] },
  },
  needsKey: true,
  authorize: (secret, { keyOf }) =>
    keyOf === 'vendor' ? bearer(secret) : { 'cf-aig-authorization': `Bearer ${secret}` },
  addressOf: ({ accountId, gatewayId }) =>
    accountId === undefined || gatewayId === undefined
      ? undefined
      : `https://gateway.ai.cloudflare.com/v1/${encodeURIComponent(accountId)}/${encodeURIComponent(gatewayId)}/compat`,
  accountFault({ baseUrl, options: { keyOf } }) {
    if (baseUrl === '') return 'needs the options `accountId` and `gatewayId`'
    return keyOf === undefined || keyOf === 'gateway' || keyOf === 'vendor'
      ? undefined
      : 'has an option `keyOf` that is neither `gateway` nor `vendor`'
  },
  options: {
    accountId: 'Id of the Cloudflare account.',
    gatewayId: 'Name of the gateway.',
    keyOf:
      "What `apiKey` is: `gateway` (default), a Cloudflare token for a gateway that keeps the vendors' keys or bills itself; `vendor`, a vendor's key for a gateway that wants no token.",
  },
})
