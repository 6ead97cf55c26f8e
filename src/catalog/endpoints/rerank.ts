import { defineEndpoint } from '../../core/endpoint.ts'
import { usageIn } from '../../core/usage-in.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

/** As Jina, Voyage and Cohere have it: https://api.jina.ai/redoc#tag/rerank */
export default defineEndpoint({
  path: '/v1/rerank',
  body: 'json',
  errorDialect: openaiChat,
  isText: true,
  usageOf: usageIn,
})
