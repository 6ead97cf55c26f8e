import type { RequestWire } from '../../../core/calls/call.ts'
import { GatewayError } from '../../../core/errors.ts'
import { type FormFields, FormScanner } from '../../../core/wire/form-scanner.ts'
import { isJsonObject, parseJson } from '../../../core/wire/json.ts'
import type { IncomingBodyOptions } from './incoming-body.ts'
import { isJsonType } from './read-body.ts'

type Reading = Pick<IncomingBodyOptions, 'heldBytes' | 'maxBytes'> & Partial<Pick<IncomingBodyOptions, 'form'>>

/** How a body of any kind has to come in, so that all that it names can be read. */
export function rawReading(
  contentType: string | undefined,
  sizes: Pick<Reading, 'heldBytes' | 'maxBytes'>,
  fields: FormFields,
): Reading {
  if (isJsonType(contentType)) return { ...sizes, heldBytes: Number.POSITIVE_INFINITY }
  if (!/^multipart\/form-data\s*;/i.test(contentType ?? '')) return { ...sizes, form: noLargeJson(sizes.heldBytes) }
  const scanner = new FormScanner(contentType ?? '', [], undefined, fields)
  const form = { push: (chunk: Buffer) => scanner.push(chunk), end: () => scanner.end(), isKnown: () => true }
  return { ...sizes, form }
}

/** The JSON of a body, whatever its type says. Throws `invalid_json` for one that only another parser may read. */
export function rawJson(bytes: Buffer, contentType: string | undefined): RequestWire | undefined {
  const isJson = isJsonType(contentType)
  if (bytes.length === 0 || (!isJson && beginning(bytes) !== 'json')) return undefined
  const json = parseJson(bytes.toString('utf8'))
  if (isJsonObject(json)) return { bytes, json }
  if (Array.isArray(json))
    return { bytes: Buffer.concat([Buffer.from('{"":'), bytes, Buffer.from('}')]), json: { '': json } }
  if (isJson && json === undefined) throw new GatewayError('invalid_json', 'The body is not valid JSON.')
  return undefined
}

/** A body that goes on before all of it is there cannot be read: one that may be JSON has to say so. */
function noLargeJson(heldBytes: number): NonNullable<Reading['form']> {
  let size = 0
  let kind: ReturnType<typeof beginning> = 'space'
  return {
    push(chunk) {
      size += chunk.length
      if (kind === 'space') kind = beginning(chunk)
      if (kind !== 'other' && size > heldBytes / 2)
        throw new GatewayError('invalid_content_type', 'A large body that is JSON must say so: `application/json`.')
    },
    end: () => undefined,
    isKnown: () => true,
  }
}

/** Blanks and marks of the byte order say nothing yet. */
function beginning(bytes: Buffer): 'space' | 'json' | 'other' {
  for (const byte of bytes) {
    if (byte === 0x7b || byte === 0x5b) return 'json'
    if (byte > 0x20 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf && byte !== 0xfe && byte !== 0xff) return 'other'
  }
  return 'space'
}
