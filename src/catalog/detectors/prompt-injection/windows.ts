import { begins, type Tokens } from './tokens.ts'

/** Sizes of windows in words; each is filled up with whole sentences, and is at least one. */
export const scales = [1, 24, 64, 160] as const
const maxSentence = 48

/** The first tokens of sentences, with the count of tokens behind the last. */
export function sentencesOf(tokens: Tokens): readonly number[] {
  const found = [0]
  let last = 0
  for (let token = 1; token < tokens.count; token++) {
    const isStart = ((tokens.flags[token] ?? 0) & begins) !== 0
    // Two words make no sentence: they stay with what comes before.
    if ((isStart && token - last >= 3) || token - last >= maxSentence) {
      found.push(token)
      last = token
    }
  }
  if (tokens.count > 0) found.push(tokens.count)
  return found
}

/** Each window as its scale, first token and the token behind the last. */
export function forEachWindow(
  sentences: readonly number[],
  visit: (scale: number, from: number, to: number) => void,
): void {
  const last = sentences.length - 1
  for (let scale = 0; scale < scales.length; scale++) {
    const size = scales[scale] ?? 1
    let end = 1
    for (let start = 0; start < last; start++) {
      const from = sentences[start] ?? 0
      if (end <= start) end = start + 1
      while (end < last && (sentences[end] ?? 0) - from < size) end++
      const to = sentences[end] ?? 0
      // A window that holds no more than the one of the size below is none of its own.
      if (scale > 0 && (sentences[end - 1] ?? 0) - from < (scales[scale - 1] ?? 0)) continue
      visit(scale, from, to)
      if (end >= last && scale > 0) break
    }
  }
}
