import type { FormPart } from '../../../core/wire/form-scanner.ts'
import { FormScanner } from '../../../core/wire/form-scanner.ts'
import type { StreamedBody } from '../../../core/wire/streamed-body.ts'
import { type IncomingBodyOptions, openBody } from './incoming-body.ts'
import { HELD_BYTES } from './read-form.ts'

/** A form as it came, all of it here: a small one in memory, a large one outside. */
export interface HeldForm {
  readonly body: Buffer | StreamedBody
  readonly contentType: string
  /** Values of the fields that were asked for. */
  readonly fields: Readonly<Record<string, string>>
  /** Where the file of the field `file` stands. */
  readonly file?: FormPart
}

/** Reads a form to its end, for what can only be decided when all of its fields are known. */
export async function readHeldForm(
  options: Omit<IncomingBodyOptions, 'form' | 'heldBytes'>,
  fields: readonly string[],
): Promise<HeldForm> {
  const contentType = options.exchange.headers['content-type'] ?? ''
  let file: FormPart | undefined
  const scanner = new FormScanner(contentType, fields, (part) => {
    if (part.isFile && part.name === 'file') file ??= part
  })
  const body = await openBody({
    ...options,
    heldBytes: HELD_BYTES,
    form: { push: (chunk) => scanner.push(chunk), end: () => scanner.end(), isKnown: () => false },
  })
  const values = Object.fromEntries([...scanner.found].map(([name, { value }]) => [name, value]))
  return { body, contentType, fields: values, ...(file === undefined ? {} : { file }) }
}
