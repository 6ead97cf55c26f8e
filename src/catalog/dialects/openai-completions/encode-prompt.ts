import type { AssistantPart, Message, ToolResultPart, UserPart } from '../../../core/model/model-request.ts'
import { noteCache } from '../openai-chat/encode-messages.ts'

/** One text as it is; a conversation with the names of those who speak, and the last of them about to. */
export function encodePrompt(messages: readonly Message[], dropped: Set<string>): string {
  const turns = messages.flatMap((message) => {
    if ('name' in message && message.name !== undefined) dropped.add('name')
    const text = message.parts.flatMap((part) => partText(part, dropped)).join('\n\n')
    return text === '' ? [] : [{ role: message.role, text }]
  })
  const [first, ...more] = turns
  if (first === undefined) return ''
  if (more.length === 0 && first.role !== 'assistant') return first.text
  const lines = turns.map(({ role, text }) => `${speakers[role]}: ${text}`)
  return [...lines, ...(turns.at(-1)?.role === 'assistant' ? [] : [`${speakers.assistant}:`])].join('\n\n')
}

const speakers: Readonly<Record<Message['role'], string>> = {
  system: 'System',
  developer: 'System',
  user: 'User',
  assistant: 'Assistant',
  tool: 'Tool',
}

function partText(part: UserPart | AssistantPart | ToolResultPart, dropped: Set<string>): string[] {
  switch (part.type) {
    case 'text':
      noteCache(part, dropped)
      return [part.text]
    case 'refusal':
      return [part.text]
    case 'document':
      noteCache(part, dropped)
      if (part.source.type === 'text') return [part.source.text]
      dropped.add('file')
      return []
    case 'image':
      dropped.add('image_url')
      return []
    case 'audio':
      dropped.add('input_audio')
      return []
    case 'reasoning':
      dropped.add('thinking')
      return []
    case 'tool-call':
      dropped.add('tool_calls')
      return []
    case 'tool-result':
      dropped.add('tool_calls')
      return part.content.flatMap((inner) => partText(inner, dropped))
  }
}
