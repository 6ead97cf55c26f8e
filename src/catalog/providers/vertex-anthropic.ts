import { defineProvider } from '../../core/provider.ts'
import { anthropicMessages } from '../dialects/anthropic-messages.ts'
import { vertexAccount, vertexLocation } from '../vertex-account.ts'

/** Claude: the model stands in the URL, as `claude-sonnet-4-5@20250929`, and the version of the API in the body. */
export default defineProvider({
  ...vertexAccount,
  id: 'vertex-anthropic',
  title: 'Claude on Google Vertex AI',
  docs: 'https://docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude',
  dialect: anthropicMessages,
  url({ baseUrl, model, options, stream }) {
    const name = encodeURIComponent(model).replaceAll('%40', '@')
    const method = stream ? 'streamRawPredict' : 'rawPredict'
    return `${vertexLocation(baseUrl, options)}/publishers/anthropic/models/${name}:${method}`
  },
  adjust: ({ model: _, ...body }) => ({ anthropic_version: 'vertex-2023-10-16', ...body }),
})
