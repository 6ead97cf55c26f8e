import type { Span } from '../../../core/inspection/detection.ts'
import { commonWords } from '../../../core/text/views/common-words.ts'

/**
 * Whether a finding that was whole at the end of a text goes on in the next by nothing but the plain word that this begins with
 * (`It is hunter2secret` and `Next …`): as likely as not it ends where it ended alone.
 */
export function endsWithNextWord(
  text: string,
  { start, end }: Span,
  seams: readonly number[],
  wasWhole: WasWhole,
): boolean {
  const seam = seams.findLast((one) => one > start && one < end)
  return (
    seam !== undefined && plainWord.test(text.slice(seam, end)) && isCommon(text.slice(seam, end)) && wasWhole(seam)
  )
}

/** Whether it was found up to there, in a text that ends there. */
type WasWhole = (seam: number) => boolean

const plainWord = /^(?:\p{Lu}\p{Ll}{0,20}|\p{Ll}{1,20})$/u

function isCommon(word: string): boolean {
  return commonWords.has(word.toLowerCase())
}
