import { GatewayError } from '../../../core/errors.ts'
import type { Message, TextPart, ToolResultPart, UserPart } from '../../../core/model/model-request.ts'
import { isJsonObject } from '../../../core/wire/json.ts'
import { given } from '../given.ts'
import { cacheOf, type Marked } from './cache-marker.ts'
import { assistantParts } from './decode-assistant.ts'
import { legacyIds } from './legacy-ids.ts'
import { fileSource, mediaSource } from './media-source.ts'
import type { ContentPart, RequestMessage } from './request-schema.ts'

/** The provider that spoke it keeps it; what it said is in the transcript. */
function refuseSound({ audio, content }: RequestMessage & { role: 'assistant' }, index: number): void {
  if (!isJsonObject(audio) || typeof audio['id'] !== 'string' || (content ?? '').length > 0) return
  const message =
    'The spoken answer that the message names is kept by the account that gave it, and this model is another provider’s: send its transcript as `content`.'
  throw new GatewayError('invalid_request', message, {
    param: `messages[${index}].audio`,
    vendorCode: 'audio_not_found',
  })
}

/** Reads the conversation. What the neutral form cannot hold is named in `other`. */
export function decodeMessages(messages: readonly RequestMessage[], other: Set<string>): Message[] {
  const decoded: Message[] = []
  const legacy = legacyIds()
  let results: ToolResultPart[] = []
  /** Results that stand side by side belong to one turn. */
  const addToolResult = (result: ToolResultPart): void => {
    if (decoded.at(-1)?.role !== 'tool') {
      results = []
      decoded.push({ role: 'tool', parts: results })
    }
    results.push(result)
  }
  for (const [index, message] of messages.entries()) {
    const name = 'name' in message && typeof message.name === 'string' ? { name: message.name } : {}
    const path = `messages[${index}].content`
    switch (message.role) {
      case 'system':
      case 'developer':
        decoded.push({ role: message.role, ...name, parts: textsOnly(userParts(message, path, other), path) })
        break
      case 'user':
        decoded.push({ role: 'user', ...name, parts: userParts(message, path, other) })
        break
      case 'assistant':
        refuseSound(message, index)
        decoded.push({ role: 'assistant', ...name, parts: assistantParts(message, legacy, other) })
        break
      case 'tool':
        addToolResult({
          type: 'tool-result',
          toolCallId: message.tool_call_id,
          content: userParts({ content: message.content }, path, other).flatMap((part) => {
            if (part.type !== 'audio') return [part]
            other.add('input_audio')
            return []
          }),
          ...given({ cache: cacheOf(message) }),
        })
        break
      case 'function':
        addToolResult({
          type: 'tool-result',
          toolCallId: legacy.ofResult(message.name),
          content: [{ type: 'text', text: message.content ?? '' }],
        })
        break
    }
  }
  return decoded
}

function textsOnly(parts: readonly UserPart[], path: string): TextPart[] {
  return parts.map((part) => {
    if (part.type !== 'text')
      throw new GatewayError('invalid_request', `\`${path}\` may hold text only.`, { param: path })
    return part
  })
}

/** A marker on the message stands for one on its last part. */
function userParts(
  message: Marked & { readonly content: string | readonly ContentPart[] },
  path: string,
  other: Set<string>,
): UserPart[] {
  const { content } = message
  const cache = cacheOf(message)
  if (typeof content === 'string') return [{ type: 'text', text: content, ...given({ cache }) }]
  const parts = content.map((part, index) => userPart(part, `${path}[${index}]`, other))
  const last = parts.at(-1)
  if (cache !== undefined && last !== undefined && last.type !== 'audio' && last.cache === undefined) {
    parts[parts.length - 1] = { ...last, cache }
  }
  return parts
}

function userPart(part: ContentPart, path: string, other: Set<string>): UserPart {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text, ...given({ cache: cacheOf(part) }) }
    case 'image_url': {
      const image = typeof part.image_url === 'string' ? { url: part.image_url } : part.image_url
      return { type: 'image', source: mediaSource(image.url), ...given({ detail: image.detail, cache: cacheOf(part) }) }
    }
    case 'input_audio':
      return {
        type: 'audio',
        source: { type: 'base64', mediaType: `audio/${part.input_audio.format}`, data: part.input_audio.data },
      }
    case 'file': {
      const { file_data: data, file_id: fileId, filename } = part.file
      const cache = given({ cache: cacheOf(part) })
      if (fileId) return { type: 'document', source: { type: 'file', fileId }, ...given({ name: filename }), ...cache }
      if (!data)
        throw new GatewayError('invalid_request', `\`${path}.file\` needs \`file_data\` or \`file_id\`.`, {
          param: `${path}.file`,
        })
      const source = fileSource(data, filename ?? undefined)
      if (source.type === 'base64' && source.mediaType.startsWith('image/')) return { type: 'image', source, ...cache }
      return { type: 'document', source, ...given({ name: filename }), ...cache }
    }
    case 'refusal':
      other.add('messages[].content[].refusal')
      return { type: 'text', text: part.refusal }
  }
}
