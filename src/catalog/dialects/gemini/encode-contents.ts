import type { AssistantPart, Message, TextPart, ToolResultPart, UserPart } from '../../../core/model/model-request.ts'
import { signatureOf } from '../../../core/model/signature.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import { toolInput } from '../tool-input.ts'
import { encodeMedia } from './encode-media.ts'
import type { GeminiTraits } from './gemini-models.ts'
import { unsignedCall } from './signatures.ts'

export interface Conversation {
  readonly system: JsonObject[]
  readonly contents: JsonObject[]
}

/** System prompts at the start become the instruction; later ones stay where they were said, in a user's turn. */
export function encodeConversation(
  messages: readonly Message[],
  traits: GeminiTraits,
  dropped: Set<string>,
): Conversation {
  const system: JsonObject[] = []
  const contents: JsonObject[] = []
  /** Names of the tools by call: a response must name its function. */
  const names = new Map<string, string>()
  /** Parts of the results that stand last; all results of a turn belong into one content. */
  let results: JsonObject[] | undefined
  const say = (role: 'user' | 'model', parts: JsonObject[]): void => {
    // A content without parts is refused.
    if (parts.length > 0) contents.push({ role, parts })
    results = undefined
  }
  for (const message of messages) {
    if ('name' in message && message.name !== undefined) dropped.add('name')
    switch (message.role) {
      case 'system':
      case 'developer':
        if (contents.length === 0) for (const part of message.parts) system.push(encodeText(part, dropped))
        else if (message.parts.length > 0) say('user', [{ text: asSystem(message.parts) }])
        break
      case 'user':
        say(
          'user',
          message.parts.map((part) => encodeUserPart(part, dropped)),
        )
        break
      case 'assistant':
        for (const part of message.parts) if (part.type === 'tool-call') names.set(part.id, part.name)
        say('model', encodeAnswer(message.parts, traits, dropped))
        break
      case 'tool': {
        const parts = results ?? []
        for (const part of message.parts)
          for (const made of encodeResult(part, names, traits, dropped)) parts.push(made)
        if (results === undefined) say('user', parts)
        results = parts
        break
      }
    }
  }
  if (contents.length > 0) return { system, contents }
  // There must be something to answer: a prompt that is all there is becomes what the user says.
  return { system: [], contents: [{ role: 'user', parts: system.length > 0 ? system : [{ text: '[empty]' }] }] }
}

function asSystem(parts: readonly TextPart[]): string {
  return `<system>\n${parts.map(({ text }) => text).join('\n')}\n</system>`
}

function encodeText(part: TextPart, dropped: Set<string>): JsonObject {
  if (part.cache !== undefined) dropped.add('cache_control')
  return { text: part.text }
}

function encodeUserPart(part: UserPart, dropped: Set<string>): JsonObject {
  return part.type === 'text' ? encodeText(part, dropped) : encodeMedia(part, dropped)
}

/**
 * An earlier answer. A signature stands at the part that its thinking led to: the call or the text behind it, or an empty
 * text where nothing follows, as Gemini sends it itself at the end of a stream.
 */
function encodeAnswer(parts: readonly AssistantPart[], traits: GeminiTraits, dropped: Set<string>): JsonObject[] {
  const encoded: JsonObject[] = []
  let waiting: string | undefined
  let isCalled = false
  const settle = (): void => {
    if (waiting !== undefined) encoded.push({ text: '', thoughtSignature: waiting })
    waiting = undefined
  }
  for (const part of parts) {
    if (part.type === 'reasoning') {
      const own = signatureOf('gemini', part.signature)
      // Another vendor's thinking is sealed, or was never meant for this one.
      if (part.redacted !== undefined || (part.signature !== undefined && own === undefined)) {
        dropped.add('thinking')
        continue
      }
      if (own !== undefined) settle()
      if (part.text !== '') encoded.push({ text: part.text, thought: true })
      if (own !== undefined) waiting = own
    } else if (part.type === 'tool-call') {
      if (part.cache !== undefined) dropped.add('cache_control')
      const own = signatureOf('gemini', part.signature)
      if (own !== undefined) settle()
      // Of calls side by side only the first is signed.
      const signature = own ?? waiting ?? (traits.needsSignatures && !isCalled ? unsignedCall : undefined)
      waiting = undefined
      isCalled = true
      encoded.push({
        functionCall: { id: part.id, name: part.name, args: toolInput(part.arguments) },
        ...(signature === undefined ? {} : { thoughtSignature: signature }),
      })
    } else {
      const text = part.type === 'text' ? encodeText(part, dropped) : { text: part.text }
      encoded.push(waiting === undefined ? text : { ...text, thoughtSignature: waiting })
      waiting = undefined
    }
  }
  settle()
  return encoded
}

function encodeResult(
  { toolCallId, content, isError, cache }: ToolResultPart,
  names: ReadonlyMap<string, string>,
  traits: GeminiTraits,
  dropped: Set<string>,
): JsonObject[] {
  if (cache !== undefined) dropped.add('cache_control')
  const texts: string[] = []
  const media: JsonObject[] = []
  for (const part of content) {
    const encoded = encodeUserPart(part, dropped)
    if (typeof encoded['text'] === 'string') texts.push(encoded['text'])
    else media.push(encoded)
  }
  const text = texts.join('\n')
  const result = {
    functionResponse: {
      id: toolCallId,
      name: names.get(toolCallId) ?? toolCallId,
      response: isError === true ? { error: text } : content.length === 0 ? {} : { output: text },
      ...(traits.takesMediaInResults && media.length > 0 ? { parts: media } : {}),
    },
  }
  return traits.takesMediaInResults ? [result] : [result, ...media]
}
