/** RFC 9162 as it stands in the text, over lists of leaves: slow, and without anything of ours. */
import { createHash } from 'node:crypto'

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const digest = createHash('sha256')
  for (const part of parts) digest.update(part)
  return digest.digest()
}

export const hashOfLeaf = (data: Uint8Array): Buffer => sha256(Uint8Array.of(0), data)
const hashOfNode = (left: Uint8Array, right: Uint8Array): Buffer => sha256(Uint8Array.of(1), left, right)

/** 2.1.1 */
export function rootOf(leaves: readonly Uint8Array[]): Buffer {
  if (leaves.length === 0) return sha256()
  const [first] = leaves
  if (leaves.length === 1 && first !== undefined) return hashOfLeaf(first)
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return hashOfNode(rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)))
}

/** 2.1.3.2 */
export function isIncluded(
  { index, size, leaf, root }: { index: number; size: number; leaf: Uint8Array; root: Uint8Array },
  path: readonly Uint8Array[],
): boolean {
  if (index >= size) return false
  let [fn, sn] = [BigInt(index), BigInt(size - 1)]
  let r: Buffer = Buffer.from(leaf)
  for (const p of path) {
    if (sn === 0n) return false
    if ((fn & 1n) === 1n || fn === sn) {
      r = hashOfNode(p, r)
      if ((fn & 1n) === 0n) {
        while ((fn & 1n) === 0n && fn !== 0n) {
          fn >>= 1n
          sn >>= 1n
        }
      }
    } else {
      r = hashOfNode(r, p)
    }
    fn >>= 1n
    sn >>= 1n
  }
  return sn === 0n && r.equals(root)
}

/** 2.1.4.2 */
export function isConsistent(
  first: { readonly size: number; readonly root: Uint8Array },
  second: { readonly size: number; readonly root: Uint8Array },
  proof: readonly Uint8Array[],
): boolean {
  // The RFC leaves equal trees to the reader: their proof is empty.
  if (first.size === second.size) return proof.length === 0 && Buffer.from(first.root).equals(second.root)
  if (proof.length === 0) return false
  const isPowerOfTwo = (first.size & (first.size - 1)) === 0
  const path = isPowerOfTwo ? [first.root, ...proof] : [...proof]
  let [fn, sn] = [BigInt(first.size - 1), BigInt(second.size - 1)]
  while ((fn & 1n) === 1n) {
    fn >>= 1n
    sn >>= 1n
  }
  const [start, ...rest] = path
  if (start === undefined) return false
  let fr: Buffer = Buffer.from(start)
  let sr: Buffer = fr
  for (const c of rest) {
    if (sn === 0n) return false
    if ((fn & 1n) === 1n || fn === sn) {
      fr = hashOfNode(c, fr)
      sr = hashOfNode(c, sr)
      if ((fn & 1n) === 0n) {
        while ((fn & 1n) === 0n && fn !== 0n) {
          fn >>= 1n
          sn >>= 1n
        }
      }
    } else {
      sr = hashOfNode(sr, c)
    }
    fn >>= 1n
    sn >>= 1n
  }
  return sn === 0n && fr.equals(first.root) && sr.equals(second.root)
}
