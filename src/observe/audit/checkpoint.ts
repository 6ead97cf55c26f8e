import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import * as z from 'zod'
import { sha256Pattern } from '../../core/record/audit.ts'
import { canonicalJson } from '../../core/wire/canonical-json.ts'
import { parseJson } from '../../core/wire/json.ts'

/** Says, signed with Ed25519, which tree the log was at a time. One line of canonical JSON. */
export const Checkpoint = z.strictObject({
  /** No other thing that is signed begins like this. */
  type: z.literal('portcullis-audit-checkpoint'),
  version: z.literal(1),
  at: z.iso.datetime(),
  /** Entries in the tree, and its root. */
  size: z.int().nonnegative(),
  root: z.string().regex(sha256Pattern),
  /** 32 bytes of an Ed25519 key, in hex. */
  publicKey: z.string().regex(sha256Pattern),
  /** Over the canonical JSON of the other fields. */
  signature: z.string().regex(/^[0-9a-f]{128}$/),
})
export type Checkpoint = z.infer<typeof Checkpoint>

/** `pem`: an Ed25519 key. Throws for anything else. */
export function signingKey(pem: string): KeyObject {
  const key = createPrivateKey(pem)
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('The key is not one of Ed25519.')
  return key
}

function publicKeyOf(key: KeyObject): string {
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' })
  return Buffer.from(x, 'base64url').toString('hex')
}

export function signedCheckpoint(
  { size, root, at }: Pick<Checkpoint, 'size' | 'root' | 'at'>,
  key: KeyObject,
): Checkpoint {
  const body = { type: 'portcullis-audit-checkpoint', version: 1, at, size, root, publicKey: publicKeyOf(key) } as const
  return { ...body, signature: sign(null, Buffer.from(canonicalJson(body)), key).toString('hex') }
}

/** `undefined` for a line that is not one, spelled as it was written, with a signature of the key that it names. */
export function readCheckpoint(line: string): Checkpoint | undefined {
  const read = Checkpoint.safeParse(parseJson(line))
  if (!read.success || canonicalJson(read.data) !== line) return undefined
  const { signature, ...body } = read.data
  try {
    const x = Buffer.from(body.publicKey, 'hex').toString('base64url')
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    const isSigned = verify(null, Buffer.from(canonicalJson(body)), key, Buffer.from(signature, 'hex'))
    return isSigned ? read.data : undefined
  } catch {
    return undefined
  }
}

const BEGINNING = '{"at":"'

/** Whether a line is the beginning of one whose writing was cut off: a whole one has its only closing brace at its end. */
export function isTornCheckpoint(line: string): boolean {
  return line !== '' && (BEGINNING.startsWith(line) || line.startsWith(BEGINNING)) && !line.includes('}')
}
