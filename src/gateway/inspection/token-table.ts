/** What numbers of tokens stand for: one list of bytes, and where those of each number are. */
export interface TokenTable {
  readonly bytes: Uint8Array
  /** Of each number, and behind the last. */
  readonly starts: Uint32Array
  /** Numbers that stand for no text of their own, and what they are called. */
  readonly special: ReadonlyMap<number, string>
}

/** As `js-tiktoken` has them. */
export interface TokenRanks {
  /** Lines of a mark, the first number, and what it and those behind it stand for, in Base64. */
  readonly bpe_ranks: string
  readonly special_tokens: Readonly<Record<string, number>>
}

/** Letter by letter: whoever splits it into 200,000 strings stands still for a quarter of a second. */
export function tokenTable({ bpe_ranks: lines, special_tokens: special }: TokenRanks): TokenTable {
  const bytes = new Uint8Array(lines.length)
  const starts = new Uint32Array(lines.length)
  let count = 0
  let end = 0
  for (const line of lines.split('\n')) {
    const [, first = ''] = line.split(' ', 2)
    if (first === '') continue
    // Between two lines there are numbers that stand for nothing.
    while (count < Number(first)) starts[count++] = end
    let bits = 0
    let held = 0
    for (let at = line.indexOf(first, 1) + first.length; at < line.length; at++) {
      const letter = line.charCodeAt(at)
      if (letter === SPACE) {
        starts[count++] = end
        bits = 0
        continue
      }
      const value = values[letter]
      if (value === undefined || letter === EQUALS) continue
      held = ((held << 6) | value) & 0xffff
      bits += 6
      if (bits < 8) continue
      bits -= 8
      bytes[end++] = (held >> bits) & 0xff
    }
  }
  starts[count++] = end
  return {
    bytes: bytes.slice(0, end),
    starts: starts.slice(0, count),
    special: new Map(Object.entries(special).map(([name, number]) => [number, name])),
  }
}

const SPACE = 32
const EQUALS = 61
const values = new Uint8Array(128)
for (const [value, letter] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries())
  values[letter.charCodeAt(0)] = value

/** In bytes: the longest are lines of blanks. */
const MAX_PIECE = 1024

/**
 * The texts of lists of numbers; `undefined` where one stands for nothing. A letter of which the end of a list leaves a part
 * stands where the next begins: clients cut long texts by numbers, and not by letters.
 */
export function textsOfTokens(
  { bytes, starts, special }: TokenTable,
  lists: readonly (readonly number[])[],
): readonly string[] | undefined {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const texts: string[] = []
  for (const [index, list] of lists.entries()) {
    let said = Buffer.allocUnsafe(list.length * 8 + MAX_PIECE)
    let length = 0
    for (const token of list) {
      const name = special.get(token)
      const start = starts[token] ?? 0
      const end = starts[token + 1] ?? 0
      const size = name === undefined ? end - start : Buffer.byteLength(name)
      if (size <= 0 || size > MAX_PIECE) return undefined
      if (length + size > said.length) said = Buffer.concat([said], said.length * 2)
      if (name !== undefined) said.write(name, length)
      else for (let at = 0; at < size; at++) said[length + at] = bytes[start + at] ?? 0
      length += size
    }
    texts.push(decoder.decode(said.subarray(0, length), { stream: index < lists.length - 1 }))
  }
  return texts
}
