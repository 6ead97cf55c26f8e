import type { Dialect } from '../../core/model/dialect.ts'
import { sse } from '../../core/wire/sse.ts'
import { encodeError } from './openai-chat/errors.ts'
import { encryptedReasoning, isUnreadable } from './openai-responses/encrypted-reasoning.ts'
import { encodeErrorEvent } from './openai-responses/error-event.ts'
import { keptParts } from './openai-responses/kept-parts.ts'
import { keptReplies } from './openai-responses/kept-replies.ts'
import { decodeReply } from './openai-responses/reply-decode.ts'
import { encodeReply } from './openai-responses/reply-encode.ts'
import { adaptRequest } from './openai-responses/request-adapt.ts'
import { decodeRequest } from './openai-responses/request-decode.ts'
import { encodeRequest } from './openai-responses/request-encode.ts'
import { decodeEvents } from './openai-responses/stream-decode.ts'
import { encodeEvents } from './openai-responses/stream-encode.ts'
import { boundsIn } from './output-bounds.ts'
import { readError } from './read-error.ts'

/** OpenAI Responses: https://platform.openai.com/docs/api-reference/responses */
export const openaiResponses: Dialect = {
  id: 'openai-responses',
  title: 'OpenAI Responses',
  // Azure's clients write the second one, with a dated version in the query.
  clientPaths: [
    { path: '/v1/responses', stream: 'when-asked' },
    { path: '/openai/responses', stream: 'when-asked' },
  ],
  providerPath: () => '/responses',
  modelIn: 'body',
  framing: sse,
  featureHeader: 'openai-beta',
  keptReplies,
  keptParts,
  // https://platform.openai.com/docs/api-reference/responses/create, `tools[].name`
  toolNames: { pattern: /^[a-zA-Z0-9_-]{1,64}$/, forbidden: /[^a-zA-Z0-9_-]/g, maxLength: 64 },
  decodeRequest,
  outputBounds: boundsIn({ tokens: ['max_output_tokens'] }),
  encodeRequest,
  adaptRequest,
  encryptedReasoning,
  isUnreadable,
  decodeReply,
  encodeReply,
  decodeEvents,
  encodeEvents,
  decodeError: readError,
  encodeError,
  encodeErrorEvent,
  landmarks: [
    '"response.created"',
    '"response.completed"',
    '"response.incomplete"',
    '"response.failed"',
    '"type":"error"',
    '"type": "error"',
  ],
  // The name of every event with a piece of text, of arguments or of thinking ends so.
  contentLandmark: '.delta"',
}
