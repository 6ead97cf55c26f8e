export interface CodePattern<Rule extends string = string> {
  readonly rule: Rule
  readonly score: number
  /** Signs that the text must have, all of them. */
  readonly needs: number
  /** Of these, in lower case, the text must have one. Absent: what the pattern says itself. */
  readonly has?: readonly string[]
  /** With the flag `g`. Every repeat is bounded, so that the time is linear. */
  readonly pattern: RegExp
  /** What must stand somewhere else in the text too. */
  readonly and?: readonly RegExp[]
  /** What makes the match harmless. */
  readonly unless?: RegExp
}
