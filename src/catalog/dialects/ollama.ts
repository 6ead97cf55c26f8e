import type { Dialect } from '../../core/model/dialect.ts'
import { ndjson } from '../../core/wire/ndjson.ts'
import { encodeError, encodeErrorEvent } from './ollama/errors.ts'
import { questions } from './ollama/questions.ts'
import { chatContent, wholeReply } from './ollama/reply-decode.ts'
import { chatWriter, encodeEvents, encodeReply } from './ollama/reply-encode.ts'
import { decodeRequest } from './ollama/request-decode.ts'
import { encodeRequest } from './ollama/request-encode.ts'
import { decodeEvents } from './ollama/stream-decode.ts'
import { boundsIn } from './output-bounds.ts'
import { readError } from './read-error.ts'

/** Ollama's own chat API: https://docs.ollama.com/api/chat */
export const ollama: Dialect = {
  id: 'ollama',
  title: 'Ollama Chat',
  clientPaths: [{ path: '/api/chat', stream: 'unless-refused' }],
  providerPath: () => '/api/chat',
  modelListPath: '/api/tags',
  modelIn: 'body',
  framing: ndjson,
  questions,
  decodeRequest,
  outputBounds: boundsIn({ tokens: ['options.num_predict'] }),
  encodeRequest,
  decodeReply: wholeReply(chatContent),
  encodeReply: encodeReply(chatWriter),
  decodeEvents: decodeEvents(chatContent),
  encodeEvents: encodeEvents(chatWriter),
  decodeError: readError,
  encodeError,
  encodeErrorEvent,
  landmarks: ['"done":true', '"done": true', '"error":', '"error" :', '"tool_calls"'],
  contentLandmark: '"message"',
}
