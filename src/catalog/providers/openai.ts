import { bearer, defineProvider } from '../../core/model/provider.ts'
import { needsCompletions, needsResponses } from '../dialects/openai-chat/openai-models.ts'
import { openaiChat } from '../dialects/openai-chat.ts'
import { openaiCompletions } from '../dialects/openai-completions.ts'
import { openaiResponses } from '../dialects/openai-responses.ts'

export default defineProvider({
  id: 'openai',
  title: 'OpenAI',
  docs: 'https://platform.openai.com/docs/api-reference',
  dialect: openaiChat,
  baseUrl: 'https://api.openai.com/v1',
  environment: { apiKey: ['OPENAI_API_KEY'], baseUrl: ['OPENAI_BASE_URL'] },
  needsKey: true,
  authorize: bearer,
  options: {
    organization: 'Id of the organization, for a key that belongs to several.',
    project: 'Id of the project that calls are counted for, for a key that may use several.',
  },
  optionHeaders: ({ organization, project }) => ({
    ...(organization === undefined ? {} : { 'openai-organization': organization }),
    ...(project === undefined ? {} : { 'openai-project': project }),
  }),
  alsoSpeaks: [
    { dialect: openaiResponses, serves: (model) => !needsCompletions(model) },
    { dialect: openaiCompletions, serves: needsCompletions },
  ],
  serves: (model) => !needsResponses(model) && !needsCompletions(model),
  keepsFiles: true,
  keepsBatches: 'files',
  passThrough: { '/v1/embeddings': '/embeddings', '/v1/realtime': '/realtime' },
})
