import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { CallWriter } from '../../core/call-store.ts'
import { openSqliteCallReader } from './sqlite-call-reader.ts'
import { openSqliteCallWriter } from './sqlite-call-writer.ts'

const now = Date.UTC(2026, 10, 26)
const day = 86_400_000

function keep(
  writer: CallWriter,
  id: string,
  budgetUses: readonly { counter: string; windowStart: number; used: number }[],
): void {
  const figures = {
    stream: false,
    status: 200,
    durationMs: 1,
    overheadMs: 1,
    attempts: [],
    decisions: [],
    droppedParameters: [],
  }
  const record = { id, startedAt: now, workspace: 'default', endpoint: '/v1/messages', ...figures, budgetUses }
  writer.store((take) => {
    take({ record, inputTruncated: false, outputTruncated: false })
    return new Map()
  })
}

it('what was used of windows that are long over is forgotten, and of those without an end it is not', () => {
  const directory = mkdtempSync(join(tmpdir(), 'portcullis-expiry-'))
  const path = join(directory, 'calls.db')
  const writer = openSqliteCallWriter(path)
  const reader = openSqliteCallReader(path)
  try {
    keep(writer, 'a', [
      { counter: 'all-time', windowStart: 0, used: 1 },
      { counter: 'last-month', windowStart: now - 40 * day, used: 2 },
      { counter: 'long-ago', windowStart: now - 63 * day, used: 3 },
    ])
    const steps = writer.expire({ usual: {}, workspaces: {}, holds: [] }, now)
    for (let step = steps.next(); step.done !== true; step = steps.next()) expect(step.value.calls).toBe(0)
    expect(reader.budgetUses(0).map(({ counter }) => counter)).toEqual(['all-time', 'last-month'])
  } finally {
    reader.close()
    writer.close()
    rmSync(directory, { recursive: true })
  }
})
