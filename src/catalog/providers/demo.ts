import { bearer, defineProvider } from '../../core/model/provider.ts'
import { openaiChat } from '../dialects/openai-chat.ts'

/** Served by this very process; base URL and secret are made anew at each start, so no variable names them. */
export default defineProvider({
  id: 'demo',
  title: 'Demo (built in, not a real model)',
  docs: 'https://platform.openai.com/docs/api-reference/chat',
  dialect: openaiChat,
  environment: { apiKey: [], baseUrl: [] },
  needsKey: true,
  accountFault: ({ baseUrl }) =>
    baseUrl === ''
      ? 'is not needed: the demo is built in, as the account `demo` (`demo/echo`), and `demo: false` takes it away'
      : undefined,
  authorize: bearer,
  passThrough: { '/v1/embeddings': '/embeddings' },
})
