import type { ClientPath, Dialect } from '../../core/model/dialect.ts'
import { decodeCloudRequest, encodeCloudRequest } from './anthropic-messages/cloud-request.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { vertexPaths } from './vertex-paths.ts'

/** Claude at Vertex AI: https://docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude */
export const vertexMessages: Dialect = {
  ...anthropicMessages,
  id: 'vertex-messages',
  title: 'Claude on Vertex AI',
  clientPaths: [
    ...vertexPaths('anthropic', '{model}:rawPredict').map((path): ClientPath => ({ ...path, stream: 'when-asked' })),
    ...vertexPaths('anthropic', '{model}:streamRawPredict').map((path): ClientPath => ({ ...path, stream: true })),
  ],
  providerPath: ({ model, stream }) =>
    `/publishers/anthropic/models/${encodeURIComponent(model.toWellFormed())}:${stream ? 'streamRawPredict' : 'rawPredict'}`,
  modelIn: 'path',
  questions: [],
  tokenCounting: {
    // The model stands in the body, as at Anthropic.
    paths: vertexPaths('anthropic', 'anthropic/models/count-tokens:rawPredict'),
    providerPath: () => '/publishers/anthropic/models/count-tokens:rawPredict',
    promptIn: (body, model) => decodeCloudRequest({ max_tokens: 1, ...body }, { model, stream: false }),
    encodeCount: (tokens) => ({ input_tokens: tokens }),
  },
  decodeRequest: decodeCloudRequest,
  encodeRequest: (request, traits) => encodeCloudRequest('vertex-2023-10-16', request, traits),
}
