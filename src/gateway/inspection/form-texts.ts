import { documentKind } from '../../core/inspection/document-kind.ts'
import { type FormPart, FormScanner } from '../../core/wire/form-scanner.ts'
import { type JsonValue, parseJson } from '../../core/wire/json.ts'
import type { FilePart } from './document-parts.ts'
import { readableText } from './readable-text.ts'
import { placeOf, textsIn, type WireText } from './wire-texts.ts'

export interface ReadForm {
  /** None of them is written anew. */
  readonly texts: readonly WireText[]
  /** Files that are no text. */
  readonly files: readonly FilePart[]
}

/** What a form that is here as a whole says, its files too. Throws `invalid_form`. */
export function readForm(form: Buffer, contentType: string): ReadForm {
  const parts: FormPart[] = []
  const scanner = new FormScanner(contentType, [], (part) => parts.push(part))
  scanner.push(form)
  scanner.end()
  const texts = parts.flatMap((part) => partTexts(part, form.subarray(part.start, part.end)))
  return { texts, files: parts.flatMap((part) => fileOf(part, form.subarray(part.start, part.end))) }
}

/** What is declared as a field may be a file all the same. */
function fileOf({ name }: FormPart, bytes: Buffer): readonly FilePart[] {
  const kind = documentKind(bytes)
  if (kind !== 'rtf' && readableText(bytes) !== undefined) return []
  return [{ place: placeOf(name), bytes, kind: kind === 'text' ? 'unknown' : kind }]
}

function partTexts({ name, isFile, fileName }: FormPart, bytes: Buffer): readonly WireText[] {
  const place = placeOf(name)
  const text = readableText(bytes)
  const named: readonly WireText[] = fileName === '' ? [] : [{ text: fileName, point: 'input', place, isName: true }]
  if (text === undefined || text === '') return named
  if (!isFile) return [...named, { text, point: 'input', place, isName: true }]
  const lines = jsonOf(text)
  if (lines === undefined) return [...named, { text, point: 'artifact', place, isName: true }]
  // Lines of a batch are calls, and a file all the same.
  const said = textsIn(lines, 'input').map((one): WireText => ({ ...one, isName: true }))
  return [...named, ...said, ...said.map((one): WireText => ({ ...one, point: 'artifact' }))]
}

/** A file of JSON, or of lines of it. */
export function jsonOf(text: string): JsonValue | undefined {
  const whole = parseJson(text)
  if (whole !== undefined) return whole
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const values = lines.map(parseJson)
  return values.some((value) => value === undefined) ? undefined : values.map((value) => value ?? null)
}
