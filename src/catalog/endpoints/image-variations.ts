import { defineEndpoint } from '../../core/model/endpoint.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

/** https://platform.openai.com/docs/api-reference/images/createVariation */
export default defineEndpoint({
  path: '/v1/images/variations',
  body: 'multipart',
  usualModel: 'dall-e-2',
  errorDialect: openaiChat,
  isText: false,
  usageOf: () => undefined,
})
