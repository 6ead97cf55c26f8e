import { defineEndpoint } from '../../core/model/endpoint.ts'
import { deploymentPaths } from '../dialects/azure-paths.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

/** https://platform.openai.com/docs/api-reference/audio/createSpeech. The sound is passed on as it comes. */
export default defineEndpoint({
  path: '/v1/audio/speech',
  alsoAt: deploymentPaths('/audio/speech'),
  body: 'json',
  errorDialect: openaiChat,
  isText: false,
  usageOf: () => undefined,
})
