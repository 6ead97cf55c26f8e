import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createScratchRoom } from '../src/server/process/scratch-room.ts'
import { field, fileStart, formEnd, formType, startUploadBed, type UploadBed, upload } from './support/upload-bed.ts'

const size = 6_000_000
const keys = ['one', 'two'].map((id) => ({ id, key: `pk-test-${id}-0123456789abcdefghijklmnopq`, models: ['*'] }))
const as = (at: number) => ({ authorization: `Bearer ${keys[at]?.key ?? ''}` })
/** What it is for stands behind the file, so that all of it waits on the disk. */
const form = Buffer.concat([
  fileStart(),
  Buffer.alloc(size, 'a'),
  Buffer.from('\r\n'),
  field('purpose', 'batch'),
  formEnd.subarray(2),
])

let bed: UploadBed
beforeAll(async () => {
  bed = await startUploadBed({ limits: { maxScratchBytes: 14_000_000, maxFileBytesPerWorkspace: 1000 }, keys })
})
afterAll(() => bed.close())

it('forms that do not end take no more of the disk than one key may, and others are served', async () => {
  const piece = form.subarray(0, 300_000)
  const open = Array.from({ length: 3 }, () => upload(bed, '/v1/files', formType, 30_000_000, as(0)))
  const replies = open.map(({ reply }) => reply.then(({ headers }) => headers['x-portcullis-error']))
  let refused: unknown
  void Promise.race(replies).then((code) => {
    refused = code
  })
  // Together more than half of what there is.
  while (refused === undefined) await Promise.all(open.map((one) => one.send(piece).catch(() => undefined)))
  expect(refused).toBe('too_many_calls')
  const other = upload(bed, '/v1/files', formType, form.length, as(1))
  other.end(form)
  // All of it has come: what the workspace may keep is counted then.
  expect((await other.reply).headers['x-portcullis-error']).toBe('quota_exceeded')
  for (const { request } of open) request.destroy()
  expect(readdirSync(join(bed.gateway.directory, 'data')).filter((name) => name.endsWith('.part'))).toEqual([])
})

describe('the room for what waits on the disk', () => {
  const bytes = Buffer.alloc(100)

  it('has an end for all together, and gives back what is closed', async () => {
    const { file } = createScratchRoom(tmpdir(), () => 1000)
    const files = ['a', 'b', 'c'].map((key) => file(key))
    for (const one of files) await one.append([bytes, bytes, bytes])
    await expect(file('d').append([bytes, bytes])).rejects.toMatchObject({ code: 'overloaded' })
    await expect(file().append([bytes, bytes])).rejects.toMatchObject({ code: 'overloaded' })
    files[0]?.close()
    files[0]?.close()
    const next = file('d')
    await next.append([bytes, bytes])
    for (const one of [...files, next]) one.close()
  })

  it('gives one key half of it', async () => {
    const { file } = createScratchRoom(tmpdir(), () => 1000)
    const [one, two] = [file('a'), file('a')]
    await one.append([bytes, bytes, bytes])
    await expect(two.append([bytes, bytes, bytes])).rejects.toMatchObject({ code: 'too_many_calls' })
    one.close()
    await two.append([bytes, bytes, bytes])
    two.close()
  })
})
