import type { FinishReason, ReplyContext, ReplyPart, Usage } from '../../../core/model/model-reply.ts'
import { signatureOf } from '../../../core/model/signature.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import { toolInput } from '../tool-input.ts'
import { writeRedacted, writeSignature } from './signatures.ts'
import { encodeFinishReason, encodeUsage } from './usage.ts'

interface Candidate {
  readonly parts: JsonObject[]
  readonly calls: Map<number, { readonly call: JsonObject; json: string }>
  reason: FinishReason
  isRefusal: boolean
}

export function encodeReply(parts: readonly ReplyPart[], context: ReplyContext): JsonObject {
  const candidates = new Map<number, Candidate>()
  const candidateOf = (choice: number): Candidate => {
    let candidate = candidates.get(choice)
    if (candidate === undefined) {
      candidate = { parts: [], calls: new Map(), reason: 'other', isRefusal: false }
      candidates.set(choice, candidate)
    }
    return candidate
  }
  let usage: Usage | undefined
  for (const part of parts) {
    if (part.type === 'usage-report') usage = { ...usage, ...part.usage }
    else if ('choice' in part) add(candidateOf(part.choice), part)
  }
  for (const { calls } of candidates.values())
    for (const { call, json } of calls.values()) call['args'] = toolInput(json)
  return {
    candidates: [...candidates].map(([index, candidate]) => ({
      // Google's own SDK forgets an answer without parts.
      content: { parts: candidate.parts.length > 0 ? candidate.parts : [{ text: '' }], role: 'model' },
      finishReason: encodeFinishReason(candidate.reason, candidate.isRefusal),
      index,
    })),
    ...(usage === undefined ? {} : { usageMetadata: encodeUsage(usage) }),
    modelVersion: context.model,
    responseId: context.callId,
  }
}

function add(candidate: Candidate, part: ReplyPart & { readonly choice: number }): void {
  const { parts, calls } = candidate
  const last = parts.at(-1)
  if (part.type === 'refusal-delta') candidate.isRefusal = true
  switch (part.type) {
    case 'text-delta':
    case 'refusal-delta':
    case 'reasoning-delta': {
      const isThought = part.type === 'reasoning-delta'
      const isOpen = last?.['text'] !== undefined && last['thoughtSignature'] === undefined
      if (last !== undefined && isOpen && (last['thought'] === true) === isThought)
        last['text'] = String(last['text']) + part.text
      else parts.push({ text: part.text, ...(isThought ? { thought: true } : {}) })
      break
    }
    case 'reasoning-signature': {
      const isOpen = last?.['thought'] === true && last['thoughtSignature'] === undefined
      if (last !== undefined && isOpen && signatureOf('gemini', part.signature) === undefined)
        last['thoughtSignature'] = writeSignature(part.signature)
      else parts.push(signaturePart(part.signature))
      break
    }
    case 'reasoning-redacted':
      parts.push(redactedPart(part.data))
      break
    case 'tool-call-start': {
      const call: JsonObject = { id: part.id, name: part.name, args: {} }
      parts.push(callPart(call, part.signature))
      calls.set(part.index, { call, json: '' })
      break
    }
    case 'tool-call-delta': {
      const call = calls.get(part.index)
      if (call !== undefined) call.json += part.json
      break
    }
    case 'choice-end':
      candidate.reason = part.reason
      break
  }
}

/** Gemini's own stands for the answer behind it; another vendor's closes thinking. */
export function signaturePart(signature: string): JsonObject {
  const isOwn = signatureOf('gemini', signature) !== undefined
  return { text: '', ...(isOwn ? {} : { thought: true }), thoughtSignature: writeSignature(signature) }
}

export function redactedPart(data: string): JsonObject {
  return { text: '', thought: true, thoughtSignature: writeRedacted(data) }
}

export function callPart(call: JsonObject, signature: string | undefined): JsonObject {
  return { functionCall: call, ...(signature === undefined ? {} : { thoughtSignature: writeSignature(signature) }) }
}
