/** As vendors' headers call what they limit. */
const limitKinds = ['requests', 'tokens', 'input-tokens', 'output-tokens'] as const
export type LimitKind = (typeof limitKinds)[number]

/** The headers in which clients of a vendor look for what is left of a limit. */
export interface LimitHeaders {
  readonly names: Readonly<Record<LimitKind, LimitNames>>
  /** When all of it is there again. Unix milliseconds. */
  resetText(resetsAt: number): string
}

export type LimitNames = Readonly<Record<'limit' | 'remaining' | 'reset', string>>

/** Put together once: a reply may carry twelve of them. */
export function limitNames(nameOf: (kind: LimitKind, what: keyof LimitNames) => string): LimitHeaders['names'] {
  const namesOf = (kind: LimitKind): LimitNames => ({
    limit: nameOf(kind, 'limit'),
    remaining: nameOf(kind, 'remaining'),
    reset: nameOf(kind, 'reset'),
  })
  return Object.fromEntries(limitKinds.map((kind) => [kind, namesOf(kind)])) as Record<LimitKind, LimitNames>
}
