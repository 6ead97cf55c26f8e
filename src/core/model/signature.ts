import type { Target } from '../calls/registry.ts'

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

/** What the maker of a piece wrote, whoever carried it and whatever it was named on the way: by this it is known again. */
export function writtenByMaker(piece: string): string {
  const own = signatureOf('openai', piece)
  if (own !== undefined) return own.slice(own.indexOf(' ') + 1)
  return signatureOf('gemini', piece) ?? piece
}

/**
 * Whether `reader` would be sent what `maker` made, and not understand it. OpenAI encrypts for the organisation behind the
 * credential. Claude's signatures hold wherever it is served (https://platform.claude.com/docs/en/build-with-claude/extended-thinking,
 * "Thinking encryption"). Of any other server it is known only that it reads its own. Who writes for a reader of another dialect
 * leaves out what that has no place for, and says so.
 */
export function isUnreadableFor(piece: string, maker: Target, reader: Target, speakAlike: boolean): boolean {
  if (maker.account.id === reader.account.id) return false
  if (isAnthropicSignature(piece) && isClaude(reader)) return !isClaude(maker)
  if (!speakAlike) return false
  return signatureOf('openai', piece) !== undefined || maker.account.provider.id !== reader.account.provider.id
}

function isClaude({ model }: Target): boolean {
  return model.includes('claude')
}
