import { expect, test } from 'vitest'
import { sipHasher } from '../src/core/secrets/sip-hash.ts'

/** Of the reference implementation: key 00…0f, input 00 01 02 …, outputs as little-endian bytes. */
const vectors: readonly (readonly [bytes: number, output: string])[] = [
  [0, '310e0edd47db6f72'],
  [4, 'b7877127e09427cf'],
  [8, '6224939a79f5f593'],
  [12, 'fbe50e86bc8f1e75'],
]

test('gives what the reference implementation gives', () => {
  const hasher = sipHasher(Uint8Array.from({ length: 16 }, (_, index) => index))
  for (const [bytes, output] of vectors) {
    const words = new Int32Array(Uint8Array.from({ length: bytes }, (_, index) => index).buffer)
    hasher.hash(words, 0, words.length)
    const result = Buffer.alloc(8)
    result.writeInt32LE(hasher.low, 0)
    result.writeInt32LE(hasher.high, 4)
    expect({ bytes, output: result.toString('hex') }).toEqual({ bytes, output })
  }
})
