import { defineEndpoint } from '../../core/endpoint.ts'
import { usageIn } from '../../core/usage-in.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

/** https://platform.openai.com/docs/api-reference/audio/createTranslation */
export default defineEndpoint({
  path: '/v1/audio/translations',
  body: 'multipart',
  errorDialect: openaiChat,
  isText: false,
  usageOf: usageIn,
})
