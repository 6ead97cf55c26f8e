import { createHmac } from 'node:crypto'
import type { VirtualKey } from '../core/calls/registry.ts'

/** A virtual key in the form in which AWS SDKs take one. */
export interface KeyPair {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/**
 * The pair of a virtual key. Whoever checks a signature must know the secret, so it cannot be kept as a hash: it is derived
 * from the hash of the key and a secret of this gateway, and neither alone gives it. The id is derived likewise: a plain
 * hash in each request would let a reader of requests try out keys that people chose.
 */
export function keyPairOf({ hash }: Pick<VirtualKey, 'hash'>, pairSecret: string): KeyPair {
  const derived = (what: string): Buffer => createHmac('sha256', pairSecret).update(`${what}:${hash}`).digest()
  return {
    accessKeyId: `PCLK${derived('access-key-id').toString('hex', 0, 10).toUpperCase()}`,
    secretAccessKey: derived('secret-access-key').toString('base64url'),
  }
}
