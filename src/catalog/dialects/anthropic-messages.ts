import type { Dialect } from '../../core/model/dialect.ts'
import { sse } from '../../core/wire/sse.ts'
import { encryptedReasoning, isUnreadable } from './anthropic-messages/encrypted-reasoning.ts'
import { decodeError, encodeError, encodeErrorEvent } from './anthropic-messages/errors.ts'
import { limitHeaders } from './anthropic-messages/limit-headers.ts'
import { modelQuestions } from './anthropic-messages/model-list.ts'
import { decodeReply } from './anthropic-messages/reply-decode.ts'
import { encodeReply } from './anthropic-messages/reply-encode.ts'
import { adaptRequest } from './anthropic-messages/request-adapt.ts'
import { decodeRequest } from './anthropic-messages/request-decode.ts'
import { encodeRequest } from './anthropic-messages/request-encode.ts'
import { decodeEvents } from './anthropic-messages/stream-decode.ts'
import { encodeEvents, terminator } from './anthropic-messages/stream-encode.ts'
import { tokenCounting } from './anthropic-messages/token-counting.ts'
import { boundsIn } from './output-bounds.ts'

/** Anthropic Messages: https://docs.anthropic.com/en/api/messages */
export const anthropicMessages: Dialect = {
  id: 'anthropic-messages',
  title: 'Anthropic Messages',
  clientPaths: [{ path: '/v1/messages', stream: 'when-asked' }],
  providerPath: () => '/v1/messages',
  takesContinuation: true,
  modelListPath: '/v1/models',
  modelIn: 'body',
  framing: sse,
  featureHeader: 'anthropic-beta',
  questions: modelQuestions,
  tokenCounting,
  // https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/implement-tool-use
  toolNames: { pattern: /^[a-zA-Z0-9_-]{1,64}$/, forbidden: /[^a-zA-Z0-9_-]/g, maxLength: 64 },
  decodeRequest,
  outputBounds: boundsIn({ tokens: ['max_tokens'], thinking: ['thinking.budget_tokens'] }),
  encodeRequest,
  adaptRequest,
  encryptedReasoning,
  isUnreadable,
  decodeReply,
  encodeReply,
  decodeEvents,
  encodeEvents,
  decodeError,
  encodeError,
  encodeErrorEvent,
  limitHeaders,
  terminator,
  landmarks: ['"message_start"', '"message_delta"', '"message_stop"', '"type":"error"', '"type": "error"'],
  contentLandmark: '"content_block_delta"',
}
