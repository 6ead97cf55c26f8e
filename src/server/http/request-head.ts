/** Heads of HTTP/1.1 requests (RFC 9112, sections 3 and 6), read strictly: what two readers could understand differently is refused. */
import type { BodyFraming } from '../../core/wire/http-body.ts'
import { HttpSyntaxError, readFields } from '../../core/wire/http-fields.ts'

export interface RequestHead {
  readonly method: string
  /** Path and query; of an absolute URL (RFC 9112, section 3.2.2), what stands behind the host. */
  readonly url: string
  /** Names in lower case; what stands twice is joined with `, `. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: BodyFraming
  /** HTTP/1.0: no chunks, no `100 Continue`. */
  readonly isOld: boolean
  /** Whether the client may send another request on this connection. */
  readonly keepsAlive: boolean
  /** The client sends its body only after `100 Continue`. */
  readonly expectsContinue: boolean
}

/** Fields that decide who calls and where a message ends: two values that differ are an attack or a mistake. */
const single: ReadonlySet<string> = new Set(['host', 'content-length', 'content-type', 'authorization', 'expect'])
const requestLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) ([\x21-\x7e\x80-\xff]+) HTTP\/1\.([01])$/

/** `text` is the head without its empty line, in Latin-1. Throws `HttpSyntaxError`. */
export function readRequestHead(text: string): RequestHead {
  const lineEnd = text.indexOf('\r\n')
  const match = requestLine.exec(lineEnd < 0 ? text : text.slice(0, lineEnd))
  if (match === null) throw new HttpSyntaxError('The request line is not of HTTP/1.1.')
  const [, method = '', url = '', minor] = match
  const isOld = minor === '0'
  const headers = lineEnd < 0 ? {} : readFields(text, lineEnd + 2, single)
  if (headers['host'] === undefined && !isOld) throw new HttpSyntaxError('The request has no `Host` header.')
  const connection = headers['connection']?.toLowerCase()
  const expect = headers['expect']?.toLowerCase()
  if (expect !== undefined && expect !== '100-continue') {
    throw new HttpSyntaxError('The only expectation that can be met is `100-continue`.')
  }
  return {
    method,
    url: originForm(url),
    headers,
    body: bodyFraming(headers, isOld),
    isOld,
    keepsAlive: isOld ? connection?.includes('keep-alive') === true : connection?.includes('close') !== true,
    expectsContinue: expect !== undefined && !isOld,
  }
}

function originForm(url: string): string {
  const match = /^https?:\/\/[^/?#]*(.*)$/i.exec(url)
  return match === null ? url : match[1]?.startsWith('/') === true ? match[1] : `/${match[1] ?? ''}`
}

function bodyFraming(headers: Readonly<Record<string, string>>, isOld: boolean): BodyFraming {
  const encoding = headers['transfer-encoding']
  const length = headers['content-length']
  if (encoding !== undefined) {
    if (isOld || encoding.toLowerCase() !== 'chunked') {
      throw new HttpSyntaxError('The only transfer encoding of a request is `chunked`.')
    }
    if (length !== undefined) throw new HttpSyntaxError('The request has both a length and a transfer encoding.')
    return 'chunked'
  }
  if (length === undefined) return 0
  if (!/^\d{1,15}$/.test(length)) throw new HttpSyntaxError('The content length is not one number.')
  return Number(length)
}
