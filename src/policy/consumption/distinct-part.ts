/** Smaller prompts cost little, whatever they repeat. */
const leastLookedAt = 32 * 1024
const WINDOWS = 16
const WINDOW_BYTES = 4096
const SHINGLE = 8

/**
 * Which part of a large body is something new: about what a compressor would keep. Of windows spread over it, those places are
 * taken whose eight bytes hash to a sixteenth of all hashes, so that the same text gives the same places wherever it stands.
 * Reads 64 KiB at most, whatever the body has. `undefined`: it is too small to matter.
 */
export function distinctPart(bytes: Uint8Array): number | undefined {
  const { length } = bytes
  if (length < leastLookedAt) return undefined
  const seen = new Set<number>()
  let taken = 0
  const size = Math.min(WINDOW_BYTES, Math.floor(length / WINDOWS))
  const step = (length - size) / (WINDOWS - 1)
  for (let window = 0; window < WINDOWS; window++) {
    const start = Math.floor(window * step)
    let low = 0
    let high = 0
    for (let index = start; index < start + size; index++) {
      // The last eight bytes, as two words of four.
      high = (high << 8) | (low >>> 24)
      low = (low << 8) | (bytes[index] ?? 0)
      if (index < start + SHINGLE - 1) continue
      const hash = Math.imul(Math.imul(high, 0x85ebca6b) ^ low, 0xc2b2ae35)
      if (hash >>> 28 !== 0) continue
      taken++
      seen.add(hash)
    }
  }
  // Where one thing fills all there may be no place at all.
  return taken < WINDOWS ? 0 : seen.size / taken
}
