import { isUtf8 } from 'node:buffer'
import type { PassThroughEndpoint, RequestWire } from '../../../core/calls/call.ts'
import type { CallLifetime } from '../../../core/calls/lifetime.ts'
import { GatewayError } from '../../../core/errors.ts'
import { formValues } from '../../../core/wire/form-data.ts'
import type { FormFields } from '../../../core/wire/form-scanner.ts'
import { isJsonObject, type JsonValue } from '../../../core/wire/json.ts'
import type { CallExchange } from '../../http/exchange.ts'

/** What a body must be. */
type BodyKind = PassThroughEndpoint['body'] | 'any'

/** SDKs of AWS call a body of InvokeModel bytes unless they are told what it is; no web page may send that unasked either. */
const jsonType = /^application\/(?:(?:[\w.-]+\+)?json|octet-stream)(?:\s*;|\s*$)/i
/** Also of a body that says nothing. */
export function isJsonType(type: string | undefined): boolean {
  return type === undefined || jsonType.test(type)
}

const formType = /^multipart\/form-data\s*;/i

/** Throws what can be said of a body before any of it is read. */
export function checkBodyHeaders(exchange: CallExchange, maxBytes: number, kind: BodyKind): void {
  const type = exchange.headers['content-type']
  const isRight = kind === 'multipart' ? formType.test(type ?? '') : isJsonType(type)
  if (kind !== 'any' && !isRight) {
    const wanted = kind === 'json' ? 'JSON' : 'a form (`multipart/form-data`)'
    throw new GatewayError('invalid_content_type', `The content type "${(type ?? '').slice(0, 80)}" is not ${wanted}.`)
  }
  const encoding = exchange.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    throw new GatewayError('invalid_encoding', `The content encoding "${encoding.slice(0, 40)}" is not supported.`)
  }
  const length = Number(exchange.headers['content-length'] ?? 0)
  if (length > maxBytes) throw tooLarge(maxBytes)
}

/** The whole body, at most `maxBytes` of it. Rejects with `body_too_large`, or with the lifetime's reason. */
export function readBody(exchange: CallExchange, maxBytes: number, lifetime: CallLifetime): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined
    let more: Buffer[] | undefined
    let size = 0
    // A client that breaks off its body is seen by the lifetime.
    const removeEndListener = lifetime.onEnd(reject)
    exchange.readBody({
      onData(chunk) {
        size += chunk.length
        if (size > maxBytes) {
          exchange.dropBody()
          removeEndListener()
          reject(tooLarge(maxBytes))
        } else if (first === undefined) first = chunk
        else {
          more ??= [first]
          more.push(chunk)
        }
      },
      onEnd() {
        removeEndListener()
        resolve(more === undefined ? (first ?? Buffer.alloc(0)) : Buffer.concat(more, size))
      },
    })
  })
}

/** Reads a body as the JSON object that every endpoint takes. */
export function parseBody(bytes: Buffer): RequestWire {
  const json = parseJsonBody(bytes)
  if (!isJsonObject(json)) throw new GatewayError('invalid_json', 'The body is JSON, but not an object.')
  return { bytes, json }
}

/** Of any kind. */
export function parseJsonBody(bytes: Buffer): JsonValue {
  if (!isUtf8(bytes)) throw new GatewayError('invalid_utf8', 'The body is not valid UTF-8.')
  try {
    return JSON.parse(bytes.toString('utf8')) as JsonValue
  } catch (cause) {
    throw new GatewayError(
      'invalid_json',
      bytes.length === 0 ? 'The body is empty.' : `The body is not valid JSON${position(cause)}.`,
    )
  }
}

/** Reads of a form what decides where it goes. */
export function parseForm(bytes: Buffer, contentType: string, fields: FormFields | undefined): RequestWire {
  return { bytes, contentType, json: formValues(bytes, contentType, ['model'], fields) }
}

/** V8 quotes the text around the fault, which may be a secret: only the position leaves. */
function position(fault: unknown): string {
  const found = fault instanceof SyntaxError ? /at position (\d+)/.exec(fault.message)?.[1] : undefined
  return found === undefined ? '' : ` (at character ${found})`
}

export function tooLarge(maxBytes: number): GatewayError {
  return new GatewayError('body_too_large', `The body is larger than ${maxBytes} bytes.`)
}
