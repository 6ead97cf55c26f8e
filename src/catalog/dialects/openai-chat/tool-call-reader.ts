import { GatewayError } from '../../../core/errors.ts'
import type { ReplyPart } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'
import { stringified } from '../../../core/wire/json-depth.ts'
import { extraSignature } from './extra-content.ts'

export interface ToolCallReader {
  /** A method: each object with a getter of its own gets a hidden class of its own, which outlives it. */
  hasCalls(): boolean
  read(call: JsonObject, parts: ReplyPart[]): void
  /** What was still waited for. */
  end(parts: ReplyPart[]): void
}

interface Call {
  readonly index: number
  readonly id: string | undefined
  readonly signed: { readonly signature?: string }
  isStarted: boolean
  /** Arguments that came before the name. */
  held: string[]
}

/**
 * Numbers the tool calls of a choice from 0. Vendors number them, do not number them (Gemini), number them all 0,
 * repeat the id in each delta, send only the first one with a name, or the name later than the id. `idBase` begins the
 * ids of calls that come without one, so that they are unique in a conversation.
 */
export function toolCallReader(choice: number, idBase: () => string): ToolCallReader {
  const calls: Call[] = []
  const known = new Map<string, Call>()
  const start = (call: Call, name: string, parts: ReplyPart[]): void => {
    call.isStarted = true
    const { index } = call
    const id = call.id ?? `call_${idBase()}${choice}_${index}`
    parts.push({ type: 'tool-call-start', choice, index, id, name, ...call.signed })
    for (const json of call.held) parts.push({ type: 'tool-call-delta', choice, index, json })
  }
  return {
    hasCalls: () => calls.length > 0,
    read(item, parts) {
      const { index, id } = item
      const definition = isJsonObject(item['function'])
        ? item['function']
        : isJsonObject(item['custom'])
          ? item['custom']
          : {}
      const name = filled(definition['name'])
      const key = typeof index === 'number' ? `#${index}` : filled(id)
      const last = key === undefined ? (name === undefined ? calls.at(-1) : undefined) : known.get(key)
      // The same number with another id and a name is another call.
      const isAnother =
        last?.id !== undefined && name !== undefined && filled(id) !== undefined && filled(id) !== last.id
      let call = isAnother ? undefined : last
      if (call === undefined) {
        const signed = extraSignature(item['extra_content'])
        call = { index: calls.length, id: filled(id), signed, isStarted: false, held: [] }
        calls.push(call)
        if (key !== undefined) known.set(key, call)
      }
      const json = argumentsOf(definition)
      if (!call.isStarted && name !== undefined) start(call, name, parts)
      if (json === '') return
      if (call.isStarted) parts.push({ type: 'tool-call-delta', choice, index: call.index, json })
      else call.held.push(json)
    },
    end(parts) {
      for (const call of calls) if (!call.isStarted) start(call, '', parts)
    },
  }
}

function filled(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** JSON text; some servers send the object itself. A custom tool's input is plain text. */
function argumentsOf({ arguments: json, input }: JsonObject): string {
  const value = json ?? input
  if (!isJsonObject(value)) return typeof value === 'string' ? value : ''
  const text = stringified(value)
  if (text === undefined)
    throw new GatewayError('upstream_invalid_reply', 'The arguments of a tool call in the reply are nested too deep.')
  return text
}
