import { defineEndpoint } from '../../core/model/endpoint.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

/** https://platform.openai.com/docs/api-reference/moderations */
export default defineEndpoint({
  path: '/v1/moderations',
  body: 'json',
  usualModel: 'omni-moderation-latest',
  errorDialect: openaiChat,
  isText: true,
  usageOf: () => undefined,
})
