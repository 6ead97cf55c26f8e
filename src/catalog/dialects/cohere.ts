import type { Dialect } from '../../core/model/dialect.ts'
import { sse } from '../../core/wire/sse.ts'
import { encodeError, encodeErrorEvent } from './cohere/errors.ts'
import { modelQuestions } from './cohere/model-list.ts'
import { decodeReply } from './cohere/reply-decode.ts'
import { encodeReply } from './cohere/reply-encode.ts'
import { decodeRequest } from './cohere/request-decode.ts'
import { encodeRequest } from './cohere/request-encode.ts'
import { decodeEvents } from './cohere/stream-decode.ts'
import { encodeEvents } from './cohere/stream-encode.ts'
import { boundsIn } from './output-bounds.ts'
import { readError } from './read-error.ts'

/** Cohere Chat, version 2: https://docs.cohere.com/reference/chat */
export const cohere: Dialect = {
  id: 'cohere',
  title: 'Cohere Chat',
  clientPaths: [{ path: '/v2/chat', stream: 'when-asked' }],
  providerPath: () => '/v2/chat',
  modelListPath: '/v1/models',
  modelIn: 'body',
  framing: sse,
  questions: modelQuestions,
  // "only the characters `a-z`, `A-Z`, `0-9`, `_` and must not begin with a digit": https://docs.cohere.com/v1/reference/chat
  toolNames: { pattern: /^[a-zA-Z_][a-zA-Z0-9_]{0,63}$/, forbidden: /[^a-zA-Z0-9_]/g, maxLength: 64 },
  decodeRequest,
  outputBounds: boundsIn({ tokens: ['max_tokens'], thinking: ['thinking.token_budget'] }),
  encodeRequest,
  decodeReply,
  encodeReply,
  decodeEvents,
  encodeEvents,
  decodeError: readError,
  encodeError,
  encodeErrorEvent,
  // Usage, the finish reason and the end of the stream stand in one event; a fault in it too, or in one of its own.
  landmarks: ['"message-end"', '"error"'],
  // Content, tool plans and tool calls alike.
  contentLandmark: '-delta"',
}
