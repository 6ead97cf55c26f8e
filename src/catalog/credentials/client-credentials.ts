import type { Exchange } from '../../core/secrets/credential.ts'
import { readTokenReply } from './token-reply.ts'

export interface ClientCredentials {
  readonly tokenUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scope?: string
  /** How the client says who it is: in the body, or with HTTP Basic. Default `body`. */
  readonly style?: 'body' | 'basic'
}

/** OAuth 2.0 client credentials: RFC 6749, section 4.4. */
export function clientCredentials({ tokenUrl, clientId, clientSecret, scope, style }: ClientCredentials): Exchange {
  return async ({ now, post }) => {
    const form = { grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) }
    const reply = await (style === 'basic'
      ? post(tokenUrl, { ...formHeaders, authorization: basic(clientId, clientSecret) }, formBody(form))
      : post(tokenUrl, formHeaders, formBody({ ...form, client_id: clientId, client_secret: clientSecret })))
    return readTokenReply(reply, now())
  }
}

export interface ClientAssertion {
  readonly tokenUrl: string
  readonly clientId: string
  /** Holds a JSON Web Token that another issuer signed, and that is replaced before it expires. */
  readonly assertionFile: string
  readonly scope: string
}

/** The same grant, for a client that says who it is with a token in place of a secret: RFC 7523, section 2.2. */
export function clientAssertion({ tokenUrl, clientId, assertionFile, scope }: ClientAssertion): Exchange {
  return async ({ now, post, readFile }) => {
    const form = {
      grant_type: 'client_credentials',
      scope,
      client_id: clientId,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: (await readFile(assertionFile)).trim(),
    }
    return readTokenReply(await post(tokenUrl, formHeaders, formBody(form)), now())
  }
}

export const formHeaders = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }

export function formBody(fields: Readonly<Record<string, string>>): string {
  return new URLSearchParams(fields).toString()
}

/** RFC 6749, section 2.3.1: both are form-encoded first. */
function basic(clientId: string, clientSecret: string): string {
  const encoded = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1)
  return `Basic ${Buffer.from(`${encoded(clientId)}:${encoded(clientSecret)}`).toString('base64')}`
}
