import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { isJsonObject, type JsonObject, parseJson } from '../core/wire/json.ts'

/** What a short-lived secret stands for: a key, until a time, for sessions that begin with these settings. */
export interface ClientClaim {
  /** Of the key's value: with that, the secret ends too. */
  readonly keyHash: string
  /** Unix milliseconds. */
  readonly expiresAt: number
  readonly session: JsonObject
}

/** Secrets for clients that nobody would give a key to. All of it stands in the secret itself, sealed, so that each process can read it. */
export interface ClientSecrets {
  /** `undefined` when it would be too long for a header. */
  seal(claim: ClientClaim): string | undefined
  /** `undefined` for anything that was not sealed here. */
  open(secret: string): ClientClaim | undefined
}

/** As OpenAI begins its own. */
const PREFIX = 'ek_'
const IV_BYTES = 12
const TAG_BYTES = 16
/** The head of a request has 32 KiB. */
const MAX_LENGTH = 16_384
const MAX_CLAIM_BYTES = 1 << 20

export function createClientSecrets(masterSecret: string): ClientSecrets {
  const key = Buffer.from(hkdfSync('sha256', masterSecret, '', 'portcullis client secrets', 32))
  return {
    seal({ keyHash, expiresAt, session }) {
      const text = Buffer.from(JSON.stringify({ keyHash, expiresAt, session }))
      if (text.length > MAX_CLAIM_BYTES) return undefined
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      const sealed = Buffer.concat([iv, cipher.update(deflateRawSync(text)), cipher.final(), cipher.getAuthTag()])
      const secret = PREFIX + sealed.toString('base64url')
      return secret.length > MAX_LENGTH ? undefined : secret
    },
    open(secret) {
      if (!secret.startsWith(PREFIX) || secret.length > MAX_LENGTH) return undefined
      const sealed = Buffer.from(secret.slice(PREFIX.length), 'base64url')
      if (sealed.length <= IV_BYTES + TAG_BYTES) return undefined
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
      try {
        const packed = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()])
        return readClaim(inflateRawSync(packed, { maxOutputLength: MAX_CLAIM_BYTES }).toString('utf8'))
      } catch {
        // Another seal, or none.
        return undefined
      }
    },
  }
}

function readClaim(text: string): ClientClaim | undefined {
  const claim = parseJson(text)
  if (!isJsonObject(claim)) return undefined
  const { keyHash, expiresAt, session } = claim
  if (typeof keyHash !== 'string' || typeof expiresAt !== 'number' || !isJsonObject(session)) return undefined
  return { keyHash, expiresAt, session }
}
