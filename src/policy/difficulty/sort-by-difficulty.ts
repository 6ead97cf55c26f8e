import type { CallSorter } from '../../core/calls/route-plan.ts'
import { type Asked, beginningAndEnd, type FeatureName, featureNames, featuresOf } from './features.ts'
import { readsAsEnglish } from './reads-as-english.ts'

/** What a training has found: `bench/train-difficulty.ts` writes it. */
export interface DifficultyWeights {
  readonly intercept: number
  readonly weights: Readonly<Record<FeatureName, number>>
  /** The scores of the prompts that it was trained on, at each hundredth of them from the least to the greatest. */
  readonly hundredths: readonly number[]
}

/** Places of the cases in a plan by difficulty. */
export const cheap = 0
export const strong = 1

/**
 * Sorts calls by the chance that a small model answers them badly: from `threshold` on they are for the strong one. Of texts in
 * other languages than English, pictures and sound the weights know nothing, and neither case is taken.
 */
export function sortByDifficulty(trained: DifficultyWeights, threshold: number): CallSorter {
  return ({ request }) => {
    const unknown = whyUnknown(request)
    if (unknown !== undefined) return { why: unknown }
    const { score, parts } = difficultyOf(request, trained)
    const most = parts.slice(0, 4).map(([name, part]) => `${name} ${part < 0 ? '' : '+'}${part.toFixed(2)}`)
    return {
      index: score < threshold ? cheap : strong,
      why: `difficulty ${score.toFixed(3)}, threshold ${threshold.toFixed(3)}: ${most.join(', ')}`,
    }
  }
}

/** In (0, 1), with what each feature added to its logit, the greatest part first. */
export function difficultyOf(
  asked: Asked,
  { intercept, weights }: DifficultyWeights,
): { readonly score: number; readonly parts: readonly (readonly [FeatureName, number])[] } {
  const features = featuresOf(asked)
  const parts = featureNames
    .map((name) => [name, features[name] * weights[name]] as const)
    .filter(([, part]) => part !== 0)
    .sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
  return { score: 1 / (1 + Math.exp(-parts.reduce((sum, [, part]) => sum + part, intercept))), parts }
}

/** The score from which on prompts are as many as `share` of those with these scores, which are in order. */
export function thresholdOf(share: number, scores: readonly number[]): number {
  const place = (1 - share) * (scores.length - 1)
  const [below = 0, above = below] = [scores[Math.floor(place)], scores[Math.ceil(place)]]
  return below + (above - below) * (place - Math.floor(place))
}

type Request = Parameters<CallSorter>[0]['request']

/** Nothing where the weights apply. */
export function whyUnknown(request: Request): string | undefined {
  const unread = whyUnread(request)
  if (unread !== undefined) return unread
  const read = beginningAndEnd(request.text)
  if (readsAsEnglish(read)) return undefined
  // `And for x = 3?` is what the turn before makes of it.
  const isFollowUp =
    read.length <= 60 && request.earlierTexts.some((earlier) => readsAsEnglish(beginningAndEnd(earlier)))
  return isFollowUp ? undefined : 'not in English, or not known to be'
}

/** Nothing where the texts say what is asked. */
export function whyUnread({ text, hasImages, hasDocuments, hasAudio }: Request): string | undefined {
  if (!/[\p{L}\p{N}]/u.test(beginningAndEnd(text))) return 'no words'
  return hasImages || hasDocuments || hasAudio ? 'more than text' : undefined
}

/** What of a request decides, in its parts that are read, the latest turn first; nothing where that does not say what is asked. */
export function textsRead(request: Request): readonly string[] | undefined {
  if (whyUnread(request) !== undefined) return undefined
  return [request.text, ...request.earlierTexts].map((text) => beginningAndEnd(text))
}
