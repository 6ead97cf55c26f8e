import { GatewayError } from '../errors.ts'
import { readTime } from './call-query.ts'
import type { SpanSearch } from './span.ts'

const names = ['workspace', 'trace', 'service', 'name', 'q', 'status', 'from', 'to', 'limit', 'cursor'] as const
const MAX_LIMIT = 200
const MAX_TEXT = 200

/** Reads a search from URL parameters or command-line options. Throws `invalid_request` naming the parameter. */
export function readSpanSearch(parameters: Readonly<Record<string, string | undefined>>): SpanSearch {
  const unknown = Object.keys(parameters).find((name) => !names.some((known) => known === name))
  if (unknown !== undefined)
    throw invalid(unknown.slice(0, 100), `There is no parameter of this name; there are ${names.join(', ')}.`)
  const given = Object.fromEntries(
    Object.entries(parameters).filter(([, value]) => value !== undefined && value !== ''),
  )
  const search: { -readonly [Name in keyof SpanSearch]: SpanSearch[Name] } = {}
  for (const name of ['workspace', 'service', 'name', 'q', 'cursor'] as const) {
    const text = given[name]
    if (text === undefined) continue
    if (text.length > MAX_TEXT) throw invalid(name, `\`${name}\` has at most ${MAX_TEXT} characters.`)
    search[name] = text
  }
  const { trace, status, limit } = given
  if (trace !== undefined) {
    if (!/^[\da-f]{32}$/i.test(trace)) throw invalid('trace', '`trace` is 32 hexadecimal digits.')
    search.trace = trace.toLowerCase()
  }
  if (status !== undefined) {
    if (status !== 'ok' && status !== 'error') throw invalid('status', '`status` is `ok` or `error`.')
    search.isError = status === 'error'
  }
  if (limit !== undefined) {
    const count = /^\d{1,3}$/.test(limit) ? Number(limit) : 0
    if (count < 1 || count > MAX_LIMIT) throw invalid('limit', `\`limit\` is a whole number from 1 to ${MAX_LIMIT}.`)
    search.limit = count
  }
  for (const name of ['from', 'to'] as const) if (given[name] !== undefined) search[name] = readTime(name, given[name])
  return search
}

function invalid(param: string, message: string): GatewayError {
  return new GatewayError('invalid_request', message, { param })
}
