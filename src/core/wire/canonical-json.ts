import { isDeeperThan, maxJsonDepth } from './json-depth.ts'

/**
 * JSON in the one spelling that RFC 8785 gives it, so that a hash of it means the value. Numbers and strings of ECMAScript are
 * written as the RFC wants them (section 3.2.2), and sorting compares UTF-16 code units as it does (3.2.3). Throws for what has
 * no such spelling: numbers that are none, halves of surrogate pairs, what JSON does not have, and nesting without reason.
 */
export function canonicalJson(value: unknown): string {
  if (isDeeperThan(maxJsonDepth, value)) throw new TypeError('The value is nested too deeply.')
  return written(value)
}

function written(value: unknown): string {
  if (typeof value === 'string') return text(value)
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`
  if (typeof value !== 'object') throw new TypeError('The value is not one of JSON.')
  const fields = Object.entries(value).filter(([, field]) => field !== undefined)
  fields.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([name, field]) => `${text(name)}:${written(field)}`).join(',')}}`
}

function text(value: string): string {
  if (!value.isWellFormed()) throw new TypeError('The text holds half of a surrogate pair.')
  return JSON.stringify(value)
}
