import type { JsonObject } from '../wire/json.ts'
import type { AssistantPart, EncodedRequest, ModelRequest } from './model-request.ts'

/**
 * Reasoning that servers of a dialect encrypt or sign, and take back with the next turn. A piece is a signature or a redacted
 * block of the neutral form (`core/model/signature.ts`). Pure.
 */
export interface EncryptedReasoning {
  /** What `without` leaves out, as clients of the dialect know it. */
  readonly name: string
  /** The pieces in a request, the oldest first. */
  piecesIn(body: JsonObject): readonly string[]
  /** The body without the pieces that its server cannot read, and without what that server would refuse when they are gone. */
  without(body: JsonObject, isForeign: (piece: string) => boolean, model: string): EncodedRequest
  /** Whether the reply to this request may bring a piece. */
  mayCome(body: JsonObject, model: string): boolean
  /** Byte strings, one of which is in each event of a stream that brings one. */
  readonly landmarks: readonly string[]
}

/** The request without those pieces; what was thought stays where it is told in words. */
export function withoutPieces(request: ModelRequest, isForeign: (piece: string) => boolean): ModelRequest {
  const messages = request.messages.map((message) =>
    message.role === 'assistant'
      ? { ...message, parts: message.parts.flatMap((part) => withoutPiece(part, isForeign)) }
      : message,
  )
  return { ...request, messages }
}

function withoutPiece(part: AssistantPart, isForeign: (piece: string) => boolean): readonly AssistantPart[] {
  if (part.type !== 'reasoning' && part.type !== 'tool-call') return [part]
  const piece = part.type === 'reasoning' ? (part.signature ?? part.redacted) : part.signature
  if (piece === undefined || !isForeign(piece)) return [part]
  if (part.type === 'reasoning') return part.text === '' ? [] : [{ type: 'reasoning', text: part.text }]
  const { signature: _, ...call } = part
  return [call]
}
