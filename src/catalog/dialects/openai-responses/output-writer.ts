import type { ReplyPart } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../../core/wire/json.ts'
import { customInput } from './custom-tools.ts'
import { wrappedRedacted, wrappedSignature } from './encrypted-content.ts'

/** Takes the events of a stream, in order. `fields` is to be written at once: its items go on growing. */
export type Emit = (type: string, fields: JsonObject) => void

/** Writes the items of a response's output, one after the other. Calls of tools may overlap. */
export interface OutputWriter {
  readonly output: JsonObject[]
  write(part: ReplyPart): void
  /** Ends all that is open. `isCut`: the answer broke off. */
  close(isCut: boolean): void
}

interface OpenItem {
  readonly index: number
  readonly item: JsonObject
}
interface Message extends OpenItem {
  readonly kind: 'message'
  readonly content: JsonObject[]
}
interface Reasoning extends OpenItem {
  readonly kind: 'reasoning'
  /** Absent until something is thought aloud. */
  text?: string
}
interface Call extends OpenItem {
  readonly isCustom: boolean
  json: string
  isOpen: boolean
}

export function outputWriter(callId: string, customNames: ReadonlySet<unknown>, emit: Emit): OutputWriter {
  const output: JsonObject[] = []
  let open: Message | Reasoning | undefined
  const calls = new Map<number, Call>()
  let lastCall: Call | undefined

  const add = (prefix: string, fields: JsonObject): OpenItem => {
    const index = output.length
    const item = { id: `${prefix}_${callId}_${index}`, ...fields }
    output.push(item)
    emit('response.output_item.added', { output_index: index, item })
    return { index, item }
  }
  const done = ({ index, item }: OpenItem, status: string): void => {
    if (item['type'] !== 'custom_tool_call') item['status'] = status
    emit('response.output_item.done', { output_index: index, item })
  }

  /** Part of a message that is being written. */
  const startPart = (type: 'output_text' | 'refusal'): { message: Message; part: JsonObject } => {
    if (open?.kind === 'message') {
      const last = open.content.at(-1)
      if (last?.['type'] === type) return { message: open, part: last }
      endPart(open)
    } else {
      closeOpen('completed')
      const content: JsonObject[] = []
      open = {
        kind: 'message',
        content,
        ...add('msg', { type: 'message', status: 'in_progress', role: 'assistant', content }),
      }
    }
    const part: JsonObject =
      type === 'refusal' ? { type, refusal: '' } : { type, text: '', annotations: [], logprobs: [] }
    open.content.push(part)
    emit('response.content_part.added', { ...placeOf(open), part })
    return { message: open, part }
  }
  const placeOf = ({ index, item, content }: Message): JsonObject => ({
    item_id: item['id'],
    output_index: index,
    content_index: content.length - 1,
  })
  const endPart = (message: Message): void => {
    const part = message.content.at(-1)
    if (part === undefined) return
    const place = placeOf(message)
    if (part['type'] === 'refusal') emit('response.refusal.done', { ...place, refusal: part['refusal'] })
    else emit('response.output_text.done', { ...place, text: part['text'], logprobs: [] })
    emit('response.content_part.done', { ...place, part })
  }

  const startReasoning = (): Reasoning => {
    if (open?.kind === 'reasoning') return open
    closeOpen('completed')
    open = { kind: 'reasoning', ...add('rs', { type: 'reasoning', summary: [] }) }
    return open
  }
  const sign = (signature: string): void => {
    startReasoning().item['encrypted_content'] = wrappedSignature(signature)
    closeOpen('completed')
  }
  const think = (text: string): void => {
    const reasoning = startReasoning()
    const place = { item_id: reasoning.item['id'], output_index: reasoning.index, summary_index: 0 }
    if (reasoning.text === undefined) {
      reasoning.text = ''
      emit('response.reasoning_summary_part.added', { ...place, part: { type: 'summary_text', text: '' } })
    }
    reasoning.text += text
    emit('response.reasoning_summary_text.delta', { ...place, delta: text })
  }
  const endReasoning = ({ item, index, text }: Reasoning): void => {
    if (text === undefined) return
    const place = { item_id: item['id'], output_index: index, summary_index: 0 }
    const part = { type: 'summary_text', text }
    item['summary'] = [part]
    emit('response.reasoning_summary_text.done', { ...place, text })
    emit('response.reasoning_summary_part.done', { ...place, part })
  }

  /** The message or the thinking that is being written, and the call before it, as soon as its arguments are whole. */
  const closeOpen = (status: string): void => {
    if (open !== undefined) {
      if (open.kind === 'message') endPart(open)
      else endReasoning(open)
      done(open, status)
      open = undefined
    }
    if (lastCall?.isOpen === true && isJsonObject(parseJson(lastCall.json))) endCall(lastCall, 'completed')
    lastCall = undefined
  }

  const startCall = ({ index, id, name }: ReplyPart & { type: 'tool-call-start' }): void => {
    closeOpen('completed')
    const isCustom = customNames.has(name)
    const item = isCustom
      ? add('ctc', { type: 'custom_tool_call', call_id: id, name, input: '' })
      : add('fc', { type: 'function_call', status: 'in_progress', call_id: id, name, arguments: '' })
    lastCall = { ...item, isCustom, json: '', isOpen: true }
    calls.set(index, lastCall)
  }
  const extendCall = ({ index, json }: ReplyPart & { type: 'tool-call-delta' }): void => {
    const call = calls.get(index)
    if (call?.isOpen !== true) return
    call.json += json
    // The text of a custom tool is known when all of its JSON is.
    if (!call.isCustom)
      emit('response.function_call_arguments.delta', {
        item_id: call.item['id'],
        output_index: call.index,
        delta: json,
      })
  }
  const endCall = (call: Call, status: string): void => {
    call.isOpen = false
    const { item, index, isCustom } = call
    const place = { item_id: item['id'], output_index: index }
    if (isCustom) {
      item['input'] = customInput(call.json)
      emit('response.custom_tool_call_input.delta', { ...place, delta: item['input'] })
      emit('response.custom_tool_call_input.done', { ...place, input: item['input'] })
    } else {
      // No arguments are no JSON, and clients parse what they get.
      if (call.json === '') emit('response.function_call_arguments.delta', { ...place, delta: '{}' })
      item['arguments'] = call.json || '{}'
      emit('response.function_call_arguments.done', { ...place, name: item['name'], arguments: item['arguments'] })
    }
    done(call, status)
  }

  return {
    output,
    write(part) {
      switch (part.type) {
        case 'text-delta': {
          const { message, part: written } = startPart('output_text')
          written['text'] = String(written['text']) + part.text
          emit('response.output_text.delta', { ...placeOf(message), delta: part.text, logprobs: [] })
          break
        }
        case 'refusal-delta': {
          const { message, part: written } = startPart('refusal')
          written['refusal'] = String(written['refusal']) + part.text
          emit('response.refusal.delta', { ...placeOf(message), delta: part.text })
          break
        }
        case 'reasoning-delta':
          think(part.text)
          break
        case 'reasoning-signature':
          sign(part.signature)
          break
        case 'reasoning-redacted':
          closeOpen('completed')
          startReasoning().item['encrypted_content'] = wrappedRedacted(part.data)
          closeOpen('completed')
          break
        case 'tool-call-start':
          // A call has no place for a signature here; clients return reasoning as it came, and in its order.
          if (part.signature !== undefined) sign(part.signature)
          startCall(part)
          break
        case 'tool-call-delta':
          extendCall(part)
          break
      }
    },
    close(isCut) {
      const status = isCut ? 'incomplete' : 'completed'
      closeOpen(status)
      for (const call of calls.values()) if (call.isOpen) endCall(call, status)
    },
  }
}
