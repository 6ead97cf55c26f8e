/** Bits of a signature. */
export const signatureBits = 512
export const signatureBytes = signatureBits / 8

/** Writes the signature of a vector: which of `signatureBits` random planes it is above. */
export type Signer = (vector: Float32Array, into: Uint8Array) => void

/**
 * How many bits two vectors of this closeness differ in at the most, but for one pair of 30,000: each plane parts them with the
 * probability of their angle (Charikar, 2002), and four deviations are added.
 */
export function mostDiffering(closeness: number): number {
  const share = Math.acos(Math.min(1, Math.max(-1, closeness))) / Math.PI
  return Math.ceil(signatureBits * share + 4 * Math.sqrt(signatureBits * share * (1 - share)) + roundingBits)
}

/** A number next to 0 may be on either side. */
const roundingBits = 4
const rounds = 3

interface Rotation {
  readonly signs: readonly Float32Array[]
  readonly scratch: Float32Array
}

/** Planes are those of a random rotation, made of signs and Walsh-Hadamard transforms: its time is n log n (Ailon, Chazelle, 2009). */
export function createSigner(): Signer {
  const rotations = new Map<number, Rotation>()
  return (vector, into) => {
    const size = Math.max(signatureBits, 2 ** Math.ceil(Math.log2(vector.length)))
    const rotation = rotations.get(size) ?? newRotation(size)
    rotations.set(size, rotation)
    const { signs, scratch } = rotation
    scratch.fill(0)
    scratch.set(vector)
    for (const sign of signs) {
      for (let place = 0; place < size; place++) scratch[place] = (scratch[place] ?? 0) * (sign[place] ?? 0)
      transform(scratch)
    }
    for (let byte = 0; byte < signatureBytes; byte++) {
      let bits = 0
      for (let bit = 0; bit < 8; bit++) if ((scratch[byte * 8 + bit] ?? 0) > 0) bits |= 1 << bit
      into[byte] = bits
    }
  }
}

/** The same in each process: nothing depends on its being a secret. */
function newRotation(size: number): Rotation {
  let state = size
  const signs = Array.from({ length: rounds }, () =>
    Float32Array.from({ length: size }, () => {
      // Xorshift32 (Marsaglia, 2003).
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      return state & 0x10000 ? 1 : -1
    }),
  )
  return { signs, scratch: new Float32Array(size) }
}

/** Walsh-Hadamard, in place and without its factor. */
function transform(values: Float32Array): void {
  for (let half = 1; half < values.length; half *= 2) {
    for (let begin = 0; begin < values.length; begin += 2 * half) {
      for (let place = begin; place < begin + half; place++) {
        const a = values[place] ?? 0
        const b = values[place + half] ?? 0
        values[place] = a + b
        values[place + half] = a - b
      }
    }
  }
}
