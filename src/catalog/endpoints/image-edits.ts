import { defineEndpoint } from '../../core/model/endpoint.ts'
import { usageIn } from '../../core/model/usage-in.ts'
import { deploymentPaths } from '../dialects/azure-paths.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

/** https://platform.openai.com/docs/api-reference/images/createEdit */
export default defineEndpoint({
  path: '/v1/images/edits',
  alsoAt: deploymentPaths('/images/edits'),
  body: 'multipart',
  errorDialect: openaiChat,
  isText: false,
  usageOf: usageIn,
})
