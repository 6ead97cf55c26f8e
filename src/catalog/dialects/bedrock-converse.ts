import type { Dialect } from '../../core/model/dialect.ts'
import { awsEventStream } from '../../core/wire/aws-event-stream.ts'
import { isUnreadable } from './anthropic-messages/encrypted-reasoning.ts'
import { encryptedReasoning } from './bedrock-converse/encrypted-reasoning.ts'
import { decodeError, encodeError, encodeErrorEvent, errorHeaders } from './bedrock-converse/errors.ts'
import { modelPath } from './bedrock-converse/model-path.ts'
import { decodeReply } from './bedrock-converse/reply-decode.ts'
import { encodeReply } from './bedrock-converse/reply-encode.ts'
import { decodeRequest } from './bedrock-converse/request-decode.ts'
import { encodeRequest } from './bedrock-converse/request-encode.ts'
import { decodeEvents } from './bedrock-converse/stream-decode.ts'
import { encodeEvents } from './bedrock-converse/stream-encode.ts'
import { boundsIn } from './output-bounds.ts'

/** Bedrock Converse: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
export const bedrockConverse: Dialect = {
  id: 'bedrock-converse',
  title: 'Bedrock Converse',
  clientPaths: [
    { path: '/model/{model}/converse', stream: false },
    { path: '/model/{model}/converse-stream', stream: true },
  ],
  providerPath: ({ model, stream }) => `${modelPath(model)}/${stream ? 'converse-stream' : 'converse'}`,
  modelIn: 'path',
  framing: awsEventStream,
  // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolSpecification.html
  toolNames: { pattern: /^[a-zA-Z0-9_-]{1,64}$/, forbidden: /[^a-zA-Z0-9_-]/g, maxLength: 64 },
  decodeRequest,
  outputBounds: boundsIn({
    tokens: ['inferenceConfig.maxTokens'],
    thinking: ['additionalModelRequestFields.thinking.budget_tokens'],
  }),
  encodeRequest,
  encryptedReasoning,
  isUnreadable,
  decodeReply,
  encodeReply,
  decodeEvents,
  encodeEvents,
  decodeError,
  encodeError,
  errorHeaders,
  encodeErrorEvent,
  // Values of the header `:event-type`, behind their lengths.
  landmarks: ['\u0000\u000bmessageStop', '\u0000\u0008metadata', ':exception-type', ':error-code'],
  contentLandmark: '\u0000\u0011contentBlockDelta',
}
