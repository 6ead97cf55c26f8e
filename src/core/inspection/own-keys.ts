/** A key of this gateway that somebody chose: what tells it in a text, without the key. */
export interface KeyMark {
  /** Whose callers have it looked for: to others, what is found would tell that it is one. */
  readonly workspace: string
  /** UTF-16 units. */
  readonly length: number
  /** `rolling.of` the key: what has another one is not it. */
  readonly quick: number
  /** SHA-256 in hexadecimal digits, as the gateway knows its keys. */
  readonly hash: string
}

/** The hash of Rabin and Karp, modulo 2 ^ 32: that of the next window of a text is worked out of the one before. */
export const rolling = {
  of(text: string): number {
    let value = 0
    for (let at = 0; at < text.length; at++) value = (Math.imul(value, base) + text.charCodeAt(at)) | 0
    return value
  },
  /** What the first unit of a window of this length counts. */
  weightOf(length: number): number {
    let weight = 1
    for (let at = 1; at < length; at++) weight = Math.imul(weight, base)
    return weight
  },
  next(value: number, weight: number, left: number, added: number): number {
    return (Math.imul(value - Math.imul(left, weight), base) + added) | 0
  },
}
const base = 0x01000193
