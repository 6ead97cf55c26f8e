import { bearer, defineProvider } from '../../core/model/provider.ts'
import { withoutSuffix } from '../base-url.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

/** A fine-grained token needs the permission `models: read`. */
export default defineProvider({
  id: 'github-models',
  title: 'GitHub Models',
  docs: 'https://docs.github.com/en/rest/models/inference',
  dialect: openaiChat,
  baseUrl: 'https://models.github.ai',
  environment: { apiKey: ['GITHUB_TOKEN'], baseUrl: [] },
  needsKey: true,
  authorize: bearer,
  headers: { 'x-github-api-version': '2022-11-28' },
  options: { organization: 'Login of the organization that the calls are attributed to.' },
  url({ baseUrl, path, options: { organization } }) {
    const origin = withoutSuffix(baseUrl, '/inference')
    return organization === undefined
      ? `${origin}/inference${path}`
      : `${origin}/orgs/${encodeURIComponent(organization)}/inference${path}`
  },
  passThrough: { '/v1/embeddings': '/embeddings' },
})
