/** Header fields of HTTP/1.1 (RFC 9110, section 5; RFC 9112, section 5), read strictly, for requests and replies alike. */

/** The message is not HTTP/1.1 as we accept it. */
export class HttpSyntaxError extends Error {
  override readonly name = 'HttpSyntaxError'
  readonly code = 'INVALID_HTTP'
}

const CRLF = '\r\n'
/** A token, a colon, a value without control characters. Folded lines have no token. */
const fieldLines = /^(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*\r\n)*$/

/**
 * The field lines of `head` from `start` on, without the empty line behind them. Names in lower case; what stands twice is
 * joined with `, `, but for those in `single`, where two values that differ are an error.
 */
export function readFields(head: string, start: number, single: ReadonlySet<string>): Record<string, string> {
  const block = `${head.slice(start)}${CRLF}`
  if (!fieldLines.test(block)) throw new HttpSyntaxError('A header is not valid.')
  const fields: Record<string, string> = Object.create(null)
  for (let from = 0; from < block.length; ) {
    const end = block.indexOf(CRLF, from)
    const colon = block.indexOf(':', from)
    const name = block.slice(from, colon).toLowerCase()
    const value = block.slice(colon + 1, end).trim()
    const earlier = fields[name]
    if (earlier === undefined) fields[name] = value
    else if (!single.has(name)) fields[name] = `${earlier}, ${value}`
    else if (earlier !== value) throw new HttpSyntaxError(`The header "${name}" stands there twice.`)
    from = end + 2
  }
  return fields
}
