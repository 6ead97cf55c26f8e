import { defineProvider } from '../../core/provider.ts'
import { openaiChat } from '../dialects/openai-chat.ts'
import { vertexAccount, vertexLocation } from '../vertex-account.ts'

/** The endpoint that is compatible with OpenAI, where a model is named with its publisher: `google/gemini-2.5-flash`. */
export default defineProvider({
  ...vertexAccount,
  id: 'vertex-ai',
  title: 'Google Vertex AI',
  docs: 'https://docs.cloud.google.com/vertex-ai/generative-ai/docs/start/openai',
  dialect: openaiChat,
  url: ({ baseUrl, path, options }) => `${vertexLocation(baseUrl, options)}/endpoints/openapi${path}`,
  adjust: (body, { model }) => (model.includes('/') ? undefined : { ...body, model: `google/${model}` }),
})
