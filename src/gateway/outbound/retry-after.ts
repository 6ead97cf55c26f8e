/** A day. What asks for more is a mistake, and a client that believed it would never come back. */
const maxSeconds = 86_400

/** Seconds from OpenAI's `retry-after-ms` or a `Retry-After` header (RFC 9110, section 10.2.3). */
export function retryAfterSeconds(headers: Readonly<Record<string, string>>, nowMs: number): number | undefined {
  const { 'retry-after-ms': milliseconds, 'retry-after': value } = headers
  if (milliseconds !== undefined) return Math.min(maxSeconds, Number(milliseconds) / 1000)
  if (value === undefined) return undefined
  if (isNumber(value)) return Math.min(maxSeconds, Number(value))
  return Math.min(maxSeconds, Math.max(0, Math.ceil((Date.parse(value) - nowMs) / 1000)))
}

/** The header as a client may have it; `undefined` for what is no time to wait. */
export function checkedWait(name: 'retry-after' | 'retry-after-ms', value: string): string | undefined {
  const most = name === 'retry-after' ? maxSeconds : maxSeconds * 1000
  if (isNumber(value)) return Number(value) > most ? String(most) : value
  return name === 'retry-after' && isDate(value) ? value : undefined
}

/** The standard has whole seconds; fractions are in use. */
function isNumber(value: string): boolean {
  return /^\d{1,400}(?:\.\d{1,20})?$/.test(value)
}

/** IMF-fixdate and its two elders; `Date.parse` alone takes `-5` for a year. */
function isDate(value: string): boolean {
  return /^[A-Za-z]{3,9},? /.test(value) && !Number.isNaN(Date.parse(value))
}
