import { toolIds } from '../anthropic-messages/tool-ids.ts'
import { opaqueId } from '../opaque-id.ts'

/** Names that Bedrock wants in a form of its own, each one once in a conversation. */
export interface ConversationNames {
  ofCall(id: string): string
  ofResult(id: string): string
  ofDocument(name: string, format: string): string
}

/** Of `toolUseId`: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolUseBlock.html. Some is left for a number. */
const maxIdLength = 56
const maxNameLength = 180

export function conversationNames(): ConversationNames {
  const ids = toolIds()
  const short = (id: string): string => (id.length <= maxIdLength ? id : opaqueId(id).slice(0, maxIdLength))
  const counts = new Map<string, number>()
  return {
    ofCall: (id) => ids.ofCall(short(id)),
    ofResult: (id) => ids.ofResult(short(id)),
    ofDocument(name, format) {
      const base = documentName(name, format)
      const count = (counts.get(base) ?? 0) + 1
      counts.set(base, count)
      return count === 1 ? base : `${base} (${count})`
    },
  }
}

/**
 * Letters, digits, single blanks, hyphens, parentheses and brackets, without the ending that the format says:
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html
 */
function documentName(name: string, format: string): string {
  const plain = name.slice(0, 1000)
  const bare = plain.toLowerCase().endsWith(`.${format}`) ? plain.slice(0, -format.length - 1) : plain
  const clean = bare
    .replace(/[^a-zA-Z0-9\s\-()[\]]/g, '-')
    .replace(/\s+/g, ' ')
    .trim()
  return clean.slice(0, maxNameLength) || 'document'
}
