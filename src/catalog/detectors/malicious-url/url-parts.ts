import { domainToUnicode } from 'node:url'

export interface UrlParts {
  readonly userinfo: string
  /** In lower case, as written. */
  readonly host: string
  /** In Unicode: labels of punycode decoded, or the host where they cannot be. */
  readonly unicodeHost: string
  readonly path: string
  readonly query: string
}

/** Splits as a browser does: a backslash is a slash, the last `@` of the authority ends the user's name. */
export function urlParts(url: string, scheme: string | undefined): UrlParts {
  let start = 0
  if (scheme !== undefined) {
    start = scheme.length + 1
    while (start < url.length && (url[start] === '/' || url[start] === '\\')) start++
  }
  const after = url.slice(start)
  const authorityEnd = endOf(after, /[/\\?#]/)
  const authority = after.slice(0, authorityEnd)
  const at = authority.lastIndexOf('@')
  const host = hostOf(authority.slice(at + 1))
  const rest = after.slice(authorityEnd)
  const pathEnd = endOf(rest, /[?#]/)
  return {
    userinfo: at < 0 ? '' : authority.slice(0, at),
    host,
    unicodeHost: host.includes('xn--') ? domainToUnicode(host) || host : host,
    path: rest.slice(0, pathEnd),
    query: rest.slice(pathEnd + 1),
  }
}

function hostOf(authority: string): string {
  const host = decoded(authority).toLowerCase()
  if (host.startsWith('[')) return host.slice(0, host.indexOf(']') + 1 || host.length)
  const port = host.lastIndexOf(':')
  // The ideographic full stop is a dot in hosts (UTS 46).
  return (port < 0 ? host : host.slice(0, port)).replaceAll(/[。．｡]/g, '.').replace(/\.$/, '')
}

/** Percent escapes decoded where they can be. */
export function decoded(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function endOf(text: string, stop: RegExp): number {
  const at = text.search(stop)
  return at < 0 ? text.length : at
}

/** Fields of a query, with their values decoded. At most 64. */
export function queryFields(query: string): readonly (readonly [name: string, value: string])[] {
  return query
    .split(/[&;#]/, 64)
    .filter((field) => field !== '')
    .map((field) => {
      const equals = field.indexOf('=')
      if (equals < 0) return ['', decoded(field.replaceAll('+', ' '))]
      return [decoded(field.slice(0, equals)).toLowerCase(), decoded(field.slice(equals + 1).replaceAll('+', ' '))]
    })
}
