import { defineEndpoint } from '../../core/model/endpoint.ts'
import { usageIn } from '../../core/model/usage-in.ts'
import { deploymentPaths } from '../dialects/azure-paths.ts'
import { openaiChat } from '../dialects/openai-chat.ts'
import { embeddingPlan, writtenFormat } from '../embeddings/served.ts'

/** OpenAI, Voyage and Jina have their embeddings at the same path: https://platform.openai.com/docs/api-reference/embeddings */
export default defineEndpoint({
  path: '/v1/embeddings',
  alsoAt: deploymentPaths('/embeddings'),
  body: 'json',
  errorDialect: openaiChat,
  isText: true,
  usageOf: usageIn,
  plan: embeddingPlan(writtenFormat),
})
