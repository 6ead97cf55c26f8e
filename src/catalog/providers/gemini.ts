import { bearer, defineProvider } from '../../core/model/provider.ts'
import { trimSlashes, withoutSuffix } from '../base-url.ts'
import { geminiBatches } from '../batches/gemini.ts'
import { gemini } from '../dialects/gemini.ts'
import { openaiChat } from '../dialects/openai-chat.ts'
import { geminiBatchEmbed, geminiEmbed } from '../embeddings/gemini.ts'
import { openaiEmbeddings } from '../embeddings/openai.ts'

/** Google's SDK adds the version to GOOGLE_GEMINI_BASE_URL; other tools write it, or the compatible endpoint, into theirs. */
function withVersion(baseUrl: string): string {
  const root = withoutSuffix(baseUrl, '/openai')
  return /\/v\d+(?:alpha|beta)?$/.test(root) ? root : `${trimSlashes(root)}/v1beta`
}

export default defineProvider({
  id: 'gemini',
  title: 'Google Gemini',
  docs: 'https://ai.google.dev/api',
  dialect: gemini,
  baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
  environment: {
    apiKey: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    // The name that Google's own SDK reads (https://github.com/googleapis/js-genai) and the one that others made up.
    baseUrl: ['GOOGLE_GEMINI_BASE_URL', 'GEMINI_BASE_URL'],
  },
  needsKey: true,
  // Refused as a bearer token, which Google takes for one of OAuth.
  authorize: (secret) => ({ 'x-goog-api-key': secret }),
  url: ({ baseUrl, path }) => withVersion(baseUrl) + path,
  countsTokens: true,
  inlineBatches: geminiBatches,
  alsoSpeaks: [
    {
      // https://ai.google.dev/gemini-api/docs/openai
      dialect: openaiChat,
      authorize: bearer,
      url: ({ baseUrl, path }) => `${withVersion(baseUrl)}/openai${path}`,
      traits: {
        // "Unknown name: Cannot find field" with status 400 for each of these, as users report
        // (Vali-98/ChatterUI#227, ed-donner/agents#45); none is in https://ai.google.dev/api/compatibility.
        unsupported: ['frequency_penalty', 'seed', 'store', 'metadata'],
      },
    },
  ],
  embeddings: [
    { format: geminiBatchEmbed, path: '/models/{model}:batchEmbedContents', beside: gemini },
    { format: geminiEmbed, path: '/models/{model}:embedContent', beside: gemini },
    { format: openaiEmbeddings, path: '/embeddings', beside: openaiChat },
  ],
  rerank: [],
})
