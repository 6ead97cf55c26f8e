import { defineEndpoint } from '../../core/endpoint.ts'
import { usageIn } from '../../core/usage-in.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

/** https://docs.cohere.com/reference/rerank */
export default defineEndpoint({
  path: '/v2/rerank',
  body: 'json',
  errorDialect: openaiChat,
  isText: true,
  usageOf: usageIn,
})
