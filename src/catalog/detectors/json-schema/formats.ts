import { isIPv4, isIPv6 } from 'node:net'

/** Formats of JSON Schema 2020-12, section 7.3, that texts of models have. Others say nothing, as the standard allows. */
export const formats = {
  date: isDate,
  'date-time': isDateTime,
  time: isTime,
  email: (text: string) => text.length <= 320 && /^[^\s@"]{1,64}@[^\s@.]{1,63}(?:\.[^\s@.]{1,63}){0,32}$/.test(text),
  hostname: (text: string) =>
    text.length <= 253 &&
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?){0,126}$/i.test(text),
  ipv4: isIPv4,
  ipv6: (text: string) => isIPv6(text) && !text.includes('%'),
  uri: (text: string) => /^[a-z][a-z0-9+.-]{0,63}:[^\s<>"{}|\\^`]*$/i.test(text),
  uuid: (text: string) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text),
} satisfies Readonly<Record<string, (text: string) => boolean>>

function isDate(text: string): boolean {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)
  if (parts === null) return false
  const [year, month, day] = parts.slice(1).map(Number)
  if (year === undefined || month === undefined || day === undefined) return false
  if (month < 1 || month > 12 || day < 1) return false
  return day <= new Date(Date.UTC(year < 100 ? year + 400 : year, month, 0)).getUTCDate()
}

function isTime(text: string): boolean {
  // RFC 3339: a second of 60 is a leap second.
  return /^(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,9})?(?:z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i.test(text)
}

function isDateTime(text: string): boolean {
  return /^[t ]$/i.test(text[10] ?? '') && isDate(text.slice(0, 10)) && isTime(text.slice(11))
}
