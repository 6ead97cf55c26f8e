import type { AssistantPart, Message, ReasoningPart, ToolResultPart } from '../../../core/model/model-request.ts'
import { assistantParts, textParts, userParts } from './decode-content.ts'
import { readEncrypted } from './encrypted-content.ts'
import { itemNotFound } from './kept-replies.ts'
import { type BareMessage, type Item, isBareMessage, isItem, type ResponsesRequest } from './request-schema.ts'

type Input = NonNullable<ResponsesRequest['input']>

/** Reads the conversation. Items of the assistant that stand side by side are one turn, and results of tools are too. */
export function decodeItems(input: Input, other: Set<string>): Message[] {
  if (typeof input === 'string') return [{ role: 'user', parts: [{ type: 'text', text: input }] }]
  const turns = turnBuilder()
  for (const [index, item] of input.entries()) {
    if (isBareMessage(item)) decodeMessage(item, index, turns, other)
    else if (isItem(item)) decodeItem(item, index, turns, other)
    else other.add(`input[].${String(item['type'])}`)
  }
  return turns.messages
}

interface Turns {
  readonly messages: Message[]
  add(message: Message): void
  assistant(parts: readonly AssistantPart[]): void
  result(result: ToolResultPart): void
}

function turnBuilder(): Turns {
  const messages: Message[] = []
  let open: { readonly role: 'assistant'; readonly parts: AssistantPart[] } | undefined
  let results: ToolResultPart[] | undefined
  return {
    messages,
    add(message) {
      open = results = undefined
      messages.push(message)
    },
    assistant(parts) {
      results = undefined
      if (open === undefined) {
        open = { role: 'assistant', parts: [] }
        messages.push(open)
      }
      for (const part of parts) open.parts.push(part)
    },
    result(result) {
      open = undefined
      if (results === undefined) {
        results = []
        messages.push({ role: 'tool', parts: results })
      }
      results.push(result)
    },
  }
}

function decodeItem(item: Item, index: number, turns: Turns, other: Set<string>): void {
  switch (item.type) {
    case 'message':
      decodeMessage(item, index, turns, other)
      break
    case 'function_call':
      turns.assistant([{ type: 'tool-call', id: item.call_id, name: item.name, arguments: item.arguments }])
      break
    case 'custom_tool_call': {
      // A custom tool takes text where a function takes an object.
      const json = JSON.stringify({ input: item.input })
      turns.assistant([{ type: 'tool-call', id: item.call_id, name: item.name, arguments: json }])
      break
    }
    case 'function_call_output':
    case 'custom_tool_call_output':
      turns.result({
        type: 'tool-result',
        toolCallId: item.call_id,
        content: userParts(item.output, `input[${index}].output`, other).flatMap((part) => {
          if (part.type !== 'audio') return [part]
          other.add('input_audio')
          return []
        }),
      })
      break
    case 'reasoning':
      turns.assistant([reasoningPart(item)])
      break
    case 'item_reference':
      throw itemNotFound(item.id)
  }
}

function decodeMessage(
  { role, content }: BareMessage | (Item & { type: 'message' }),
  index: number,
  turns: Turns,
  other: Set<string>,
): void {
  const path = `input[${index}].content`
  if (role === 'assistant') turns.assistant(assistantParts(content, path, other))
  else if (role === 'user') turns.add({ role, parts: userParts(content, path, other) })
  else turns.add({ role, parts: textParts(content, path, other) })
}

function reasoningPart({
  id,
  summary,
  content,
  encrypted_content: encrypted,
}: Item & { type: 'reasoning' }): ReasoningPart {
  const texts = (list: typeof summary): string => (list ?? []).map(({ text }) => text ?? '').join('\n\n')
  const text = texts(summary) || texts(content)
  return { type: 'reasoning', text, ...(encrypted ? readEncrypted(id ?? '', encrypted) : {}) }
}
