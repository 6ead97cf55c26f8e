import { GatewayError } from '../../../core/errors.ts'
import type { Dialect } from '../../../core/model/dialect.ts'
import type { Exchange } from '../../http/exchange.ts'

type Headers = Exchange['headers']

/** Any of these holds a key, and then none is looked for in the query. */
const keyHeaders = ['authorization', 'x-api-key', 'x-goog-api-key', 'api-key', 'x-portkey-api-key'] as const

/** The headers of a request at a path where clients put their key into a header of another product. */
export function withKeyOf(headers: Headers, header: string | undefined): Headers {
  const key = header === undefined ? undefined : headers[header]
  if (key === undefined || key === '') return headers
  const other = headers['x-api-key']
  if (other !== undefined && other !== '' && other !== key)
    throw new GatewayError('conflicting_keys', `\`${header}\` and \`x-api-key\` hold two different keys; send one.`)
  return { ...headers, 'x-api-key': key }
}

/**
 * The headers of a request, and among them the key that clients of its dialect write into the query of their URL. Nothing
 * else reads it there, and no URL of a client is sent on, logged or kept.
 */
export function keyHeadersOf({ headers, url }: Pick<Exchange, 'headers' | 'url'>, { keyParameter }: Dialect): Headers {
  const start = keyParameter === undefined ? -1 : url.indexOf('?')
  if (keyParameter === undefined || start < 0 || keyHeaders.some((name) => (headers[name] ?? '') !== '')) return headers
  const keys = new URLSearchParams(url.slice(start)).getAll(keyParameter)
  const [key = ''] = keys
  return key === '' || keys.length > 1 ? headers : { ...headers, 'x-goog-api-key': key }
}
