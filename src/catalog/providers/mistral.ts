import { bearer, defineProvider } from '../../core/model/provider.ts'
import { isJsonObject, type JsonObject } from '../../core/wire/json.ts'
import { withApiPath } from '../base-url.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

export default defineProvider({
  id: 'mistral',
  title: 'Mistral AI',
  docs: 'https://docs.mistral.ai/api',
  dialect: openaiChat,
  baseUrl: 'https://api.mistral.ai/v1',
  environment: { apiKey: ['MISTRAL_API_KEY'], baseUrl: ['MISTRAL_BASE_URL'] },
  needsKey: true,
  authorize: bearer,
  url: ({ baseUrl, path }) => withApiPath(baseUrl, '/v1') + path,
  traits: {
    // Mistral answers a field that its schema does not know with 422 `extra_forbidden`
    // (mistralai/platform-docs-public#7, OpenHands/OpenHands-CLI#83). These OpenAI fields are not in https://docs.mistral.ai/api/#tag/chat.
    // Its streams carry usage without `stream_options`.
    unsupported: [
      'audio',
      'logit_bias',
      'logprobs',
      'metadata',
      'modalities',
      'safety_identifier',
      'seed',
      'service_tier',
      'store',
      'stream_options',
      'top_logprobs',
      'user',
      'verbosity',
      'web_search_options',
    ],
    maxTokensField: 'max_tokens',
    takesExtraContent: false,
  },
  // https://docs.mistral.ai/capabilities/completion/prefix: the answer begins with the prefix.
  continuation: { adjust: withPrefix, echoes: true },
  keepsFiles: true,
  passThrough: { '/v1/embeddings': '/embeddings' },
})

function withPrefix(body: JsonObject): JsonObject {
  const { messages } = body
  if (!Array.isArray(messages)) return body
  const last = messages.at(-1)
  return isJsonObject(last) ? { ...body, messages: [...messages.slice(0, -1), { ...last, prefix: true }] } : body
}
