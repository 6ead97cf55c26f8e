import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rootOf } from '../../../test/support/rfc9162.ts'
import { chainedLine } from './chain.ts'
import { readCheckpoint, signedCheckpoint, signingKey } from './checkpoint.ts'
import { createExportVerifier, type ExportReport } from './verify-export.ts'

function chainOf(count: number, subject = 'team-a'): readonly string[] {
  const lines: string[] = []
  let previous: string | undefined
  for (let seq = 0; seq < count; seq++) {
    const draft = { actor: 'admin-token', action: 'key-changed', subject, details: { models: ['*'], seq } } as const
    const at = new Date(1_764_000_000_000 + seq).toISOString()
    const line = chainedLine(draft, { seq, at, ...(previous === undefined ? {} : { previous }) })
    lines.push(line)
    previous = (JSON.parse(line) as { hash: string }).hash
  }
  return lines
}

const key = signingKey(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
const checkpointOf = (lines: readonly string[]) => {
  const root = rootOf(lines.map((line) => Buffer.from(line))).toString('hex')
  return signedCheckpoint({ size: lines.length, root, at: '2026-11-25T12:00:00.000Z' }, key)
}

function verified(bytes: Buffer, checkpoints: readonly ReturnType<typeof checkpointOf>[] = []): ExportReport {
  const verifier = createExportVerifier(checkpoints)
  for (let at = 0; at < bytes.length; ) {
    const feed = bytes.indexOf(10, at)
    const end = feed < 0 ? bytes.length : feed
    verifier.push(bytes.subarray(at, end), feed >= 0)
    at = end + 1
  }
  return verifier.end()
}

const bytesOf = (lines: readonly string[]): Buffer => Buffer.from(lines.map((line) => `${line}\n`).join(''))

describe('an export', () => {
  const lines = chainOf(12)

  it('is whole as it was written, at each size of the tree', () => {
    const checkpoints = [1, 2, 5, 8, 11, 12].map((size) => checkpointOf(lines.slice(0, size)))
    expect(verified(bytesOf(lines), checkpoints)).toEqual({ entries: 12 })
  })

  it('has a fault for each byte that is another, at the entry that holds it or the one after', () => {
    const small = chainOf(3)
    const bytes = bytesOf(small)
    const starts = small.map((_, index) => bytesOf(small.slice(0, index + 1)).length)
    for (let at = 0; at < bytes.length; at++) {
      for (const bit of [1, 2, 4, 8, 16, 32, 64, 128]) {
        const altered = Buffer.from(bytes)
        altered[at] = (bytes[at] ?? 0) ^ bit
        const { fault, entries } = verified(altered)
        expect(`${at} ${fault}`).toMatch(/^\d+ Entry \d/)
        expect(entries).toBe(starts.findIndex((start) => at < start))
      }
    }
  })

  it('has a fault when entries are taken out, moved or repeated, but for those at its end, which a checkpoint shows', () => {
    const chosen = fc.array(fc.nat({ max: lines.length - 1 }), { maxLength: 14 })
    fc.assert(
      fc.property(chosen, (order) => {
        const given = bytesOf(order.map((index) => lines[index] ?? ''))
        const isBeginning = order.every((seq, index) => seq === index)
        expect(verified(given).fault === undefined).toBe(isBeginning)
        const isWhole = isBeginning && order.length === lines.length
        expect(verified(given, [checkpointOf(lines)]).fault === undefined).toBe(isWhole)
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['missing', (all: readonly string[]) => all.toSpliced(4, 1), 'Entry 4 is missing.'],
    [
      'reordered',
      (all: readonly string[]) => [...all.slice(0, 4), ...all.slice(5, 7), ...all.slice(4, 5)],
      'reordered',
    ],
    ['repeated', (all: readonly string[]) => all.toSpliced(5, 0, all[4] ?? ''), 'entry 4 stands a second time'],
    [
      'altered',
      (all: readonly string[]) => all.with(4, (all[4] ?? '').replace('team-a', 'team-b')),
      'Entry 4 was altered',
    ],
    [
      'of another chain',
      (all: readonly string[]) => all.with(4, chainOf(5, 'x')[4] ?? ''),
      'Entry 3 was altered and hashed anew',
    ],
    ['truncated', (all: readonly string[]) => all.slice(0, 9), 'Entry 9 is missing: the export ends there'],
  ])('that is %s is told with the entry', (_name, change, sentence) => {
    expect(verified(bytesOf(change(lines)), [checkpointOf(lines)]).fault).toContain(sentence)
  })

  it('that was written anew as a whole is found by checkpoints, and between which two', () => {
    const anew = chainOf(12, 'somebody-else')
    expect(verified(bytesOf(anew))).toEqual({ entries: 12 })
    const checkpoints = [checkpointOf(anew.slice(0, 4)), checkpointOf(lines.slice(0, 8)), checkpointOf(lines)]
    expect(verified(bytesOf(anew), checkpoints).fault).toContain('an entry from 4 to 7 was altered')
  })
})

describe('a checkpoint', () => {
  it('is none with any byte of it altered', () => {
    const line = Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(checkpointOf(chainOf(2))).sort())))
    expect(readCheckpoint(line.toString())).toMatchObject({ size: 2 })
    for (let at = 0; at < line.length; at++) {
      for (const bit of [1, 32]) {
        const altered = Buffer.from(line)
        altered[at] = (line[at] ?? 0) ^ bit
        expect(readCheckpoint(altered.toString())).toBeUndefined()
      }
    }
  })
})
