import { awsEventStream } from '../../core/aws-event-stream.ts'
import { percentEncoded } from '../../core/aws-signature.ts'
import type { Asked, Dialect } from '../../core/dialect.ts'
import { GatewayError } from '../../core/errors.ts'
import { decodeError, encodeError, encodeErrorEvent, errorHeaders } from './bedrock-converse/errors.ts'
import { decodeReply } from './bedrock-converse/reply-decode.ts'
import { encodeReply } from './bedrock-converse/reply-encode.ts'
import { decodeRequest } from './bedrock-converse/request-decode.ts'
import { encodeRequest } from './bedrock-converse/request-encode.ts'
import { decodeEvents } from './bedrock-converse/stream-decode.ts'
import { encodeEvents } from './bedrock-converse/stream-encode.ts'

/** Bedrock Converse: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
export const bedrockConverse: Dialect = {
  id: 'bedrock-converse',
  title: 'Bedrock Converse',
  clientPaths: [
    { path: '/model/{model}/converse', stream: false },
    { path: '/model/{model}/converse-stream', stream: true },
  ],
  providerPath,
  modelIn: 'path',
  framing: awsEventStream,
  // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolSpecification.html
  toolNames: { pattern: /^[a-zA-Z0-9_-]{1,64}$/, forbidden: /[^a-zA-Z0-9_-]/g, maxLength: 64 },
  decodeRequest,
  encodeRequest,
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

/** An id may be an ARN with colons and slashes; all but unreserved characters are encoded, as AWS SDKs do. */
function providerPath({ model, stream }: Asked): string {
  // A URL has no way to write these two as a name (WHATWG URL, "double-dot path segment").
  if (model === '.' || model === '..')
    throw new GatewayError('unknown_model', `No provider serves a model named "${model}".`, { param: 'model' })
  return `/model/${percentEncoded(model)}/${stream ? 'converse-stream' : 'converse'}`
}
