/**
 * Signatures of thinking. They are opaque, and only the vendor that made one can read it, so the neutral form says whose
 * it is: a name and a colon stand before it. Anthropic's have no name; their alphabet (base64) has no colon.
 */
export type SignatureMaker = 'gemini' | 'openai'

export function signedBy(maker: SignatureMaker, signature: string): string {
  return `${maker}:${signature}`
}

/** The signature as its maker wrote it; `undefined` for one of another vendor. */
export function signatureOf(maker: SignatureMaker, signature: string | undefined): string | undefined {
  return signature?.startsWith(`${maker}:`) === true ? signature.slice(maker.length + 1) : undefined
}

/** False for what Anthropic did not sign. */
export function isAnthropicSignature(signature: string): boolean {
  return !signature.includes(':')
}
