import { GatewayError } from '../errors.ts'
import { type CallQuery, feedbackFilters } from './call-store.ts'

const names = [
  'limit',
  'cursor',
  'workspace',
  'key',
  'model',
  'provider',
  'account',
  'agent',
  'user',
  'tag',
  'trace',
  'session',
  'status',
  'errorCode',
  'from',
  'to',
  'feedback',
  'q',
] as const
const maxLimit = 200
const maxTextLength = 200
/** `metadata.team=search` */
const metadataPrefix = 'metadata.'
const maxMetadataFilters = 8

/** Reads a query from URL parameters or command-line options. Throws `invalid_request` naming the parameter. */
export function readCallQuery(parameters: Readonly<Record<string, string | undefined>>): CallQuery {
  for (const name of Object.keys(parameters)) {
    if (!isMetadata(name) && !names.some((known) => known === name)) {
      throw invalid(name, `There is no parameter "${name}"; there are ${names.join(', ')} and metadata.<name>.`)
    }
  }
  const query: { -readonly [Name in keyof CallQuery]: CallQuery[Name] } = {}
  for (const name of texts) {
    const value = parameters[name]
    if (value !== undefined && value !== '') query[name] = value
  }
  const metadata = Object.entries(parameters).flatMap(([name, value]) =>
    isMetadata(name) && value !== undefined ? [[name.slice(metadataPrefix.length), value] as const] : [],
  )
  if (metadata.length > 0) query.metadata = Object.fromEntries(metadata)
  const { feedback } = parameters
  if (feedback !== undefined && feedback !== '') {
    const known = feedbackFilters.find((filter) => filter === feedback)
    if (known === undefined) throw invalid('feedback', `Write any, good or bad for \`feedback\`.`)
    query.feedback = known
  }
  const limit = parameters['limit']
  // `Number` knows more spellings than people mean, and the empty text is "not given", as for every other parameter.
  if (limit !== undefined && limit !== '') query.limit = /^\d{1,9}$/.test(limit) ? Number(limit) : Number.NaN
  for (const name of ['from', 'to'] as const) {
    const value = parameters[name]
    if (value !== undefined && value !== '') query[name] = readTime(name, value)
  }
  checkCallQuery(query)
  return query
}

const texts = [
  'cursor',
  'workspace',
  'key',
  'model',
  'provider',
  'account',
  'agent',
  'user',
  'tag',
  'trace',
  'session',
  'status',
  'errorCode',
  'q',
] as const

function isMetadata(name: string): boolean {
  return name.startsWith(metadataPrefix) && name.length > metadataPrefix.length
}

/** Throws `invalid_request` for values out of their range. */
export function checkCallQuery({ limit, status, q, from, to, metadata = {} }: CallQuery): void {
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= maxLimit)) {
    throw invalid('limit', `\`limit\` is a whole number from 1 to ${maxLimit}.`)
  }
  if (status !== undefined) statusRange(status)
  if (q !== undefined && q.length > maxTextLength) {
    throw invalid('q', `\`q\` has at most ${maxTextLength} characters.`)
  }
  if (Object.keys(metadata).length > maxMetadataFilters) {
    throw invalid('metadata', `At most ${maxMetadataFilters} texts of the metadata are looked for at once.`)
  }
  for (const [name, time] of [
    ['from', from],
    ['to', to],
  ] as const) {
    if (time !== undefined && !Number.isSafeInteger(time)) throw invalid(name, `\`${name}\` is not a time.`)
  }
  if (from !== undefined && to !== undefined && from > to)
    throw invalid('from', '`from` is after `to`: there is no call between them.')
}

/** The statuses from `atLeast` up to, but not including, `below`. */
export function statusRange(status: string): { readonly atLeast: number; readonly below: number } {
  if (status === 'ok') return { atLeast: 0, below: 400 }
  if (status === 'error') return { atLeast: 400, below: 1000 }
  if (/^[1-5]xx$/.test(status)) return { atLeast: Number(status[0]) * 100, below: Number(status[0]) * 100 + 100 }
  if (/^[1-5]\d\d$/.test(status)) return { atLeast: Number(status), below: Number(status) + 1 }
  throw invalid('status', '`status` is a status (`404`), a class (`4xx`), `ok` or `error`.')
}

/** `Date.parse` would take `1/2/2026` too, and read it the American way. */
const isoTime = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/i

/** ISO 8601 or Unix milliseconds. Throws `invalid_request` naming the parameter. */
export function readTime(name: string, value: string): number {
  // A `+` that was not escaped in a URL arrives as a blank.
  const text = value.replace(/ (?=\d\d:?\d\d$)/, '+')
  const iso = isoTime.exec(text)
  // Without an offset it is UTC, as every time that we show: the time zone of a server is nobody's.
  const time = /^\d+$/.test(text)
    ? Number(text)
    : iso === null
      ? Number.NaN
      : Date.parse(text.length > 10 && iso[1] === undefined ? `${text}Z` : text)
  if (!Number.isSafeInteger(time)) {
    throw invalid(name, `\`${name}\` is an ISO 8601 time (\`2026-11-23T12:00:00Z\`) or Unix milliseconds.`)
  }
  return time
}

function invalid(param: string, message: string): GatewayError {
  return new GatewayError('invalid_request', message, { param })
}
