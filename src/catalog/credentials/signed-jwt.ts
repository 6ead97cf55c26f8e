import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { GatewayError } from '../../core/errors.ts'

/** A JSON Web Token signed with RS256 (RFC 7515; RFC 7518, section 3.3). */
export function signedJwt(
  key: KeyObject,
  claims: Readonly<Record<string, string | number>>,
  header: Readonly<Record<string, string>> = {},
): string {
  const signed = [{ alg: 'RS256', typ: 'JWT', ...header }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`
}

/** Reads an RSA key in PEM. Variables of the environment often hold its line breaks as `\n`. Throws `upstream_unauthorized`. */
export function rsaPrivateKey(pem: string): KeyObject {
  let key: KeyObject
  try {
    const text = pem.includes('\n') ? pem : pem.replaceAll('\\n', '\n')
    key = createPrivateKey({ key: text, format: 'pem' })
  } catch {
    // What OpenSSL says is no help to people, and its cause may hold the text.
    throw new GatewayError(
      'upstream_unauthorized',
      'The private key cannot be read; it has to be PEM, without a passphrase.',
    )
  }
  if (key.asymmetricKeyType !== 'rsa') throw new GatewayError('upstream_unauthorized', 'The private key is no RSA key.')
  return key
}
