import type { Json } from '../../support/client.ts'
import { messagesBody, seeMessages } from '../anthropic-wire.ts'
import { same } from '../compare.ts'
import type { MatrixDialect } from '../neutral.ts'
import { messagesReader, messagesWriter } from './anthropic-messages.ts'

const version = 'vertex-2023-10-16'

/** Claude at Vertex AI: https://docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude */
export const vertexMessages: MatrixDialect = {
  id: 'vertex-messages',
  title: 'Claude on Vertex AI',
  client: {
    cannot: {},
    request: (ask) => {
      const { model, ...body } = messagesBody(ask)
      const method = ask.stream ? 'streamRawPredict' : 'rawPredict'
      return {
        path: `/v1/projects/of-the-client/locations/global/publishers/anthropic/models/${model}:${method}`,
        body: { ...body, anthropic_version: version },
      }
    },
    ...messagesReader,
  },
  provider: {
    cannot: {},
    path: /:(?:rawPredict|streamRawPredict)$/,
    basePath: '',
    account: {
      provider: 'vertex-anthropic',
      model: 'claude-sonnet-4-5@20250929',
      options: { project: 'of-the-account' },
    },
    verbatimFor: ['anthropic-messages'],
    see: ({ json, path }) => {
      const { model, anthropic_version: given, ...body } = json as Json
      same('the model in the body', model, undefined)
      same('anthropic_version', given, version)
      const seen = seeMessages(body)
      same('stream, in path and body', path.endsWith(':streamRawPredict'), seen.stream)
      return seen
    },
    ...messagesWriter,
  },
}
