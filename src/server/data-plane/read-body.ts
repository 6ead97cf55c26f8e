import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { RequestWire } from '../../core/call.ts'
import { GatewayError } from '../../core/errors.ts'
import { isJsonObject, type JsonValue } from '../../core/json.ts'
import type { CallLifetime } from '../../core/lifetime.ts'

/** Throws what can be said of a body before any of it is read. */
export function checkBodyHeaders(request: IncomingMessage, maxBytes: number): void {
  const type = request.headers['content-type']
  if (type !== undefined && !/^application\/(?:[\w.-]+\+)?json(?:\s*;|\s*$)/i.test(type)) {
    throw new GatewayError('invalid_content_type', `The content type "${type.slice(0, 80)}" is not JSON.`)
  }
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    throw new GatewayError('invalid_encoding', `The content encoding "${encoding.slice(0, 40)}" is not supported.`)
  }
  const length = Number(request.headers['content-length'] ?? 0)
  if (length > maxBytes) throw tooLarge(maxBytes)
}

/** The whole body, at most `maxBytes` of it. Rejects with `body_too_large`, or with the lifetime's reason. */
export function readBody(request: IncomingMessage, maxBytes: number, lifetime: CallLifetime): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined
    let more: Buffer[] | undefined
    let size = 0
    const removeEndListener = lifetime.onEnd(reject)
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBytes) {
        request.removeAllListeners('data')
        request.pause()
        removeEndListener()
        reject(tooLarge(maxBytes))
      } else if (first === undefined) first = chunk
      else {
        more ??= [first]
        more.push(chunk)
      }
    })
    request.on('end', () => {
      removeEndListener()
      resolve(more === undefined ? (first ?? Buffer.alloc(0)) : Buffer.concat(more, size))
    })
    // A client that breaks off its body is seen by the lifetime, through the response's `close`.
    request.on('error', () => undefined)
  })
}

/** Reads a body as the JSON object that every endpoint takes. */
export function parseBody(bytes: Buffer): RequestWire {
  if (!isUtf8(bytes)) throw new GatewayError('invalid_utf8', 'The body is not valid UTF-8.')
  let json: JsonValue
  try {
    json = JSON.parse(bytes.toString('utf8')) as JsonValue
  } catch (cause) {
    throw new GatewayError(
      'invalid_json',
      bytes.length === 0 ? 'The body is empty.' : `The body is not valid JSON${position(cause)}.`,
    )
  }
  if (!isJsonObject(json)) throw new GatewayError('invalid_json', 'The body is JSON, but not an object.')
  return { bytes, json }
}

/** V8 quotes the text around the fault, which may be a secret: only the position leaves. */
function position(fault: unknown): string {
  const found = fault instanceof SyntaxError ? /at position (\d+)/.exec(fault.message)?.[1] : undefined
  return found === undefined ? '' : ` (at character ${found})`
}

function tooLarge(maxBytes: number): GatewayError {
  return new GatewayError('body_too_large', `The body is larger than ${maxBytes} bytes.`)
}
