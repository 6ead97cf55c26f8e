import type { ProviderAccount } from '../core/calls/registry.ts'
import { isLoopback } from './first-start.ts'

/** Where the gateway listens. */
export interface OwnAddress {
  readonly host: string
  /** 0: any free port, which no base URL can name before. */
  readonly ports: readonly number[]
}

/**
 * The account whose base URL is this gateway, in a sentence: a call to it would go round in circles until no call fits in.
 * It takes no more than a shell that points all programs here (`OPENAI_BASE_URL`) and starts the gateway too.
 */
export function circleFault(accounts: readonly ProviderAccount[], { host, ports }: OwnAddress): string | undefined {
  const account = accounts.find(({ baseUrl, source }) => {
    if (source === 'built-in') return false
    const url = new URL(baseUrl)
    const port = url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port)
    return ports.includes(port) && reaches(url.hostname, host)
  })
  if (account === undefined) return undefined
  const unset = `unset ${account.provider.environment.baseUrl.join(' and ')} for the gateway`
  const remedy =
    account.source === 'environment' ? unset : `set its \`baseUrl\` to the provider's own address, or ${unset}`
  // Its path may come from a variable, and is nobody's business.
  const { origin } = new URL(account.baseUrl)
  return `The provider account "${account.id}" points to this gateway itself (${origin}); ${remedy}.`
}

function reaches(name: string, host: string): boolean {
  return name === host || name === `[${host}]` || (isLoopback(name) && (isLoopback(host) || isEveryAddress(host)))
}

/** An address to listen on that nobody can connect to by its name. */
export function isEveryAddress(host: string): boolean {
  return ['0.0.0.0', '::', '[::]'].includes(host)
}

/** A URL that works on this machine. */
export function urlOf(host: string, port: number): string {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}
