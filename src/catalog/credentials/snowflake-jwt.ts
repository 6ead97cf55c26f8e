import { createHash, createPublicKey } from 'node:crypto'
import type { Exchange } from '../../core/secrets/credential.ts'
import { rsaPrivateKey, signedJwt } from './signed-jwt.ts'

/** Snowflake takes an hour at the most; less leaves room for clocks that differ. */
const lifetimeSeconds = 3540

export interface SnowflakeKeyPair {
  readonly account: string
  readonly user: string
  /** PEM text; absent: it stands in the file. */
  readonly privateKey?: string | undefined
  readonly privateKeyFile?: string | undefined
}

/** A token that the key pair of a user signs; nobody is asked. https://docs.snowflake.com/en/developer-guide/snowflake-rest-api/authentication */
export function snowflakeJwt({ account, user, privateKey, privateKeyFile }: SnowflakeKeyPair): Exchange {
  return async ({ now, readFile }) => {
    const key = rsaPrivateKey(privateKey ?? (await readFile(privateKeyFile ?? '')))
    const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' })
    const fingerprint = createHash('sha256').update(publicKey).digest('base64')
    const subject = `${accountName(account)}.${user.toUpperCase()}`
    const issuedAt = Math.floor(now() / 1000)
    const expiresAt = issuedAt + lifetimeSeconds
    const secret = signedJwt(key, {
      iss: `${subject}.SHA256:${fingerprint}`,
      sub: subject,
      iat: issuedAt,
      exp: expiresAt,
    })
    return { secret, expiresAtMs: expiresAt * 1000 }
  }
}

/** In a token an account stands without its region: `xy12345.us-east-1` is `XY12345`. */
function accountName(account: string): string {
  return (account.split('.')[0] ?? account).toUpperCase()
}
