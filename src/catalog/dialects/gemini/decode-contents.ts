import type {
  AssistantPart,
  DocumentPart,
  ImagePart,
  Message,
  TextPart,
  ToolResultPart,
  UserPart,
} from '../../../core/model/model-request.ts'
import type { JsonValue } from '../../../core/wire/json.ts'
import { type CallIds, callIds } from './call-ids.ts'
import { filePart, inlinePart } from './decode-media.ts'
import type { Content, GenerateRequest, Part } from './request-schema.ts'
import { readSignature, type Signed } from './signatures.ts'

export function decodeSystem(instruction: GenerateRequest['systemInstruction'], other: Set<string>): TextPart[] {
  if (typeof instruction === 'string') return [{ type: 'text', text: instruction }]
  return (instruction?.parts ?? []).flatMap((part): TextPart[] => {
    if (typeof part.text === 'string') return [{ type: 'text', text: part.text }]
    other.add('systemInstruction.parts[]')
    return []
  })
}

/** Reads the conversation. What the neutral form cannot hold is named in `other`. */
export function decodeContents(contents: readonly Content[], other: Set<string>): Message[] {
  const messages: Message[] = []
  const ids = callIds()
  /** The answer that is being read: clients that gathered a stream have a content for each of its events. */
  let answer: AssistantPart[] | undefined
  for (const { role, parts } of contents) {
    if (role === 'model') {
      if (answer === undefined) {
        answer = []
        messages.push({ role: 'assistant', parts: answer })
      }
      readAnswer(parts ?? [], answer, ids, other)
    } else {
      answer = undefined
      decodeUser(parts ?? [], ids, messages, other)
    }
  }
  return messages
}

/** Results come first in the neutral form: they answer the turn before, the rest is a turn of its own. */
function decodeUser(parts: readonly Part[], ids: CallIds, messages: Message[], other: Set<string>): void {
  const results: ToolResultPart[] = []
  const rest: UserPart[] = []
  for (const part of parts) {
    if (part.functionResponse) results.push(toolResult(part.functionResponse, ids, other))
    else for (const read of userParts(part, other)) rest.push(read)
  }
  if (results.length > 0) messages.push({ role: 'tool', parts: results })
  if (rest.length > 0 || results.length === 0) messages.push({ role: 'user', parts: rest })
}

function userParts(part: Pick<Part, 'text' | 'inlineData' | 'fileData'>, other: Set<string>): readonly UserPart[] {
  if (part.inlineData) return inlinePart(part.inlineData, other)
  if (part.fileData) return filePart(part.fileData, other)
  // A part of a kind that is not read here is named where its field is.
  return typeof part.text === 'string' ? [{ type: 'text', text: part.text }] : []
}

type FunctionResponse = NonNullable<Part['functionResponse']>

function toolResult({ id, name, response, parts }: FunctionResponse, ids: CallIds, other: Set<string>): ToolResultPart {
  const { text, isError } = responseText(response)
  const content: (TextPart | ImagePart | DocumentPart)[] = text === undefined ? [] : [{ type: 'text', text }]
  for (const part of parts ?? []) {
    for (const read of userParts(part, other)) {
      if (read.type === 'audio') other.add('functionResponse.parts[]')
      else content.push(read)
    }
  }
  return { type: 'tool-result', toolCallId: ids.ofResult(name, id), content, ...(isError ? { isError } : {}) }
}

/** `output` and `error` are Google's names for a result that is one value: https://ai.google.dev/api/caching#FunctionResponse */
function responseText(response: FunctionResponse['response']): { text: string | undefined; isError: boolean } {
  if (response === undefined || response === null) return { text: undefined, isError: false }
  const [[name, value] = ['', undefined], ...more] = Object.entries(response)
  const isOne = more.length === 0 && (name === 'output' || name === 'error')
  const said = (isOne ? value : response) as JsonValue | undefined
  return { text: typeof said === 'string' ? said : JSON.stringify(said ?? null), isError: isOne && name === 'error' }
}

function readAnswer(parts: readonly Part[], read: AssistantPart[], ids: CallIds, other: Set<string>): void {
  const before = read.length
  for (const part of parts) {
    const signed = readSignature(part.thoughtSignature)
    if (part.functionCall) {
      const { id, name, args } = part.functionCall
      const own = signed !== undefined && 'signature' in signed ? signed : {}
      read.push({
        type: 'tool-call',
        id: ids.ofCall(name, id),
        name,
        arguments: JSON.stringify(args ?? {}),
        ...own,
      })
    } else if (part.thought === true) think(read, part.text ?? '', signed)
    else {
      if (signed !== undefined) think(read, '', signed)
      if (typeof part.text === 'string' && part.text !== '') {
        const last = read.at(-1)
        // A piece of the same text, in the next event of a stream.
        if (read.length === before && last?.type === 'text') read[before - 1] = { ...last, text: last.text + part.text }
        else read.push({ type: 'text', text: part.text })
      }
      if (part.inlineData) other.add('contents[].parts[].inlineData')
      if (part.fileData) other.add('contents[].parts[].fileData')
    }
  }
}

/** Thinking comes in pieces, of which the last has the signature. */
function think(read: AssistantPart[], text: string, signed: Signed): void {
  if (signed !== undefined && 'redacted' in signed) {
    read.push({ type: 'reasoning', text, redacted: signed.redacted })
    return
  }
  const last = read.at(-1)
  const isOpen = last?.type === 'reasoning' && last.signature === undefined && last.redacted === undefined
  if (isOpen) read[read.length - 1] = { ...last, text: last.text + text, ...signed }
  else if (text !== '' || signed !== undefined) read.push({ type: 'reasoning', text, ...signed })
}
