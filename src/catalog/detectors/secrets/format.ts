/** What a credential looks like that its vendor gives a beginning of its own, and one that only its surroundings tell. */
export type SecretCategory = 'credential' | 'private-key' | 'connection-string' | 'token' | 'password'

/**
 * `starts`: the literal beginnings, with `|` between them; `body`: what follows, a pattern of classes, groups and bounded
 * repeats only (`pattern.ts`), so that it is linear and can be drawn from.
 */
export type FormatRow = readonly [
  rule: string,
  category: SecretCategory,
  starts: string,
  body: string,
  options?: FormatOptions,
]

export interface FormatOptions {
  /** How sure its own check makes, 0 for none; for what the beginning alone does not tell. */
  readonly check?: (secret: string) => number
  /** Of a drawn secret, one that passes its check. */
  readonly finish?: (drawn: string) => string
  /** Shannon entropy of the body in bits a character, at least. Absent: by the length of it. 0: not looked at. */
  readonly entropy?: number
  /** The beginning says little: what stands before must be no letter, digit, nor one of `-_./+=`. */
  readonly isWeak?: true
}

/** `infix`: literal text within; `before`: how much of the word stands before it at least and at most. */
export type InfixRow = readonly [rule: string, category: SecretCategory, infix: string, before: string, after: string]

/** `vendors`: names, with `|` between them, of which one stands before; `body`: the whole secret. */
export type ContextRow = readonly [rule: string, category: SecretCategory, vendors: string, body: string]

export const hex = '[0-9a-fA-F]'
export const alnum = '[A-Za-z0-9]'
export const word = '[A-Za-z0-9_-]'
export const uuid = `${hex}{8}-${hex}{4}-${hex}{4}-${hex}{4}-${hex}{12}`
