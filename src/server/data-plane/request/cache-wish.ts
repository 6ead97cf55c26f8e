import type { CacheWish } from '../../../core/calls/cache.ts'
import { GatewayError } from '../../../core/errors.ts'

const usual: CacheWish = { mode: 'on', tags: [] }

const maxTags = 16
const tagPattern = /^[\x21-\x2b\x2d-\x7e]{1,128}$/
const maxSeconds = 365 * 86_400

/**
 * What the headers of a call say of the cache: `Cache-Control` as RFC 9111, section 5.2.1 has it for requests (`no-store`,
 * `no-cache`, `max-age`), `x-portcullis-cache` (`off`, `refresh`, `ttl=<seconds>`), `x-portcullis-cache-tags` and `x-portcullis-cache-namespace`.
 */
export function cacheWish(headers: Readonly<Record<string, string>>): CacheWish {
  const control = headers['cache-control']
  const own = headers['x-portcullis-cache']
  const tags = headers['x-portcullis-cache-tags']
  const namespace = headers['x-portcullis-cache-namespace']
  if (control === undefined && own === undefined && tags === undefined && namespace === undefined) return usual
  const standard = words(control ?? '')
  const wished = words(own ?? '')
  for (const word of wished) if (!/^(?:on|off|refresh|ttl=\d{1,9})$/.test(word)) throw invalid(word)
  const isOff = standard.includes('no-store') || wished.includes('off')
  const isRefresh = standard.includes('no-cache') || wished.includes('refresh')
  const maxAge = secondsOf(standard, 'max-age')
  const ttl = secondsOf(wished, 'ttl')
  return {
    mode: isOff ? 'off' : isRefresh ? 'refresh' : 'on',
    ...(maxAge === undefined ? {} : { maxAgeMs: maxAge * 1000 }),
    ...(ttl === undefined ? {} : { ttlMs: ttl * 1000 }),
    tags: tagsOf(tags),
    ...(namespace === undefined || namespace === '' ? {} : { namespace }),
  }
}

function words(text: string): string[] {
  return text
    .toLowerCase()
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

function secondsOf(among: readonly string[], name: string): number | undefined {
  const found = among.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1)
  return found === undefined || !/^\d{1,9}$/.test(found) ? undefined : Math.min(maxSeconds, Number(found))
}

function tagsOf(text: string | undefined): readonly string[] {
  const tags = [...new Set((text ?? '').split(',').map((tag) => tag.trim()))].filter((tag) => tag !== '')
  if (tags.length <= maxTags && tags.every((tag) => tagPattern.test(tag))) return tags
  const header = 'x-portcullis-cache-tags'
  throw new GatewayError(
    'invalid_request',
    `\`${header}\` takes at most ${maxTags} names without blanks, of at most 128 characters.`,
    {
      param: header,
    },
  )
}

function invalid(word: string): GatewayError {
  const header = 'x-portcullis-cache'
  const shown = JSON.stringify(word.slice(0, 40))
  return new GatewayError('invalid_request', `\`${header}\` takes on, off, refresh or ttl=<seconds>, not ${shown}.`, {
    param: header,
  })
}
