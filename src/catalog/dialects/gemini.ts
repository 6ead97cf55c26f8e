import type { ClientPath, Dialect } from '../../core/model/dialect.ts'
import { sse } from '../../core/wire/sse.ts'
import { encryptedReasoning, isUnreadable } from './gemini/encrypted-reasoning.ts'
import { decodeError, encodeError, encodeErrorEvent } from './gemini/errors.ts'
import { camelCased } from './gemini/field-names.ts'
import { jsonArray } from './gemini/json-array.ts'
import { methodPaths } from './gemini/method-paths.ts'
import { modelQuestions } from './gemini/model-list.ts'
import { modelPath } from './gemini/model-path.ts'
import { decodeEvents, decodeReply } from './gemini/reply-decode.ts'
import { encodeReply } from './gemini/reply-encode.ts'
import { adaptRequest } from './gemini/request-adapt.ts'
import { decodeRequest } from './gemini/request-decode.ts'
import { encodeRequest } from './gemini/request-encode.ts'
import { encodeEvents } from './gemini/stream-encode.ts'
import { tokenCounting } from './gemini/token-counting.ts'
import { boundsIn } from './output-bounds.ts'

const bounds = boundsIn({
  tokens: ['generationConfig.maxOutputTokens'],
  thinking: ['generationConfig.thinkingConfig.thinkingBudget'],
  answers: ['generationConfig.candidateCount'],
})

const framing = (query: URLSearchParams) => (query.get('alt') === 'sse' ? sse : jsonArray)

/** Gemini API, generateContent: https://ai.google.dev/api/generate-content */
export const gemini: Dialect = {
  id: 'gemini',
  title: 'Gemini generateContent',
  clientPaths: [
    ...methodPaths('generateContent').map((path): ClientPath => ({ ...path, stream: false })),
    ...methodPaths('streamGenerateContent').map((path): ClientPath => ({ ...path, stream: true, framing })),
  ],
  providerPath: ({ model, stream }) =>
    modelPath(model) + (stream ? ':streamGenerateContent?alt=sse' : ':generateContent'),
  modelListPath: '/models',
  modelIn: 'path',
  // As the vendor's own examples write it.
  keyParameter: 'key',
  framing: sse,
  questions: modelQuestions,
  tokenCounting,
  // "Must start with a letter or an underscore. Must be alphameric (a-z, A-Z, 0-9), underscores (_), dots (.) or dashes (-),
  // with a maximum length of 64."
  toolNames: { pattern: /^[a-zA-Z_][a-zA-Z0-9_.-]{0,63}$/, forbidden: /[^a-zA-Z0-9_.-]/g, maxLength: 64 },
  decodeRequest,
  outputBounds: ({ generationConfig, generation_config: snakeCased }) =>
    bounds(camelCased({ generationConfig: generationConfig ?? snakeCased ?? null })),
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
  // Usage stands in each event; that of the last one counts, and there the finish reason is.
  landmarks: ['"finishReason"', '"blockReason"', '"functionCall"', '"error":', '"error" :'],
  contentLandmark: '"parts"',
}
