/** A key of this gateway that somebody chose: what tells it in a text, without the key. */
export interface KeyMark {
  /** Whose callers have it looked for: to others, what is found would tell that it is one. */
  readonly workspace: string
  /** UTF-16 units; `leastKey` at least. */
  readonly length: number
  /** `rolling.of` its first `leastKey` units: where a text has none of these, no key begins, of whatever length. */
  readonly start: number
  /** The same hash of all its units: of texts that only begin as a key does, SHA-256 is not worked out. */
  readonly whole: number
  /** SHA-256 in hexadecimal digits, as the gateway knows its keys. */
  readonly hash: string
}

/** Shorter ones, which a gateway for this machine alone may have, are words of texts. */
export const leastKey = 16

/** `hash`: of the key, in hexadecimal digits. */
export function keyMark(key: string, workspace: string, hash: string): KeyMark {
  const start = rolling.of(key, 0)
  let whole = start
  for (let at = leastKey; at < key.length; at++) whole = rolling.longer(whole, key.charCodeAt(at))
  return { workspace, length: key.length, start, whole, hash }
}

/** The hash of Rabin and Karp over `leastKey` units, modulo 2 ^ 32: that of the next window of a text is worked out of the one before. */
export const rolling = {
  /** From `at` on. */
  of(text: string, at: number): number {
    let value = 0
    for (let next = at; next < at + leastKey; next++) value = rolling.longer(value, text.charCodeAt(next))
    return value
  },
  longer(value: number, added: number): number {
    return (Math.imul(value, base) + added) | 0
  },
  next(value: number, left: number, added: number): number {
    return (Math.imul(value - Math.imul(left, weight), base) + added) | 0
  },
}
const base = 0x01000193
/** What the first unit of a window counts. */
const weight = Array.from({ length: leastKey - 1 }).reduce<number>((product) => Math.imul(product, base), 1)
