/** A line with where it stands in its file. */
export interface FileLine {
  readonly start: number
  readonly bytes: Buffer
}

/** U+FEFF, which Windows writes in front of text. */
const byteOrderMark = Buffer.from('\ufeff')

/**
 * Cuts a file that comes in pieces into its lines, whatever the pieces: without the blanks in front of them and without the line
 * break. Empty ones are none: a file may have millions of them. Pure.
 */
export function lineCutter(): { push(piece: Buffer): FileLine[]; end(): FileLine[] } {
  let offset = 0
  /** The beginning of a line that goes on in the next piece. */
  let rest: Buffer[] = []
  const cut = (end: number, bytes: Buffer): FileLine[] => {
    const whole = rest.length === 0 ? bytes : Buffer.concat([...rest, bytes])
    rest = []
    const isMarked = end === whole.length && whole.subarray(0, byteOrderMark.length).equals(byteOrderMark)
    const line = isMarked ? whole.subarray(firstOf(whole, byteOrderMark.length)) : whole
    return line.length === 0 ? [] : [{ start: end - line.length, bytes: line }]
  }
  return {
    push(piece) {
      const lines: FileLine[] = []
      for (let from = 0; ; ) {
        if (rest.length === 0) from = firstOf(piece, from)
        const newline = piece.indexOf(10, from)
        if (newline < 0) {
          if (from < piece.length) rest.push(piece.subarray(from))
          break
        }
        lines.push(...cut(offset + newline, piece.subarray(from, newline)))
        from = newline + 1
      }
      offset += piece.length
      return lines
    },
    end: () => (rest.length === 0 ? [] : cut(offset, Buffer.alloc(0))),
  }
}

/** Where the first byte stands that is no blank: no space, nor what stands between a tab and a carriage return. */
function firstOf(bytes: Buffer, from: number): number {
  let at = from
  for (let byte = bytes[at]; byte === 32 || (byte !== undefined && byte >= 9 && byte <= 13); byte = bytes[at]) at++
  return at
}
