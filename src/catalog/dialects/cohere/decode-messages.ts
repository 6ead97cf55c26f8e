import type {
  AssistantPart,
  DocumentPart,
  Message,
  TextPart,
  ToolResultPart,
  UserPart,
} from '../../../core/model/model-request.ts'
import { isJsonObject } from '../../../core/wire/json.ts'
import { given } from '../given.ts'
import { mediaSource } from '../openai-chat/media-source.ts'
import type { AssistantBlock, ChatMessage, ResultBlock, UserBlock } from './request-schema.ts'

/** Reads the conversation. Results that stand side by side belong to one turn. */
export function decodeMessages(messages: readonly ChatMessage[]): Message[] {
  const decoded: Message[] = []
  let results: ToolResultPart[] = []
  for (const message of messages) {
    switch (message.role) {
      case 'system':
        decoded.push({ role: 'system', parts: blocksOf(message.content).map(({ text }) => ({ type: 'text', text })) })
        break
      case 'user':
        decoded.push({ role: 'user', parts: blocksOf(message.content).map(userPart) })
        break
      case 'assistant':
        decoded.push({ role: 'assistant', parts: assistantParts(message) })
        break
      case 'tool':
        if (decoded.at(-1)?.role !== 'tool') {
          results = []
          decoded.push({ role: 'tool', parts: results })
        }
        results.push({
          type: 'tool-result',
          toolCallId: message.tool_call_id,
          content: blocksOf(message.content).map(resultPart),
        })
        break
    }
  }
  return decoded
}

interface TextBlock {
  readonly type: 'text'
  readonly text: string
}

function blocksOf<Block>(content: string | readonly Block[]): readonly (Block | TextBlock)[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content
}

function userPart(block: UserBlock | TextBlock): UserPart {
  if (block.type === 'text') return { type: 'text', text: block.text }
  const { url, detail } = block.image_url
  return { type: 'image', source: mediaSource(url), ...given({ detail }) }
}

/** A plan is what the model says before it calls tools. */
function assistantParts(message: ChatMessage & { readonly role: 'assistant' }): AssistantPart[] {
  const parts: AssistantPart[] = blocksOf<AssistantBlock>(message.content ?? []).flatMap((block): AssistantPart[] =>
    block.type === 'thinking'
      ? [{ type: 'reasoning', text: block.thinking }]
      : block.text === ''
        ? []
        : [{ type: 'text', text: block.text }],
  )
  if (message.tool_plan) parts.push({ type: 'text', text: message.tool_plan })
  for (const { id, function: called } of message.tool_calls ?? [])
    parts.push({ type: 'tool-call', id, name: called?.name ?? '', arguments: called?.arguments ?? '' })
  return parts
}

function resultPart(block: ResultBlock | TextBlock): TextPart | DocumentPart {
  if (block.type === 'text') return { type: 'text', text: block.text }
  const { id, data } = block.document
  const name = given({ name: id })
  return isJsonObject(data)
    ? {
        type: 'document',
        source: { type: 'text', mediaType: 'application/json', text: JSON.stringify(data) },
        ...name,
      }
    : { type: 'document', source: { type: 'text', mediaType: 'text/plain', text: String(data) }, ...name }
}
