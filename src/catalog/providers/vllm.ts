import { bearer, defineProvider, type Surface } from '../../core/model/provider.ts'
import { withApiPath } from '../base-url.ts'
import { openaiChat } from '../dialects/openai-chat.ts'
import { openaiCompletions } from '../dialects/openai-completions.ts'
import { openaiResponses } from '../dialects/openai-responses.ts'

const url: Surface['url'] = ({ baseUrl, path }) => withApiPath(baseUrl, '/v1') + path

export default defineProvider({
  id: 'vllm',
  title: 'vLLM',
  docs: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server/',
  dialect: openaiChat,
  baseUrl: 'http://127.0.0.1:8000/v1',
  environment: { apiKey: ['VLLM_API_KEY'], baseUrl: ['VLLM_BASE_URL'] },
  needsKey: false,
  authorize: bearer,
  url,
  // `continue_final_message` of https://docs.vllm.ai/en/latest/serving/openai_compatible_server/#chat-api
  continuation: { adjust: (body) => ({ ...body, add_generation_prompt: false, continue_final_message: true }) },
  // Its store is off unless the operator says otherwise, as it grows without a bound.
  alsoSpeaks: [
    { dialect: openaiResponses, url, traits: { keepsReplies: false } },
    { dialect: openaiCompletions, url },
  ],
  passThrough: { '/v1/embeddings': '/embeddings' },
})
