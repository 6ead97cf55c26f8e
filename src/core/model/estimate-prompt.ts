import type { JsonValue } from '../wire/json.ts'
import { estimateTokens } from './estimate-tokens.ts'
import type { AssistantPart, ModelRequest, ToolResultPart, UserPart } from './model-request.ts'

/** Role marks and separators; OpenAI documents three to four for its chat format. */
export const tokensPerMessage = 4
/** A picture of about one megapixel at the vendors' documented rates is 700 to 1,600. */
const tokensPerMedium = 1000
const maxDepth = 200

/** How many tokens a request has that a model reads, about: messages, tools and the form of the answer; the rest are settings. */
export function estimatePrompt({ messages, tools = [], responseFormat }: ModelRequest): number {
  let tokens = messages.length * tokensPerMessage
  for (const { parts } of messages) for (const part of parts) tokens += partTokens(part)
  for (const { name, description = '', parameters } of tools)
    tokens += estimateTokens(name) + estimateTokens(description) + jsonTokens(parameters)
  return tokens + (responseFormat?.type === 'json-schema' ? jsonTokens(responseFormat.schema) : 0)
}

function partTokens(part: UserPart | AssistantPart | ToolResultPart): number {
  switch (part.type) {
    case 'tool-call':
      return estimateTokens(part.name) + estimateTokens(part.arguments)
    case 'tool-result':
      return part.content.reduce((sum, inner) => sum + partTokens(inner), 0)
    case 'document':
      return part.source.type === 'text' ? estimateTokens(part.source.text) : tokensPerMedium
    case 'image':
    case 'audio':
      return tokensPerMedium
    default:
      return estimateTokens(part.text)
  }
}

/** A schema, which the model sees as JSON, its names included. */
function jsonTokens(value: JsonValue | undefined, depth = 0): number {
  // Deeper than anything a person writes: an attack on whoever walks it.
  if (depth > maxDepth) return 0
  if (typeof value === 'string') return estimateTokens(value)
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + jsonTokens(item, depth + 1), 0)
  if (typeof value !== 'object' || value === null) return 0
  let tokens = 0
  for (const [name, item] of Object.entries(value)) tokens += 2 + estimateTokens(name) + jsonTokens(item, depth + 1)
  return tokens
}
