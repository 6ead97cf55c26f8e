/** Forms with files: `multipart/form-data`, RFC 7578 over RFC 2046, section 5.1. */
import { GatewayError } from './errors.ts'

interface FormField {
  readonly name: string
  readonly isFile: boolean
  /** Empty for a field that is no file. */
  readonly fileName: string
  /** Where its value stands in the form. */
  readonly start: number
  readonly end: number
}

/** Many more are an attack on whoever walks them. */
const maxFields = 1000
const maxHeadBytes = 16 * 1024
const blankLine = Buffer.from('\r\n\r\n')

/** The values of the fields that are no files. Throws `invalid_form` for a form that is not whole, or that names one of `once` twice. */
export function formValues(form: Buffer, contentType: string, once: readonly string[]): Record<string, string> {
  const values: Record<string, string> = {}
  for (const { name, isFile, start, end } of formFields(form, contentType)) {
    if (isFile || !once.includes(name)) continue
    // Two readers could read two different models out of it.
    if (values[name] !== undefined)
      throw new GatewayError('invalid_form', `The form names \`${name}\` twice.`, { param: name })
    values[name] = form.toString('utf8', start, end)
  }
  return values
}

/** The file of a field, and the name that its sender gave it. */
export function formFile(
  form: Buffer,
  contentType: string,
  name: string,
): { readonly name: string; readonly bytes: Buffer } | undefined {
  const field = formFields(form, contentType).find((candidate) => candidate.name === name && candidate.isFile)
  return field && { name: field.fileName, bytes: form.subarray(field.start, field.end) }
}

/** The form with this value in one field, and everything else byte for byte as it was. */
export function withFormField(form: Buffer, contentType: string, name: string, value: string): Buffer {
  const field = formFields(form, contentType).find((candidate) => candidate.name === name && !candidate.isFile)
  // The line break would end the value.
  const bytes = Buffer.from(value.replace(/[\r\n]/g, ' '))
  if (field === undefined) return withFirstField(form, contentType, name, bytes)
  if (form.subarray(field.start, field.end).equals(bytes)) return form
  return Buffer.concat([form.subarray(0, field.start), bytes, form.subarray(field.end)])
}

function withFirstField(form: Buffer, contentType: string, name: string, value: Buffer): Buffer {
  const delimiter = `--${boundaryOf(contentType)}`
  const start = form.indexOf(delimiter)
  const head = Buffer.from(`${delimiter}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n`)
  return Buffer.concat([form.subarray(0, start), head, value, Buffer.from('\r\n'), form.subarray(start)])
}

function formFields(form: Buffer, contentType: string): FormField[] {
  const delimiter = Buffer.from(`--${boundaryOf(contentType)}`)
  const between = Buffer.concat([Buffer.from('\r\n'), delimiter])
  const fields: FormField[] = []
  let at = form.indexOf(delimiter)
  if (at !== 0 && form.subarray(at - 2, at).toString('latin1') !== '\r\n')
    throw broken('does not begin with its boundary')
  for (at += delimiter.length; fields.length <= maxFields; ) {
    if (form[at] === 0x2d && form[at + 1] === 0x2d) return fields
    const headEnd = form.indexOf(blankLine, at)
    if (headEnd < 0) throw broken('ends before its last boundary')
    if (headEnd - at > maxHeadBytes) throw broken('has a part with an endless head')
    const start = headEnd + blankLine.length
    const end = form.indexOf(between, start)
    if (end < 0) throw broken('ends before its last boundary')
    fields.push({ ...disposition(form.toString('utf8', at, headEnd)), start, end })
    at = end + between.length
  }
  throw broken(`has more than ${maxFields} parts`)
}

function boundaryOf(contentType: string): string {
  const match = /;\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType)
  const boundary = match?.[1] ?? match?.[2]
  if (boundary === undefined) throw broken('has no boundary in its content type')
  return boundary
}

function disposition(head: string): Pick<FormField, 'name' | 'isFile' | 'fileName'> {
  const line = /^content-disposition:(.*)$/im.exec(head)?.[1] ?? ''
  const isFile = /;\s*filename\*?=/i.test(line)
  return { name: parameter(line, 'name'), isFile, fileName: isFile ? parameter(line, 'filename') : '' }
}

function parameter(line: string, name: string): string {
  const quoted = new RegExp(`;\\s*${name}="((?:[^"\\\\]|\\\\.)*)"`, 'i').exec(line)
  return quoted?.[1] ?? new RegExp(`;\\s*${name}=([^\\s;]+)`, 'i').exec(line)?.[1] ?? ''
}

function broken(fault: string): GatewayError {
  return new GatewayError('invalid_form', `The form ${fault}.`)
}
