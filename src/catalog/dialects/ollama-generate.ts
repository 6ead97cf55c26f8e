import type { Dialect } from '../../core/model/dialect.ts'
import { ndjson } from '../../core/wire/ndjson.ts'
import { encodeError, encodeErrorEvent } from './ollama/errors.ts'
import { decodeRequest, encodeRequest } from './ollama/generate-request.ts'
import { generateContent, wholeReply } from './ollama/reply-decode.ts'
import { encodeEvents, encodeReply, generateWriter } from './ollama/reply-encode.ts'
import { decodeEvents } from './ollama/stream-decode.ts'
import { boundsIn } from './output-bounds.ts'
import { readError } from './read-error.ts'

/** Ollama's API for one prompt: https://docs.ollama.com/api/generate */
export const ollamaGenerate: Dialect = {
  id: 'ollama-generate',
  title: 'Ollama Generate',
  clientPaths: [{ path: '/api/generate', stream: 'unless-refused' }],
  providerPath: () => '/api/generate',
  modelIn: 'body',
  framing: ndjson,
  decodeRequest,
  outputBounds: boundsIn({ tokens: ['options.num_predict'] }),
  encodeRequest,
  decodeReply: wholeReply(generateContent),
  encodeReply: encodeReply(generateWriter),
  decodeEvents: decodeEvents(generateContent),
  encodeEvents: encodeEvents(generateWriter),
  decodeError: readError,
  encodeError,
  encodeErrorEvent,
  landmarks: ['"done":true', '"done": true', '"error":', '"error" :'],
  contentLandmark: '"response"',
}
