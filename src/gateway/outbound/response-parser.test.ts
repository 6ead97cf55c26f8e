import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HttpSyntaxError } from '../../core/wire/http-fields.ts'
import { ResponseParser } from './response-parser.ts'

interface Seen {
  readonly heads: { readonly status: number; readonly headers: Record<string, string> }[]
  body: string
  ends: number
}

function read(chunks: readonly Buffer[]): { readonly parser: ResponseParser; readonly seen: Seen } {
  const seen: Seen = { heads: [], body: '', ends: 0 }
  const parser = new ResponseParser({
    onHead: (status, headers) => seen.heads.push({ status, headers: { ...headers } }),
    onData: (chunk) => {
      seen.body += chunk.toString('latin1')
    },
    onEnd: () => {
      seen.ends++
    },
  })
  for (const chunk of chunks) parser.push(chunk)
  return { parser, seen }
}

const whole = (text: string): Buffer[] => [Buffer.from(text, 'latin1')]

function cut(text: string, points: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text, 'latin1')
  const borders = [0, ...points.map((point) => point % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return borders.slice(1).map((end, index) => bytes.subarray(borders[index], end))
}

const headerName = fc
  .stringMatching(/^[a-z][a-z0-9-]{0,20}$/)
  .filter((name) => !['connection', 'keep-alive', 'content-length', 'transfer-encoding'].includes(name))
const headerValue = fc.stringMatching(/^[\x21-\x7e]([\x20-\x7e]{0,30}[\x21-\x7e])?$/)
const headers = fc.uniqueArray(fc.tuple(headerName, headerValue), { selector: ([name]) => name, maxLength: 8 })
const body = fc.array(
  fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  { maxLength: 6 },
)

describe('a reply in any chunking', () => {
  test('with a length reads the same', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 599 }).filter((status) => status !== 204 && status !== 304),
        headers,
        body,
        fc.array(fc.nat(), { maxLength: 20 }),
        (status, fields, parts, points) => {
          const content = parts.join('')
          const head = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')
          const { parser, seen } = read(
            cut(`HTTP/1.1 ${status} OK\r\n${head}content-length: ${content.length}\r\n\r\n${content}`, points),
          )
          expect(seen.heads).toEqual([
            { status, headers: { ...Object.fromEntries(fields), 'content-length': String(content.length) } },
          ])
          expect(seen.body).toBe(content)
          expect(seen.ends).toBe(1)
          expect(parser.isReusable).toBe(true)
        },
      ),
    )
  })

  test('in chunks reads the same', () => {
    fc.assert(
      fc.property(body, fc.array(fc.nat(), { maxLength: 30 }), fc.boolean(), (parts, points, hasTrailer) => {
        const chunks = parts.map((part) => `${part.length.toString(16)};ext=1\r\n${part}\r\n`).join('')
        const { parser, seen } = read(
          cut(
            `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n${hasTrailer ? 'x-sum: 1\r\n' : ''}\r\n`,
            points,
          ),
        )
        expect(seen.body).toBe(parts.join(''))
        expect(seen.ends).toBe(1)
        expect(parser.isReusable).toBe(true)
      }),
    )
  })

  test('without a length ends with the connection', () => {
    const { parser, seen } = read(whole('HTTP/1.1 200 OK\r\n\r\nabc'))
    expect(seen.ends).toBe(0)
    expect(parser.close()).toBe(true)
    expect(seen).toMatchObject({ body: 'abc', ends: 1 })
    expect(parser.isReusable).toBe(false)
  })
})

describe('what two readers could understand differently is refused', () => {
  test.each([
    ['a length and a transfer encoding', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\n'],
    ['a length with a sign', 'HTTP/1.1 200 OK\r\ncontent-length: +3\r\n\r\n'],
    ['a list of lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 3, 3\r\n\r\n'],
    ['another transfer encoding', 'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n'],
    ['a folded header', 'HTTP/1.1 200 OK\r\nx: a\r\n b\r\n\r\n'],
    ['a space before the colon', 'HTTP/1.1 200 OK\r\ncontent-length : 3\r\n\r\n'],
    ['a header without a name', 'HTTP/1.1 200 OK\r\n: 3\r\n\r\n'],
    ['a header without a colon', 'HTTP/1.1 200 OK\r\nnonsense\r\n\r\n'],
    ['a bare line feed', 'HTTP/1.1 200 OK\r\nx: a\ny: b\r\n\r\n'],
    ['another version', 'HTTP/2.0 200 OK\r\n\r\n'],
    ['another protocol', 'SSH-2.0-OpenSSH_9\r\n\r\n'],
    ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['a chunk size with a sign', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-1\r\n'],
    ['a chunk that is longer than it said', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n'],
    ['an endless chunk size', `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${'0'.repeat(5000)}`],
    ['an endless head', `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(70_000)}`],
    ['endless trailers', `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx: ${'a'.repeat(70_000)}`],
  ])('%s', (_name, text) => {
    expect(() => read(whole(text))).toThrow(HttpSyntaxError)
    expect(() => read(Array.from(Buffer.from(text, 'latin1'), (byte) => Buffer.from([byte])))).toThrow(HttpSyntaxError)
  })

  test('bytes behind a reply make the connection unfit for another request', () => {
    const { parser, seen } = read(whole('HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\naHTTP/1.1 200 OK\r\n\r\n'))
    expect(seen).toMatchObject({ body: 'a', ends: 1 })
    expect(parser.isReusable).toBe(false)
  })

  test.each([
    'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n',
    'HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n',
  ])('a connection that will be closed is not reused: %j', (text) => {
    expect(read(whole(text)).parser.isReusable).toBe(false)
  })

  test('a reply that was cut is not whole', () => {
    expect(read(whole('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nabc')).parser.close()).toBe(false)
    expect(read(whole('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc')).parser.close()).toBe(false)
  })
})
