import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashOfLeaf, isConsistent, isIncluded, rootOf } from '../../../test/support/rfc9162.ts'
import type { NodeAt } from '../../core/record/audit.ts'
import { addedNodes, consistencyProof, inclusionProof, leafHash, treeRoot } from './merkle-tree.ts'

function treeOf(leaves: readonly Buffer[]): NodeAt {
  const nodes = new Map<string, Buffer>()
  const node: NodeAt = (level, place) => {
    const found = nodes.get(`${level} ${place}`)
    if (found === undefined) throw new Error(`There is no node ${level} ${place}.`)
    return found
  }
  for (const [index, leaf] of leaves.entries()) {
    for (const { level, place, hash } of addedNodes(index, leaf, node)) nodes.set(`${level} ${place}`, hash)
  }
  return node
}

const linesOf = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `line ${index}`)
const bytesOf = (lines: readonly string[]): readonly Buffer[] => lines.map((line) => Buffer.from(line))
const max = 70

describe('the tree', () => {
  it('has the roots that Certificate Transparency publishes for its test leaves', () => {
    const leaves = [
      '',
      '00',
      '10',
      '2021',
      '3031',
      '40414243',
      '5051525354555657',
      '606162636465666768696a6b6c6d6e6f',
    ].map((hex) => hashOfLeaf(Buffer.from(hex, 'hex')))
    const node = treeOf(leaves)
    expect(Array.from({ length: 9 }, (_, size) => treeRoot(size, node).toString('hex'))).toEqual([
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ])
  })

  it('has the root of RFC 9162 at each size, and proves by its rules that each leaf is in it and no other', () => {
    const lines = linesOf(max)
    const leaves = lines.map(leafHash)
    const node = treeOf(leaves)
    for (let size = 1; size <= max; size++) {
      const root = treeRoot(size, node)
      expect(root).toEqual(rootOf(bytesOf(lines.slice(0, size))))
      for (const [index, leaf] of leaves.slice(0, size).entries()) {
        const path = inclusionProof(index, size, node)
        expect(isIncluded({ index, size, leaf, root }, path)).toBe(true)
        expect(isIncluded({ index, size, leaf: leafHash('another'), root }, path)).toBe(false)
        if (size > 1) expect(isIncluded({ index: (index + 1) % size, size, leaf, root }, path)).toBe(false)
      }
    }
  })

  it('proves by those rules that it continues each earlier one, and not one that was altered', () => {
    const count = fc.integer({ min: 1, max })
    fc.assert(
      fc.property(count, count, fc.nat({ max: max - 1 }), (one, other, altered) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)]
        const lines = linesOf(to)
        const node = treeOf(lines.map(leafHash))
        const proof = consistencyProof(from, to, node)
        const second = { size: to, root: treeRoot(to, node) }
        expect(isConsistent({ size: from, root: treeRoot(from, node) }, second, proof)).toBe(true)
        const before = lines.slice(0, from).map((line, index) => (index === altered % from ? 'altered' : line))
        expect(isConsistent({ size: from, root: rootOf(bytesOf(before)) }, second, proof)).toBe(false)
      }),
    )
  })
})
