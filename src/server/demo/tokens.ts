/**
 * The demo's own idea of a token: a word of up to twelve characters with the space before it. Deterministic, and close
 * enough to a real tokenizer to make plausible numbers. Joined, the tokens are the text.
 */
export function tokensOf(text: string): readonly string[] {
  return text.match(/\s*\S{1,12}|\s+/gu) ?? []
}

export function countTokens(text: string): number {
  return tokensOf(text).length
}
