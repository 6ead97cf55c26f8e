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
  /** An act with what it is done to. */
  readonly harm: readonly HarmExpression[]
  readonly frames: readonly Frame[]
  /** Absent: all of them. */
  readonly excuses?: readonly Excuse[]
  /** Whoever asks for a way to it is excused by what he wants to do against it alone, and never by a game. */
  readonly isGrave?: boolean
  /** Whoever asks for the lawful way means that. */
  readonly hasLawfulWay?: boolean
  /** The same words with a harmless meaning, anywhere in the sentence. */
  readonly lifted?: RegExp
  /** Where it is meant and not asked for it is another thing: a threat, or somebody in need. */
  readonly whenMeant?: { readonly rule: string; readonly score: number }
}

/** Made of its text when it is first run: most never are, and the large ones take milliseconds to compile. */
export interface HarmExpression {
  readonly source: string
  readonly flags: string
  readonly compiled: () => RegExp
}

/** Whole words, in any case. Each alternative is one expression: only those whose words all stand in a sentence are ever run. */
export function expression(...alternatives: readonly string[]): readonly HarmExpression[] {
  return alternatives.flatMap(parts).map((part) => harmExpression(String.raw`(?<![\w-])(?:${part})(?!\w)`, 'gi'))
}

export function harmExpression(source: string, flags: string): HarmExpression {
  let compiled: RegExp | undefined
  return {
    source,
    flags,
    compiled: () => {
      compiled ??= new RegExp(source, flags)
      return compiled
    },
  }
}

/** Its alternatives, of which each is an expression of its own. */
function parts(source: string): readonly string[] {
  const found: string[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at < source.length; at++) {
    const letter = source[at]
    if (letter === '\\') at++
    else if (letter === '[') while (source[at] !== ']') at += source[at] === '\\' ? 2 : 1
    else if (letter === '(') depth++
    else if (letter === ')') depth--
    else if (letter === '|' && depth === 0) {
      found.push(source.slice(from, at))
      from = at + 1
    }
  }
  return [...found, source.slice(from)]
}

/** Some words may stand between the two, of one sentence. */
export function actOn(acts: string, objects: string, gap = 40): string {
  return String.raw`(?:${acts})\b.{0,${gap}}?(?<![\w-])(?:${objects})`
}
