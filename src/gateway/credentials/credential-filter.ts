import type { ProviderAccount } from '../../core/calls/registry.ts'

/**
 * Takes an account's credential out of what its provider says: a provider, or whoever answers at a mistyped base URL, may
 * echo it. Found as it is and with any of its characters escaped as JSON allows; not where it was encoded (Base64) or
 * cut into pieces.
 */
export interface CredentialFilter {
  text(text: string): string
  /** The same buffer when there is nothing to take out. */
  bytes(bytes: Buffer): Buffer
}

/** Placeholders that local servers ask for ("ollama", "none") are words that any text may hold. */
const minLength = 8
const replacement = '[credential]'

const known = new WeakMap<ProviderAccount, CredentialFilter>()

export function credentialFilter(account: ProviderAccount): CredentialFilter {
  let filter = known.get(account)
  if (filter === undefined) {
    const { secret, provider } = account
    const parts = [...(secret === undefined ? [] : [secret]), ...(provider.secretParts?.(account) ?? [])]
    filter = filterOf(parts.filter((part) => part.length >= minLength))
    known.set(account, filter)
  }
  return filter
}

const nothing: CredentialFilter = { text: (text) => text, bytes: (bytes) => bytes }

function filterOf(secrets: readonly string[]): CredentialFilter {
  if (secrets.length === 0) return nothing
  const shortest = Math.min(...secrets.map(({ length }) => length))
  // The longest first: it may hold the others.
  const patterns = secrets
    .toSorted((a, b) => b.length - a.length)
    .map((secret) => secret.split('').map(characterPattern).join(''))
  const pattern = new RegExp(patterns.join('|'), 'g')
  // Shorter than a credential, a text cannot hold it: true of nearly all headers.
  const text = (said: string): string => (said.length < shortest ? said : said.replace(pattern, replacement))
  return {
    text,
    bytes(bytes) {
      const said = bytes.toString('utf8')
      const cleaned = text(said)
      return cleaned === said ? bytes : Buffer.from(cleaned)
    },
  }
}

/** One character, plain or as JSON may write it (RFC 8259, section 7). */
function characterPattern(character: string): string {
  const hex = character.charCodeAt(0).toString(16).padStart(4, '0')
  const anyCase = hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`)
  const short = '/"\\'.includes(character) ? `|\\\\\\u${hex}` : ''
  return `(?:\\u${hex}|\\\\u${anyCase}${short})`
}
