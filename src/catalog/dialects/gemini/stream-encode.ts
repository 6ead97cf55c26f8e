import type { WireEvent } from '../../../core/model/framing.ts'
import type { ReplyContext, ReplyPart, Usage } from '../../../core/model/model-reply.ts'
import type { StreamTransform } from '../../../core/wire/stream.ts'
import { type ObjectScanner, objectScanner } from '../object-scanner.ts'
import { toolInput } from '../tool-input.ts'
import { callPart, redactedPart, signaturePart } from './reply-encode.ts'
import { encodeFinishReason, encodeUsage } from './usage.ts'

const nothing: readonly WireEvent[] = []

/**
 * Writes one stream. Gemini sends a call in one piece, so what comes behind a call waits until its arguments are whole.
 * The last event has the finish reasons and the usage; clients read the usage from there.
 */
export function encodeEvents(context: ReplyContext): StreamTransform<ReplyPart, WireEvent> {
  const tail = `"modelVersion":${JSON.stringify(context.model)},"responseId":${JSON.stringify(context.callId)}}`
  const candidates = new Map<number, PartQueue>()
  const ends: string[] = []
  const refused = new Set<number>()
  let usage: Usage | undefined
  let isEnded = false
  const queueOf = (choice: number): PartQueue => {
    let queue = candidates.get(choice)
    if (queue === undefined) {
      queue = partQueue()
      candidates.set(choice, queue)
    }
    return queue
  }
  const chunk = (choice: number, parts: readonly string[]): readonly WireEvent[] =>
    parts.length === 0
      ? nothing
      : [
          {
            data: `{"candidates":[{"content":{"parts":[${parts.join(',')}],"role":"model"},"index":${choice}}],${tail}`,
          },
        ]
  return {
    push(part) {
      if (isEnded) return nothing
      switch (part.type) {
        case 'usage-report':
          usage = { ...usage, ...part.usage }
          return nothing
        case 'choice-end': {
          const reason = encodeFinishReason(part.reason, refused.has(part.choice))
          // Google's own SDK forgets an answer whose last event has no part.
          ends.push(
            `{"content":{"parts":[{"text":""}],"role":"model"},"finishReason":"${reason}","index":${part.choice}}`,
          )
          return chunk(part.choice, queueOf(part.choice).rest())
        }
        case 'reply-end': {
          isEnded = true
          const counts = usage === undefined ? '' : `"usageMetadata":${JSON.stringify(encodeUsage(usage))},`
          return [{ data: `{"candidates":[${ends.join(',')}],${counts}${tail}` }]
        }
        default:
          if (part.type === 'refusal-delta') refused.add(part.choice)
          return 'choice' in part ? chunk(part.choice, queueOf(part.choice).push(part)) : nothing
      }
    },
  }
}

/** The parts of one candidate, as JSON text, in their order. */
interface PartQueue {
  /** Those that can be sent now. */
  push(part: ReplyPart): string[]
  rest(): string[]
}

interface Call {
  readonly start: ReplyPart & { type: 'tool-call-start' }
  readonly scanner: ObjectScanner
  json: string
}

function partQueue(): PartQueue {
  const calls = new Map<number, Call>()
  let waiting: (string | Call)[] = []
  /** The first of them that still waits. */
  let next = 0
  const release = (isLast: boolean): string[] => {
    const ready: string[] = []
    while (next < waiting.length) {
      const item = waiting[next]
      if (item === undefined || (typeof item === 'object' && !isLast && !item.scanner.isWhole())) break
      ready.push(typeof item === 'string' ? item : callText(item))
      next++
    }
    if (next === waiting.length) {
      waiting = []
      next = 0
    }
    return ready
  }
  return {
    push(part) {
      if (part.type === 'tool-call-delta') {
        const call = calls.get(part.index)
        if (call === undefined) return []
        call.json += part.json
        call.scanner.push(part.json)
        return call.scanner.isWhole() ? release(false) : []
      }
      if (part.type === 'tool-call-start') {
        const call: Call = { start: part, scanner: objectScanner(), json: '' }
        calls.set(part.index, call)
        waiting.push(call)
        return []
      }
      const text = partText(part)
      if (text === undefined) return []
      if (waiting.length === 0) return [text]
      waiting.push(text)
      return []
    },
    rest: () => release(true),
  }
}

function callText({ start, json }: Call): string {
  return JSON.stringify(callPart({ id: start.id, name: start.name, args: toolInput(json) }, start.signature))
}

function partText(part: ReplyPart): string | undefined {
  switch (part.type) {
    case 'text-delta':
    case 'refusal-delta':
      return `{"text":${JSON.stringify(part.text)}}`
    case 'reasoning-delta':
      return `{"text":${JSON.stringify(part.text)},"thought":true}`
    case 'reasoning-signature':
      return JSON.stringify(signaturePart(part.signature))
    case 'reasoning-redacted':
      return JSON.stringify(redactedPart(part.data))
    default:
      return undefined
  }
}
