import { pathStep } from '../../core/model/path-step.ts'
import { defineProvider } from '../../core/model/provider.ts'
import { anthropicMessages } from '../dialects/anthropic-messages.ts'
import { gemini } from '../dialects/gemini.ts'
import { openaiChat } from '../dialects/openai-chat.ts'
import { vertexMessages } from '../dialects/vertex-messages.ts'
import { claudeUrl, isClaude, vertexAccount, vertexLocation, withClaudeVersion } from '../vertex-account.ts'
import { vertexBody } from '../vertex-gemini.ts'

/** `gemini-2.5-flash` and `google/gemini-2.5-flash` are one; other publishers stand before their models: `meta/llama-…`. */
function googleModel(model: string): string | undefined {
  if (model.startsWith('google/')) return model.slice('google/'.length)
  return model.includes('/') || isClaude(model) ? undefined : model
}

/** Gemini in its own dialect, models of other publishers in that of OpenAI, and Claude in that of Anthropic. */
export default defineProvider({
  ...vertexAccount,
  id: 'vertex-ai',
  title: 'Google Vertex AI',
  docs: 'https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference',
  dialect: gemini,
  serves: (model) => googleModel(model) !== undefined,
  url({ baseUrl, model, options, stream }) {
    const name = pathStep(googleModel(model) ?? model)
    const method = stream ? 'streamGenerateContent?alt=sse' : 'generateContent'
    return `${vertexLocation(baseUrl, options)}/publishers/google/models/${name}:${method}`
  },
  adjust: vertexBody,
  alsoSpeaks: [
    {
      // https://docs.cloud.google.com/vertex-ai/generative-ai/docs/start/openai
      dialect: openaiChat,
      serves: (model) => !isClaude(model),
      url: ({ baseUrl, path, options }) => `${vertexLocation(baseUrl, options)}/endpoints/openapi${path}`,
      adjust: (body, { model }) => (model.includes('/') ? undefined : { ...body, model: `google/${model}` }),
    },
    { dialect: anthropicMessages, serves: isClaude, url: claudeUrl, adjust: withClaudeVersion },
    { dialect: vertexMessages, serves: isClaude, url: claudeUrl },
  ],
})
