import type { Dialect } from '../core/model/dialect.ts'
import type { ReplyPart } from '../core/model/model-reply.ts'
import type { CallRecord } from '../core/record/call-record.ts'
import type { CallOutput, OutputChoice } from '../core/record/call-store.ts'
import { isJsonObject, parseJson } from '../core/wire/json.ts'

/** Reads a provider's reply, as it stood on the wire, into one answer with the client's names of tools. Never throws. */
export function assembleOutput(
  reply: Uint8Array,
  dialect: Dialect | undefined,
  toolNames: CallRecord['toolNames'] = {},
): CallOutput {
  const bytes = Buffer.from(reply.buffer, reply.byteOffset, reply.byteLength)
  if (dialect !== undefined) {
    const output = outputOf(isJson(bytes) ? unaryParts(bytes, dialect) : streamParts(bytes, dialect), toolNames)
    if (output !== undefined) return output
  }
  return { raw: bytes.toString('utf8') }
}

/** A stream may have been asked for and an object have come: the bytes say what it is. */
function isJson(bytes: Buffer): boolean {
  for (const byte of bytes) {
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte === 0x7b
  }
  return false
}

function unaryParts(bytes: Buffer, dialect: Dialect): readonly ReplyPart[] {
  const body = parseJson(bytes.toString('utf8'))
  if (!isJsonObject(body)) return []
  try {
    return dialect.decodeReply(body)
  } catch {
    return []
  }
}

/** What a broken stream said before it broke is kept. */
function streamParts(bytes: Buffer, dialect: Dialect): readonly ReplyPart[] {
  const parts: ReplyPart[] = []
  try {
    const decoder = dialect.decodeEvents()
    for (const event of dialect.framing.parse(bytes)) for (const part of decoder.push(event)) parts.push(part)
    for (const part of decoder.end?.() ?? []) parts.push(part)
  } catch {
    // Malformed data: the fault is in the call's record already.
  }
  return parts
}

interface Draft {
  text: string
  reasoning: string
  refusal: string
  finishReason: string | null
  readonly toolCalls: Map<number, { id: string; name: string; arguments: string }>
}

function outputOf(parts: readonly ReplyPart[], toolNames: Readonly<Record<string, string>>): CallOutput | undefined {
  const drafts = new Map<number, Draft>()
  let error: { status: number; message: string } | undefined
  const nameOf = (name: string): string => (Object.hasOwn(toolNames, name) ? (toolNames[name] ?? name) : name)
  const draftOf = (choice: number): Draft => {
    const known = drafts.get(choice)
    if (known !== undefined) return known
    const draft: Draft = { text: '', reasoning: '', refusal: '', finishReason: null, toolCalls: new Map() }
    drafts.set(choice, draft)
    return draft
  }
  for (const part of parts) {
    switch (part.type) {
      case 'text-delta':
        draftOf(part.choice).text += part.text
        break
      case 'refusal-delta':
        draftOf(part.choice).refusal += part.text
        break
      case 'reasoning-delta':
        draftOf(part.choice).reasoning += part.text
        break
      case 'tool-call-start':
        draftOf(part.choice).toolCalls.set(part.index, { id: part.id, name: nameOf(part.name), arguments: '' })
        break
      case 'tool-call-delta': {
        const toolCall = draftOf(part.choice).toolCalls.get(part.index)
        if (toolCall !== undefined) toolCall.arguments += part.json
        break
      }
      case 'choice-end':
        draftOf(part.choice).finishReason = part.reason
        break
      case 'reply-error':
        error = { status: part.status, message: part.message }
        break
    }
  }
  if (drafts.size === 0 && error === undefined) return undefined
  const choices = [...drafts].sort(([a], [b]) => a - b).map(([, draft]) => choiceOf(draft))
  return error === undefined ? { choices } : { choices, error }
}

function choiceOf({ text, reasoning, refusal, finishReason, toolCalls }: Draft): OutputChoice {
  return {
    text,
    ...(reasoning === '' ? {} : { reasoning }),
    ...(refusal === '' ? {} : { refusal }),
    ...(toolCalls.size === 0 ? {} : { toolCalls: [...toolCalls].sort(([a], [b]) => a - b).map(([, call]) => call) }),
    finishReason,
  }
}
