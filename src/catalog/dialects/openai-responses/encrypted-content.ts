import type { ReasoningPart } from '../../../core/model/model-request.ts'
import { signatureOf, signedBy } from '../../../core/model/signature.ts'

/**
 * Reasoning items carry thinking between the turns in `encrypted_content`. OpenAI's own is in base64, without a colon.
 * What another vendor signed or encrypted stands behind a mark of ours, so that it can be told apart: it goes back to
 * its maker byte for byte, and never to a server of this dialect.
 */
const signatureMark = 'portcullis:s:'
const redactedMark = 'portcullis:r:'

export function wrappedSignature(signature: string): string {
  return signatureMark + signature
}

export function wrappedRedacted(data: string): string {
  return redactedMark + data
}

/** What a server of this dialect made. Its item is known by its id as well, so both are kept, with a space between. */
export interface OwnReasoning {
  readonly id: string
  readonly encrypted: string
}

/** What `encrypted_content` of an item means in the neutral form. */
export function readEncrypted(id: string, encrypted: string): Pick<ReasoningPart, 'signature' | 'redacted'> {
  if (encrypted.startsWith(signatureMark)) return { signature: encrypted.slice(signatureMark.length) }
  if (encrypted.startsWith(redactedMark)) return { redacted: encrypted.slice(redactedMark.length) }
  return { signature: signedBy('openai', `${id} ${encrypted}`) }
}

/** The reasoning of a server of this dialect; `undefined` for another vendor's. */
export function ownReasoning({ signature }: Pick<ReasoningPart, 'signature'>): OwnReasoning | undefined {
  const own = signatureOf('openai', signature)
  if (own === undefined) return undefined
  const space = own.indexOf(' ')
  return { id: own.slice(0, Math.max(0, space)), encrypted: own.slice(space + 1) }
}

/** True for what stands behind a mark of ours. */
export function isWrapped(encrypted: string): boolean {
  return encrypted.startsWith(signatureMark) || encrypted.startsWith(redactedMark)
}
