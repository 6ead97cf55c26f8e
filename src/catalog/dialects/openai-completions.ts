import type { ClientPath, Dialect } from '../../core/model/dialect.ts'
import { sse } from '../../core/wire/sse.ts'
import { deploymentPaths } from './azure-paths.ts'
import { encodeError, encodeErrorEvent } from './openai-chat/errors.ts'
import { adaptRequest } from './openai-chat/request-adapt.ts'
import { terminator } from './openai-chat/stream-encode.ts'
import { decodeEvents, decodeReply } from './openai-completions/reply-decode.ts'
import { encodeEvents, encodeReply } from './openai-completions/reply-encode.ts'
import { decodeRequest } from './openai-completions/request-decode.ts'
import { encodeRequest } from './openai-completions/request-encode.ts'
import { boundsIn } from './output-bounds.ts'
import { readError } from './read-error.ts'

/** Of `best_of` answers that are written only the best are sent. */
const bounds = boundsIn({ tokens: ['max_tokens', 'max_completion_tokens'], answers: ['n', 'best_of'] })

/** OpenAI's legacy Completions, for one prompt without roles: https://platform.openai.com/docs/api-reference/completions */
export const openaiCompletions: Dialect = {
  id: 'openai-completions',
  title: 'OpenAI Completions',
  clientPaths: ['/v1/completions', ...deploymentPaths('/completions')].map(
    (path): ClientPath => ({ path, stream: 'when-asked' }),
  ),
  providerPath: () => '/completions',
  modelIn: 'body',
  framing: sse,
  featureHeader: 'openai-beta',
  decodeRequest,
  outputBounds(body) {
    const { answers, ...length } = bounds(body)
    const { prompt } = body
    // Each of several prompts has its answers; one may also be a list of tokens.
    const prompts = Array.isArray(prompt) && typeof prompt[0] !== 'number' ? Math.max(1, prompt.length) : 1
    return { ...length, answers: answers * prompts }
  },
  encodeRequest,
  adaptRequest,
  decodeReply,
  encodeReply,
  decodeEvents,
  encodeEvents,
  decodeError: readError,
  encodeError,
  encodeErrorEvent,
  terminator,
  landmarks: ['"usage":{', '"usage": {', '"finish_reason":"', '"finish_reason": "', '[DONE]', '"error":', '"error" :'],
  contentLandmark: '"text"',
}
