/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012): a keyed function of which nobody can tell what went in, nor try values out,
 * without the key. Fast for short inputs, where HMAC would cost a microsecond or more each.
 */
export interface SipHasher {
  /** Of `count` numbers of 32 bits from `from`. The result, of 64 bits, is in `high` and `low` until the next call. */
  hash(words: Int32Array, from: number, count: number): void
  high: number
  low: number
}

/** `key`: 16 bytes. */
export function sipHasher(key: Uint8Array): SipHasher {
  if (key.length !== 16) throw new RangeError('The key of SipHash has 16 bytes.')
  const view = new DataView(key.buffer, key.byteOffset, 16)
  const [k0l, k0h] = [view.getInt32(0, true), view.getInt32(4, true)]
  const [k1l, k1h] = [view.getInt32(8, true), view.getInt32(12, true)]
  const hasher: SipHasher = {
    high: 0,
    low: 0,
    // All in local variables, and the round written once: so it stays in registers.
    hash(words, from, count) {
      let v0h = k0h ^ 0x736f6d65
      let v0l = k0l ^ 0x70736575
      let v1h = k1h ^ 0x646f7261
      let v1l = k1l ^ 0x6e646f6d
      let v2h = k0h ^ 0x6c796765
      let v2l = k0l ^ 0x6e657261
      let v3h = k1h ^ 0x74656462
      let v3l = k1l ^ 0x79746573
      let mixed = 0
      let carry = 0
      // The last block but one has what is left over and the length in bytes; behind it the four rounds of the end.
      const blocks = (count >> 1) + 1
      for (let block = 0; block <= blocks; block++) {
        const at = from + 2 * block
        let low = 0
        let high = 0
        if (block < blocks - 1) {
          low = words[at] ?? 0
          high = words[at + 1] ?? 0
        } else if (block === blocks - 1) {
          low = (count & 1) === 1 ? (words[at] ?? 0) : 0
          high = (count * 4) << 24
        } else v2l ^= 0xff
        v3l ^= low
        v3h ^= high
        for (let round = block === blocks ? 4 : 2; round > 0; round--) {
          // v0 += v1; v1 = rotl(v1, 13) ^ v0; v0 = rotl(v0, 32)
          mixed = (v0l + v1l) | 0
          carry = mixed >>> 0 < v0l >>> 0 ? 1 : 0
          v0h = (v0h + v1h + carry) | 0
          v0l = mixed
          mixed = (v1h << 13) | (v1l >>> 19)
          v1l = ((v1l << 13) | (v1h >>> 19)) ^ v0l
          v1h = mixed ^ v0h
          mixed = v0h
          v0h = v0l
          v0l = mixed
          // v2 += v3; v3 = rotl(v3, 16) ^ v2
          mixed = (v2l + v3l) | 0
          carry = mixed >>> 0 < v2l >>> 0 ? 1 : 0
          v2h = (v2h + v3h + carry) | 0
          v2l = mixed
          mixed = (v3h << 16) | (v3l >>> 16)
          v3l = ((v3l << 16) | (v3h >>> 16)) ^ v2l
          v3h = mixed ^ v2h
          // v0 += v3; v3 = rotl(v3, 21) ^ v0
          mixed = (v0l + v3l) | 0
          carry = mixed >>> 0 < v0l >>> 0 ? 1 : 0
          v0h = (v0h + v3h + carry) | 0
          v0l = mixed
          mixed = (v3h << 21) | (v3l >>> 11)
          v3l = ((v3l << 21) | (v3h >>> 11)) ^ v0l
          v3h = mixed ^ v0h
          // v2 += v1; v1 = rotl(v1, 17) ^ v2; v2 = rotl(v2, 32)
          mixed = (v2l + v1l) | 0
          carry = mixed >>> 0 < v2l >>> 0 ? 1 : 0
          v2h = (v2h + v1h + carry) | 0
          v2l = mixed
          mixed = (v1h << 17) | (v1l >>> 15)
          v1l = ((v1l << 17) | (v1h >>> 15)) ^ v2l
          v1h = mixed ^ v2h
          mixed = v2h
          v2h = v2l
          v2l = mixed
        }
        v0l ^= low
        v0h ^= high
      }
      hasher.high = v0h ^ v1h ^ v2h ^ v3h
      hasher.low = v0l ^ v1l ^ v2l ^ v3l
    },
  }
  return hasher
}
