import { GatewayError } from '../../../core/errors.ts'
import type { Asked, TargetTraits } from '../../../core/model/dialect.ts'
import type { EncodedRequest, Message, ModelRequest } from '../../../core/model/model-request.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import { readWith } from '../schema-error.ts'
import { unreadFields } from '../unread-fields.ts'
import { decodeSettings } from './decode-settings.ts'
import { encodeSettings } from './encode-settings.ts'
import { imageOf } from './images.ts'
import { encodeContent } from './request-encode.ts'
import { GenerateRequest } from './request-schema.ts'

const unreadIn = unreadFields(GenerateRequest)

/** Reads a request of `/api/generate`: a prompt becomes what a user says. */
export function decodeRequest(body: JsonObject, { model, stream }: Asked): ModelRequest {
  const request = readWith(GenerateRequest, body)
  const other = unreadIn(body)
  const images = (request.images ?? []).map(imageOf)
  if (!request.prompt && images.length === 0) {
    // To a server that runs models it means: load this one.
    throw new GatewayError('invalid_request', '`prompt` is empty, and there is no model to load here.', {
      param: 'prompt',
    })
  }
  const messages: Message[] = []
  if (request.system) messages.push({ role: 'system', parts: [{ type: 'text', text: request.system }] })
  messages.push({ role: 'user', parts: [{ type: 'text', text: request.prompt ?? '' }, ...images] })
  return { model, stream, messages, streamUsage: true, other: [...other], ...decodeSettings(request, other) }
}

/** Writes one prompt: the system's words apart, what was said in a row, without tools. */
export function encodeRequest(request: ModelRequest, traits: TargetTraits): EncodedRequest {
  const dropped = new Set(request.other)
  if (request.tools !== undefined) dropped.add('tools')
  const system: string[] = []
  const said: string[] = []
  const images: string[] = []
  for (const message of request.messages) {
    if (message.role === 'system' || message.role === 'developer') system.push(...message.parts.map(({ text }) => text))
    else if (message.role === 'user') {
      const content = encodeContent(message.parts, dropped)
      said.push(content.content)
      images.push(...(content.images ?? []))
    } else if (message.role === 'assistant') {
      for (const part of message.parts) {
        if (part.type === 'text') said.push(part.text)
        else dropped.add(part.type === 'tool-call' ? 'tool_calls' : 'thinking')
      }
    } else dropped.add('tool_calls')
  }
  const body: JsonObject = {
    model: request.model,
    prompt: said.join('\n\n'),
    ...(system.length === 0 ? {} : { system: system.join('\n\n') }),
    ...(images.length === 0 ? {} : { images }),
    stream: request.stream,
    ...encodeSettings(request, traits, dropped),
  }
  return { body, dropped: [...dropped] }
}
