/** A key of this gateway that somebody chose: what tells it in a text, without the key. */
export interface KeyMark {
  /** UTF-16 units. */
  readonly length: number
  /** SHA-256 in hexadecimal digits, as the gateway knows its keys. */
  readonly hash: string
}
