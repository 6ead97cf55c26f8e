/**
 * Envelope encryption of credentials: each has a data key of its own, and that is wrapped by a key which is derived from the
 * master key. AES-256-GCM both times, bound to where the credential belongs, so that no row can stand in place of another.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { unavailable } from './secret-reference.ts'

/** What a ciphertext is good for, and nothing else. */
export interface CredentialPlace {
  readonly workspace: string
  readonly name: string
  /** Counts from 1, and goes up with each value. */
  readonly version: number
}

/** A credential as it is kept. Base64: nonce, ciphertext, tag. */
export interface SealedCredential extends CredentialPlace {
  /** Tells master keys apart, and nothing of them. */
  readonly masterId: string
  readonly wrappedKey: string
  readonly ciphertext: string
  /** Unix milliseconds, as `changedAt`. */
  readonly createdAt: number
  readonly changedAt: number
}

export interface MasterKey {
  readonly id: string
  readonly key: Buffer
}

type Sealed = Pick<SealedCredential, 'masterId' | 'wrappedKey' | 'ciphertext'>

/** `text`: what somebody chose or made, at least 32 characters of it random. */
export function masterKeyOf(text: string): MasterKey {
  const key = Buffer.from(hkdfSync('sha256', text, '', 'portcullis: provider credentials', 32))
  return { key, id: createHmac('sha256', key).update('id').digest('hex').slice(0, 16) }
}

export function seal(secret: string, place: CredentialPlace, master: MasterKey): Sealed {
  const dataKey = randomBytes(32)
  return {
    masterId: master.id,
    wrappedKey: encrypt(dataKey, master.key, boundTo('key', place)),
    ciphertext: encrypt(Buffer.from(secret, 'utf8'), dataKey, boundTo('value', place)),
  }
}

/** Throws `secret_unavailable`, for another master key or a row that was altered or moved. */
export function unseal(sealed: Sealed & CredentialPlace, master: MasterKey): string {
  return decrypt(sealed.ciphertext, dataKeyOf(sealed, master), boundTo('value', sealed)).toString('utf8')
}

/** The same credential for another master key. The value itself is not opened. Throws as `unseal` does. */
export function rewrapped<Kept extends Sealed & CredentialPlace>(sealed: Kept, from: MasterKey, to: MasterKey): Kept {
  const wrappedKey = encrypt(dataKeyOf(sealed, from), to.key, boundTo('key', sealed))
  return { ...sealed, masterId: to.id, wrappedKey }
}

function dataKeyOf(sealed: Sealed & CredentialPlace, master: MasterKey): Buffer {
  if (sealed.masterId !== master.id) {
    throw unavailable(
      'it was sealed with another master key; start with that one, or see `portcullis credentials rekey`',
    )
  }
  return decrypt(sealed.wrappedKey, master.key, boundTo('key', sealed))
}

function boundTo(part: 'key' | 'value', { workspace, name, version }: CredentialPlace): Buffer {
  return Buffer.from(JSON.stringify(['portcullis credential', 1, part, workspace, name, version]))
}

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

function encrypt(plain: Buffer, key: Buffer, bound: Buffer): string {
  // A key encrypts once (data key) or once for each credential and re-key (master key), far from where random nonces repeat.
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(bound)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64')
}

function decrypt(text: string, key: Buffer, bound: Buffer): Buffer {
  const bytes = Buffer.from(text, 'base64')
  try {
    const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
    decipher.setAAD(bound)
    decipher.setAuthTag(bytes.subarray(-tagBytes))
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()])
  } catch {
    throw unavailable('what is kept of it was altered, or moved from another place; replace the credential')
  }
}
