/** Forms with files that are held whole. */
import type { RequestWire } from '../calls/call.ts'
import { type FieldPlace, type FormFields, FormScanner } from './form-scanner.ts'
import { splicedBody } from './streamed-body.ts'

/** The values of the fields `once`. Throws `invalid_form` for a form that is not whole, or that names one of them twice. */
export function formValues(
  form: Buffer,
  contentType: string,
  once: readonly string[],
  fields?: FormFields,
): Record<string, string> {
  const { found } = scanned(form, contentType, once, fields)
  return Object.fromEntries([...found].map(([name, { value }]) => [name, value]))
}

/** The form with this value in one field, and everything else byte for byte as it was. */
export function withFormField(form: Buffer, contentType: string, name: string, value: string): Buffer {
  const place = scanned(form, contentType, [name]).placeOf(name)
  const bytes = fieldBytes(place, value)
  if (form.subarray(place.start, place.end).equals(bytes)) return form
  return Buffer.concat([form.subarray(0, place.start), bytes, form.subarray(place.end)])
}

/** The same for the model of a form, however that is there. */
export function withFormModel(wire: RequestWire, contentType: string, model: string): RequestWire {
  const { upload, json } = wire
  const named = { ...wire, json: { ...json, model } }
  if (upload === undefined) return { ...named, bytes: withFormField(wire.bytes, contentType, 'model', model) }
  if (json['model'] === model) return wire
  const place = upload.model
  const bytes = fieldBytes(place, model)
  const start = place.start + place.head.length
  const end = place.start + bytes.length - place.tail.length
  return {
    ...named,
    upload: { body: splicedBody(upload.body, place, bytes), model: { start, end, head: '', tail: '' } },
  }
}

function fieldBytes({ head, tail }: FieldPlace, value: string): Buffer {
  // A line break would end the value.
  return Buffer.from(head + value.replace(/[\r\n]/g, ' ') + tail)
}

function scanned(form: Buffer, contentType: string, once: readonly string[], fields?: FormFields): FormScanner {
  const scanner = new FormScanner(contentType, once, undefined, fields)
  scanner.push(form)
  scanner.end()
  return scanner
}
