import { isUtf8 } from 'node:buffer'

/** A header is read as Latin-1; what is UTF-8 was meant as such. */
export function headerText(value: string): string {
  const bytes = Buffer.from(value, 'latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : value
}
