import { signatureOf, signedBy } from '../../../core/model/signature.ts'

/**
 * `thoughtSignature` on the wire. It is of the type `bytes`, so base64, and SDKs decode it and encode it anew. Gemini's own
 * stand there as they are. Those of other vendors, for Gemini's clients to keep and bring back, are wrapped: base64 of a
 * mark and the signature.
 */
export type Signed = { readonly signature: string } | { readonly redacted: string } | undefined

/** Twelve bytes, so that their base64 is the same whatever follows. */
const mark = 'foreign-sig:'
const wrappedMark = Buffer.from(mark).toString('base64')

/**
 * Gemini 3 refuses calls without a signature; this one stands for calls that another model made.
 * https://ai.google.dev/gemini-api/docs/thought-signatures#faqs
 */
export const unsignedCall = 'skip_thought_signature_validator'

/** What a client or Gemini wrote, as the neutral form has it. */
export function readSignature(wire: string | null | undefined): Signed {
  if (wire === undefined || wire === null || wire === '' || wire === unsignedCall) return undefined
  if (!isWrapped(wire)) return { signature: signedBy('gemini', wire) }
  const text = Buffer.from(wire, 'base64').toString('utf8').slice(mark.length)
  return text.startsWith('r:') ? { redacted: text.slice(2) } : { signature: text.slice(2) }
}

/** For a client of Gemini. */
export function writeSignature(signature: string): string {
  return signatureOf('gemini', signature) ?? wrapped(`s:${signature}`)
}

export function writeRedacted(data: string): string {
  return wrapped(`r:${data}`)
}

/** True for what Gemini itself could not read. */
export function isWrapped(wire: string): boolean {
  return wire.startsWith(wrappedMark)
}

function wrapped(text: string): string {
  return Buffer.from(mark + text).toString('base64')
}
