import type { ClientPath, Dialect } from '../../core/model/dialect.ts'
import { sse } from '../../core/wire/sse.ts'
import { deploymentPaths } from './azure-paths.ts'
import { encryptedReasoning } from './openai-chat/encrypted-reasoning.ts'
import { encodeError, encodeErrorEvent } from './openai-chat/errors.ts'
import { keptParts } from './openai-chat/kept-parts.ts'
import { modelQuestions } from './openai-chat/model-list.ts'
import { decodeReply } from './openai-chat/reply-decode.ts'
import { encodeReply } from './openai-chat/reply-encode.ts'
import { adaptRequest } from './openai-chat/request-adapt.ts'
import { decodeRequest } from './openai-chat/request-decode.ts'
import { encodeRequest } from './openai-chat/request-encode.ts'
import { decodeEvents } from './openai-chat/stream-decode.ts'
import { encodeEvents, terminator } from './openai-chat/stream-encode.ts'
import { boundsIn } from './output-bounds.ts'
import { readError } from './read-error.ts'

/** OpenAI Chat Completions: https://platform.openai.com/docs/api-reference/chat */
export const openaiChat: Dialect = {
  id: 'openai-chat',
  title: 'OpenAI Chat Completions',
  clientPaths: ['/v1/chat/completions', ...deploymentPaths('/chat/completions')].map(
    (path): ClientPath => ({ path, stream: 'when-asked' }),
  ),
  providerPath: () => '/chat/completions',
  takesContinuation: true,
  modelListPath: '/models',
  modelIn: 'body',
  framing: sse,
  featureHeader: 'openai-beta',
  questions: modelQuestions,
  // https://platform.openai.com/docs/api-reference/chat/create, `tools[].function.name`
  toolNames: { pattern: /^[a-zA-Z0-9_-]{1,64}$/, forbidden: /[^a-zA-Z0-9_-]/g, maxLength: 64 },
  decodeRequest,
  outputBounds: boundsIn({
    tokens: ['max_tokens', 'max_completion_tokens'],
    thinking: ['thinking.budget_tokens', 'reasoning.max_tokens'],
    answers: ['n'],
  }),
  encodeRequest,
  adaptRequest,
  keptParts,
  encryptedReasoning,
  decodeReply,
  encodeReply,
  decodeEvents,
  encodeEvents,
  decodeError: readError,
  encodeError,
  encodeErrorEvent,
  terminator,
  // `"usage"` and `"finish_reason"` stand in every chunk of some vendors; with a value they do not.
  landmarks: ['"usage":{', '"usage": {', '"finish_reason":"', '"finish_reason": "', '[DONE]', '"error":', '"error" :'],
  contentLandmark: '"delta"',
}
