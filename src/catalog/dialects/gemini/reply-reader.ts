import { GatewayError } from '../../../core/errors.ts'
import type { ReplyPart } from '../../../core/model/model-reply.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'
import { stringified } from '../../../core/wire/json-depth.ts'
import { choiceIndex, idBase } from '../openai-chat/choice-reader.ts'
import { readSignature } from './signatures.ts'
import { decodeFinishReason, decodeUsage, finishFault } from './usage.ts'

/** Reads one reply: its only body, or the bodies of its stream one after the other. */
export interface ReplyReader {
  read(body: JsonObject, parts: ReplyPart[]): void
}

interface Candidate {
  calls: number
  isEnded: boolean
}

export function replyReader(): ReplyReader {
  let isStarted = false
  let id: JsonValue | undefined
  const known = new Map<number, Candidate>()
  const candidateOf = (choice: number): Candidate => {
    let candidate = known.get(choice)
    if (candidate === undefined) {
      candidate = { calls: 0, isEnded: false }
      known.set(choice, candidate)
    }
    return candidate
  }
  const readPart = (part: JsonObject, choice: number, candidate: Candidate, parts: ReplyPart[]): void => {
    const { text, thought, thoughtSignature: wire, functionCall: call } = part
    const signed = readSignature(typeof wire === 'string' ? wire : undefined)
    const signature = signed !== undefined && 'signature' in signed ? signed : undefined
    if (isJsonObject(call)) {
      const index = candidate.calls++
      const { name, id: given } = call
      parts.push({
        type: 'tool-call-start',
        choice,
        index,
        id: typeof given === 'string' && given !== '' ? given : `call_${idBase(id)}${choice}_${index}`,
        name: typeof name === 'string' ? name : '',
        ...signature,
      })
      parts.push({ type: 'tool-call-delta', choice, index, json: argumentsOf(call['args']) })
      return
    }
    const said = typeof text === 'string' ? text : ''
    const isThought = thought === true
    if (isThought && said !== '') parts.push({ type: 'reasoning-delta', choice, text: said })
    // Before the text, as it closes the thinking that the text came from.
    if (signature !== undefined) parts.push({ type: 'reasoning-signature', choice, ...signature })
    if (signed !== undefined && 'redacted' in signed)
      parts.push({ type: 'reasoning-redacted', choice, data: signed.redacted })
    if (!isThought && said !== '') parts.push({ type: 'text-delta', choice, text: said })
  }
  const end = (reason: string, message: JsonValue | undefined, choice: number, parts: ReplyPart[]): void => {
    const candidate = candidateOf(choice)
    if (candidate.isEnded) return
    candidate.isEnded = true
    const fault = finishFault(reason)
    if (fault !== undefined) {
      const detail = typeof message === 'string' && message !== '' ? ` ${message.slice(0, 1000)}` : ''
      parts.push({ type: 'refusal-delta', choice, text: fault + detail })
    }
    const decoded = decodeFinishReason(reason)
    // Gemini says `STOP` after calls too; clients of other dialects act by the reason.
    const isCalling = candidate.calls > 0 && decoded === 'stop'
    parts.push({ type: 'choice-end', choice, reason: isCalling ? 'tool-calls' : decoded })
  }
  return {
    read(body, parts) {
      if (!isStarted) {
        isStarted = true
        id = body['responseId']
        parts.push(replyStart(body))
      }
      const { candidates, promptFeedback, usageMetadata } = body
      const list = Array.isArray(candidates) ? candidates : []
      for (const [position, candidate] of list.entries()) {
        if (!isJsonObject(candidate)) continue
        const choice = choiceIndex(candidate['index'], position)
        const content = candidate['content']
        const read = isJsonObject(content) && Array.isArray(content['parts']) ? content['parts'] : []
        for (const part of read) if (isJsonObject(part)) readPart(part, choice, candidateOf(choice), parts)
        const reason = candidate['finishReason']
        if (typeof reason === 'string' && reason !== 'FINISH_REASON_UNSPECIFIED')
          end(reason, candidate['finishMessage'], choice, parts)
      }
      const blocked = isJsonObject(promptFeedback) ? promptFeedback['blockReason'] : undefined
      if (typeof blocked === 'string' && list.length === 0 && !candidateOf(0).isEnded) {
        candidateOf(0).isEnded = true
        parts.push({ type: 'refusal-delta', choice: 0, text: `The prompt was blocked: ${blocked.slice(0, 100)}.` })
        parts.push({ type: 'choice-end', choice: 0, reason: 'refusal' })
      }
      const usage = decodeUsage(usageMetadata)
      if (usage !== undefined) parts.push({ type: 'usage-report', usage })
    },
  }
}

function replyStart({ responseId: id, modelVersion: model }: JsonObject): ReplyPart {
  return {
    type: 'reply-start',
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof model === 'string' ? { model } : {}),
  }
}

function argumentsOf(value: JsonValue | undefined): string {
  const text = stringified(value ?? {})
  if (text === undefined)
    throw new GatewayError('upstream_invalid_reply', 'The arguments of a tool call in the reply are nested too deep.')
  return text
}
