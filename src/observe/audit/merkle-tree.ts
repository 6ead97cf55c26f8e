/**
 * The Merkle tree of RFC 9162, section 2.1, over what is kept of it: the hashes of complete subtrees. An entry adds about two of
 * them, and roots and proofs of any size, also of earlier ones, are made from some dozens.
 */
import { createHash, hash } from 'node:crypto'
import type { NodeAt, TreeNode } from '../../core/record/audit.ts'

const LEAF = Uint8Array.of(0)
const INNER = Uint8Array.of(1)

export function leafHash(line: string): Buffer {
  return createHash('sha256').update(LEAF).update(line).digest()
}

/** What a leaf adds to a tree of `size` leaves: itself, and each subtree that it completes. */
export function addedNodes(size: number, leaf: Buffer, node: NodeAt): readonly TreeNode[] {
  const added: TreeNode[] = [{ level: 0, place: size, hash: leaf }]
  for (let level = 0, place = size, above = leaf; place % 2 === 1; level++) {
    above = innerHash(node(level, place - 1), above)
    place = (place - 1) / 2
    added.push({ level: level + 1, place, hash: above })
  }
  return added
}

/** MTH, section 2.1.1. */
export function treeRoot(size: number, node: NodeAt): Buffer {
  return size === 0 ? hash('sha256', '', 'buffer') : rangeHash(0, size, node)
}

/** PATH, section 2.1.3.1: the neighbours on the way from the leaf `index` to the root of the first `size` leaves. */
export function inclusionProof(index: number, size: number, node: NodeAt): readonly Buffer[] {
  return pathIn(0, size, index, node)
}

/** PROOF, section 2.1.4.1: that the first `from` leaves of a tree of `to` are still what they were. */
export function consistencyProof(from: number, to: number, node: NodeAt): readonly Buffer[] {
  return subproof(0, to, from, true, node)
}

/** All ranges asked for begin at a multiple of their size's power of two, as RFC 9162 splits them. */
function rangeHash(begin: number, end: number, node: NodeAt): Buffer {
  const level = Math.log2(end - begin)
  if (Number.isInteger(level)) return node(level, begin / 2 ** level)
  const middle = begin + leftSize(end - begin)
  return innerHash(rangeHash(begin, middle, node), rangeHash(middle, end, node))
}

function pathIn(begin: number, end: number, index: number, node: NodeAt): readonly Buffer[] {
  if (end - begin === 1) return []
  const middle = begin + leftSize(end - begin)
  return index < middle
    ? [...pathIn(begin, middle, index, node), rangeHash(middle, end, node)]
    : [...pathIn(middle, end, index, node), rangeHash(begin, middle, node)]
}

/** `isWhole`: the range is the tree that the verifier knows already. */
function subproof(begin: number, end: number, from: number, isWhole: boolean, node: NodeAt): readonly Buffer[] {
  if (from === end) return isWhole ? [] : [rangeHash(begin, end, node)]
  const middle = begin + leftSize(end - begin)
  return from <= middle
    ? [...subproof(begin, middle, from, isWhole, node), rangeHash(middle, end, node)]
    : [...subproof(middle, end, from, false, node), rangeHash(begin, middle, node)]
}

/** The largest power of two that is smaller. */
function leftSize(size: number): number {
  return 2 ** Math.floor(Math.log2(size - 1))
}

function innerHash(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update(INNER).update(left).update(right).digest()
}
