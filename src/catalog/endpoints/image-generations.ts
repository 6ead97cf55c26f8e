import { defineEndpoint } from '../../core/model/endpoint.ts'
import { usageIn } from '../../core/model/usage-in.ts'
import { deploymentPaths } from '../dialects/azure-paths.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

/** https://platform.openai.com/docs/api-reference/images/create */
export default defineEndpoint({
  path: '/v1/images/generations',
  alsoAt: deploymentPaths('/images/generations'),
  body: 'json',
  errorDialect: openaiChat,
  isText: false,
  usageOf: usageIn,
})
