import { bearer, defineProvider } from '../../core/model/provider.ts'
import { withoutSuffix } from '../base-url.ts'
import { cohere } from '../dialects/cohere.ts'
import { openaiChat } from '../dialects/openai-chat.ts'
import { cohereEmbed } from '../embeddings/cohere.ts'
import { openaiEmbeddings } from '../embeddings/openai.ts'
import { cohereRerank } from '../rerank/cohere.ts'
import { jinaRerank } from '../rerank/jina.ts'

/** Tools that speak to the compatible endpoint have its path in their base URL, and others a version. */
function origin(baseUrl: string): string {
  return ['/v2', '/v1', '/compatibility'].reduce(withoutSuffix, baseUrl)
}

export default defineProvider({
  id: 'cohere',
  title: 'Cohere',
  docs: 'https://docs.cohere.com/reference/chat',
  dialect: cohere,
  baseUrl: 'https://api.cohere.com',
  // The SDKs read CO_API_KEY and CO_API_URL (https://github.com/cohere-ai/cohere-python); other tools made up the others.
  environment: { apiKey: ['CO_API_KEY', 'COHERE_API_KEY'], baseUrl: ['CO_API_URL', 'COHERE_BASE_URL'] },
  needsKey: true,
  authorize: bearer,
  url: ({ baseUrl, path }) => origin(baseUrl) + path,
  alsoSpeaks: [
    {
      // https://docs.cohere.com/docs/compatibility-api
      dialect: openaiChat,
      url: ({ baseUrl, path }) => `${origin(baseUrl)}/compatibility/v1${path}`,
      traits: {
        maxTokensField: 'max_tokens',
        unsupported: [
          'store',
          'metadata',
          'logit_bias',
          'top_logprobs',
          'n',
          'modalities',
          'prediction',
          'audio',
          'service_tier',
          'parallel_tool_calls',
        ],
      },
    },
  ],
  embeddings: [
    { format: cohereEmbed, path: '/v2/embed', beside: cohere },
    { format: openaiEmbeddings, path: '/embeddings', beside: openaiChat },
  ],
  rerank: [
    { format: cohereRerank, path: '/v2/rerank', beside: cohere },
    { format: jinaRerank, path: '/v1/rerank', beside: cohere },
  ],
})
