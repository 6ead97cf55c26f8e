import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CallRecord } from '../../core/record/call-record.ts'
import { lately, SPOKEN_OF_MS } from './lately.ts'
import { openSpool } from './record.ts'

const record: CallRecord = {
  id: 'call',
  startedAt: 1,
  workspace: 'default',
  endpoint: '/v1/messages',
  stream: false,
  status: 200,
  durationMs: 1,
  overheadMs: 1,
  attempts: [],
  decisions: [],
  droppedParameters: [],
}
const bodies = { requestTruncated: false, replyTruncated: false }

test('an event that is too large for the record is spoken of, not passed over in silence', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'portcullis-record-'))
  const spool = openSpool({ dataDirectory, writerId: 'w', written: () => undefined })
  try {
    spool.sink.emit({ type: 'call-end', record, bodies })
    expect(spool.reasons()).toEqual([])
    spool.sink.emit({ type: 'call-end', record: { ...record, model: 'x'.repeat(24 * 2 ** 20) }, bodies })
    expect(spool.reasons()).toEqual([expect.stringContaining('Calls are missing in the record')])
    expect(spool.metrics()).toMatchObject({ portcullis_events_dropped_total: 1 })
  } finally {
    await spool.close()
    await rm(dataDirectory, { recursive: true, force: true })
  }
})

test('a loss is spoken of while it goes on and for some minutes after it', () => {
  let now = 0
  const hasLost = lately(() => now)
  expect(hasLost(0)).toBe(false)
  expect(hasLost(3)).toBe(true)
  now += SPOKEN_OF_MS - 1
  expect(hasLost(3)).toBe(true)
  expect(hasLost(4)).toBe(true)
  now += SPOKEN_OF_MS
  expect(hasLost(4)).toBe(false)
  // The thread that counts began anew.
  expect(hasLost(0)).toBe(false)
  expect(hasLost(1)).toBe(true)
})
