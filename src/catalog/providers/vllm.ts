import { bearer, defineProvider } from '../../core/provider.ts'
import { withApiPath } from '../base-url.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

export default defineProvider({
  id: 'vllm',
  title: 'vLLM',
  docs: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server/',
  dialect: openaiChat,
  baseUrl: 'http://127.0.0.1:8000/v1',
  environment: { apiKey: ['VLLM_API_KEY'], baseUrl: ['VLLM_BASE_URL'] },
  needsKey: false,
  authorize: bearer,
  url: ({ baseUrl, path }) => withApiPath(baseUrl, '/v1') + path,
  passThrough: { '/v1/embeddings': '/embeddings' },
})
