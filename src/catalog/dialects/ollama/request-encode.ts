import type { TargetTraits } from '../../../core/model/dialect.ts'
import type {
  DocumentPart,
  EncodedRequest,
  ImagePart,
  Message,
  ModelRequest,
  UserPart,
} from '../../../core/model/model-request.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../../core/wire/json.ts'
import { encodeSettings } from './encode-settings.ts'

/** Writes a request for `/api/chat`. */
export function encodeRequest(request: ModelRequest, traits: TargetTraits): EncodedRequest {
  const dropped = new Set(request.other)
  const toolNames = new Map<string, string>()
  const messages = request.messages.flatMap((message) => encodeMessage(message, toolNames, dropped))
  const body: JsonObject = {
    model: request.model,
    messages,
    // Nothing said means a stream.
    stream: request.stream,
    ...encodeTools(request, dropped),
    ...encodeSettings(request, traits, dropped),
  }
  return { body, dropped: [...dropped] }
}

function encodeTools({ tools = [], toolChoice }: ModelRequest, dropped: Set<string>): JsonObject {
  if (toolChoice?.type === 'required' || toolChoice?.type === 'tool') dropped.add('tool_choice')
  // Tools that must not be called are left out: there is no other way to say it.
  if (tools.length === 0 || toolChoice?.type === 'none') return {}
  return {
    tools: tools.map(({ name, description, parameters, strict, cache }) => {
      if (strict === true) dropped.add('strict')
      if (cache !== undefined) dropped.add('cache_control')
      return {
        type: 'function',
        function: {
          name,
          ...(description === undefined ? {} : { description }),
          parameters: parameters ?? { type: 'object', properties: {} },
        },
      }
    }),
  }
}

function encodeMessage(message: Message, toolNames: Map<string, string>, dropped: Set<string>): JsonObject[] {
  if (message.role !== 'tool' && message.name !== undefined) dropped.add('name')
  switch (message.role) {
    case 'system':
    case 'developer':
      return message.parts.length === 0 ? [] : [{ role: 'system', ...encodeContent(message.parts, dropped) }]
    case 'user':
      return [{ role: 'user', ...encodeContent(message.parts, dropped) }]
    case 'tool':
      return message.parts.map(({ toolCallId, content, isError, cache }) => {
        if (cache !== undefined) dropped.add('cache_control')
        const { content: text, ...images } = encodeContent(content, dropped)
        const name = toolNames.get(toolCallId)
        return {
          role: 'tool',
          // Errors have no field of their own: the text says it.
          content: isError === true ? `Error: ${text}` : text,
          ...images,
          ...(name === undefined ? {} : { tool_name: name }),
          tool_call_id: toolCallId,
        }
      })
    case 'assistant': {
      let text = ''
      let thinking = ''
      const calls: JsonObject[] = []
      for (const part of message.parts) {
        if (part.type === 'reasoning') thinking += part.text
        else if (part.type === 'tool-call') {
          toolNames.set(part.id, part.name)
          const given = parseJson(part.arguments)
          calls.push({
            id: part.id,
            function: { index: calls.length, name: part.name, arguments: isJsonObject(given) ? given : {} },
          })
        } else text += part.text
        if ('cache' in part && part.cache !== undefined) dropped.add('cache_control')
        if (part.type === 'reasoning' && part.redacted !== undefined) dropped.add('thinking')
      }
      if (text === '' && thinking === '' && calls.length === 0) return []
      return [
        {
          role: 'assistant',
          content: text,
          ...(thinking === '' ? {} : { thinking }),
          ...(calls.length === 0 ? {} : { tool_calls: calls }),
        },
      ]
    }
  }
}

/** Texts become one, images stand beside it. */
export function encodeContent(
  parts: readonly UserPart[],
  dropped: Set<string>,
): { readonly content: string; readonly images?: string[] } {
  const texts: string[] = []
  const images: string[] = []
  for (const part of parts) {
    if ('cache' in part && part.cache !== undefined) dropped.add('cache_control')
    switch (part.type) {
      case 'text':
        texts.push(part.text)
        break
      case 'image':
        if (part.source.type === 'base64') images.push(part.source.data)
        else texts.push(missingImage(part, dropped))
        break
      case 'document':
        texts.push(documentText(part, dropped))
        break
      case 'audio':
        dropped.add('input_audio')
        break
    }
  }
  return { content: texts.join('\n\n'), ...(images.length === 0 ? {} : { images }) }
}

/** Ollama fetches nothing; the address at least is not lost. */
function missingImage({ source }: ImagePart, dropped: Set<string>): string {
  dropped.add('image.url')
  return source.type === 'url' ? `[image: ${source.url}]` : '[an image that only its first provider holds]'
}

function documentText({ source, name, context, citations }: DocumentPart, dropped: Set<string>): string {
  if (citations === true) dropped.add('citations')
  if (source.type === 'text') return [name, context, source.text].filter(Boolean).join('\n\n')
  dropped.add('document')
  return `[document: ${name ?? (source.type === 'url' ? source.url : 'a file that Ollama cannot read')}]`
}
