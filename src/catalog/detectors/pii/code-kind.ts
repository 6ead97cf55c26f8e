import type { Category } from './rules.ts'

/** A number or a code that a text may hold: one shape, one check, the words that stand near it. */
export interface CodeKind {
  readonly rule: string
  readonly category: Category
  /** Groups of digits and what stands between: `9`, `3-2-4`, `3 3 3`. */
  readonly shapes?: readonly string[]
  /** Letters and digits, in upper case; matched from the beginning of a word. */
  readonly pattern?: RegExp
  /** How much of what the pattern matched belongs to it; undefined for nothing. Absent: all. */
  measure?(written: string): number | undefined
  /** Of the code without separators, in upper case. */
  valid?(code: string): boolean
  /** Words that name it, in lower case. */
  readonly context: RegExp
  /** Words that make it less likely: `test` beside a card that processors publish for tests. */
  readonly doubt?: RegExp
  /** Scores: without separators, with separators, with its name near. Below 0.4 it is not reported. */
  readonly bare: number
  readonly shaped: number
  readonly named: number
}

export function defineCode(kind: CodeKind): CodeKind {
  return kind
}
