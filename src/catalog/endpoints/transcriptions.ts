import { defineEndpoint } from '../../core/endpoint.ts'
import { usageIn } from '../../core/usage-in.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

/** https://platform.openai.com/docs/api-reference/audio/createTranscription */
export default defineEndpoint({
  path: '/v1/audio/transcriptions',
  body: 'multipart',
  errorDialect: openaiChat,
  isText: false,
  usageOf: usageIn,
})
