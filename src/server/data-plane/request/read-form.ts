import type { RequestWire } from '../../../core/calls/call.ts'
import { type FormFields, FormScanner } from '../../../core/wire/form-scanner.ts'
import { type IncomingBodyOptions, openBody } from './incoming-body.ts'

/** What is held of a body that goes out as it comes in. */
export const HELD_BYTES = 1 << 20

/** Reads of a form what decides where it goes: all of a small one, of a large one no more than up to the name of the model. */
export async function readForm(
  options: Omit<IncomingBodyOptions, 'form' | 'heldBytes'>,
  fields: FormFields | undefined,
): Promise<RequestWire> {
  const contentType = options.exchange.headers['content-type'] ?? ''
  const scanner = new FormScanner(contentType, ['model'], undefined, fields)
  const body = await openBody({
    ...options,
    heldBytes: HELD_BYTES,
    form: {
      push: (chunk) => scanner.push(chunk),
      end: () => scanner.end(),
      isKnown: () => scanner.found.has('model'),
    },
  })
  const model = scanner.found.get('model')?.value
  const json = model === undefined ? {} : { model }
  if (Buffer.isBuffer(body)) return { bytes: body, contentType, json }
  return { bytes: Buffer.alloc(0), contentType, json, upload: { body, model: scanner.placeOf('model') } }
}
