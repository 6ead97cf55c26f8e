import type { Dialect } from '../../core/model/dialect.ts'
import { awsEventStream } from '../../core/wire/aws-event-stream.ts'
import { encryptedReasoning, isUnreadable } from './anthropic-messages/encrypted-reasoning.ts'
import { decodeError, encodeError, encodeErrorEvent, errorHeaders } from './bedrock-converse/errors.ts'
import { modelPath } from './bedrock-converse/model-path.ts'
import { decodeReply, encodeReply } from './bedrock-invoke/reply.ts'
import { adaptRequest, decodeRequest, encodeRequest } from './bedrock-invoke/request.ts'
import { contentLandmark, decodeEvents, encodeEvents, inBase64, landmarks } from './bedrock-invoke/stream.ts'
import { tokenCounting } from './bedrock-invoke/token-counting.ts'
import { boundsIn } from './output-bounds.ts'

/**
 * Bedrock InvokeModel, whose bodies are those of the model's vendor: Anthropic's are read, all others pass to Bedrock as they came.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html
 */
export const bedrockInvoke: Dialect = {
  id: 'bedrock-invoke',
  title: 'Bedrock InvokeModel',
  clientPaths: [
    { path: '/model/{model}/invoke', stream: false },
    { path: '/model/{model}/invoke-with-response-stream', stream: true },
  ],
  providerPath: ({ model, stream }) => `${modelPath(model)}/${stream ? 'invoke-with-response-stream' : 'invoke'}`,
  modelIn: 'path',
  framing: awsEventStream,
  tokenCounting,
  // https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/implement-tool-use
  toolNames: { pattern: /^[a-zA-Z0-9_-]{1,64}$/, forbidden: /[^a-zA-Z0-9_-]/g, maxLength: 64 },
  decodeRequest,
  outputBounds: boundsIn({ tokens: ['max_tokens'], thinking: ['thinking.budget_tokens'] }),
  encodeRequest,
  adaptRequest,
  encryptedReasoning: { ...encryptedReasoning, landmarks: encryptedReasoning.landmarks.flatMap(inBase64) },
  isUnreadable,
  decodeReply,
  encodeReply,
  decodeEvents,
  encodeEvents,
  decodeError,
  encodeError,
  errorHeaders,
  encodeErrorEvent,
  landmarks,
  contentLandmark,
}
