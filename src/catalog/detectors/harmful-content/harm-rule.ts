/**
 * What stands in front of the harm of a rule, in the same sentence. `asked`: somebody wants to know a way, or gives one. `meant`:
 * somebody says that he will. `made`: somebody wants it written. A rule without a frame says all by itself.
 */
export type Frame = 'asked' | 'way' | 'meant' | 'made'

/** What takes the harm out of a sentence: `purpose` (prevention, law, health), `telling` (news, history, fiction), `play` (games). */
export type Excuse = 'purpose' | 'telling' | 'play'

export interface HarmRule {
  readonly rule: string
  readonly score: number
  /** Of these, in lower case, one stands in every harm. */
  readonly has: readonly string[]
  /** An act with what it is done to. */
  readonly harm: RegExp
  readonly frames: readonly Frame[]
  /** Absent: all of them. */
  readonly excuses?: readonly Excuse[]
  /** The same words with a harmless meaning, anywhere in the sentence. */
  readonly lifted?: RegExp
  /** Where it is meant and not asked for it is another thing: a threat, or somebody in need. */
  readonly whenMeant?: { readonly rule: string; readonly score: number }
}

/** Whole words, in any case. */
export function expression(...alternatives: readonly string[]): RegExp {
  return new RegExp(String.raw`(?<![\w-])(?:${alternatives.join('|')})(?!\w)`, 'gi')
}

/** Some words may stand between the two, of one sentence. */
export function actOn(acts: string, objects: string, gap = 40): string {
  return String.raw`(?:${acts})\b.{0,${gap}}?(?<![\w-])(?:${objects})`
}
