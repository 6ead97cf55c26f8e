import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { field, fileStart, formEnd, formType, startUploadBed, type UploadBed, upload } from './support/upload-bed.ts'

/** Many times what is held of a form. */
const line = JSON.stringify({
  custom_id: 'a',
  method: 'POST',
  url: '/v1/x',
  body: { model: 'm', text: 'x'.repeat(1000) },
})
const content = Buffer.from(`${line}\n`.repeat(6000))
const object = { id: 'file-at-main', object: 'file', bytes: content.length, created_at: 1, filename: 'a', purpose: 'x' }

let bed: UploadBed
beforeAll(async () => {
  bed = await startUploadBed({
    limits: { maxFileBytesPerWorkspace: 20_000_000 },
    config: { workspaces: [{ id: 'other' }] },
    keys: [{ id: 'stranger', key: 'pk-test-stranger-0123456789abcdefghijklm', workspace: 'other', models: ['*'] }],
  })
})
afterAll(() => bed.close())

const dataDirectory = (): string => join(bed.gateway.directory, 'data')
const kept = (): readonly string[] => readdirSync(join(dataDirectory(), 'files'))
/** The purpose may stand behind the file. */
const form = (purpose: string): Buffer =>
  Buffer.concat([fileStart(), content, Buffer.from('\r\n'), field('purpose', purpose), formEnd.subarray(2)])

async function sendInPieces(body: Buffer, headers: Record<string, string> = {}) {
  const sent = upload(bed, '/v1/files', formType, body.length, headers)
  for (let start = 0; start < body.length; start += 300_000) await sent.send(body.subarray(start, start + 300_000))
  sent.end()
  return sent
}

it('a file larger than what is held comes back byte for byte, and leaves nothing else on the disk', async () => {
  const { status, text } = await (await sendInPieces(form('batch'))).reply
  const file: Json = JSON.parse(text)
  expect([status, file.bytes]).toEqual([200, content.length])
  const { text: read } = await bed.gateway.get(`/v1/files/${file.id}/content`)
  expect(read === content.toString()).toBe(true)
  expect(kept()).toEqual([file.id])
  expect(readdirSync(dataDirectory()).filter((name) => name.endsWith('.part'))).toEqual([])
})

it.each(['user_data', 'batch'])(
  'a form larger than what is held reaches an account as it came (%s)',
  async (purpose) => {
    const body = form(purpose)
    const sent = await sendInPieces(body, { 'x-portcullis-provider': 'main' })
    const arrival = await bed.arrival()
    expect(arrival.message.headers).toMatchObject({ 'content-length': String(body.length), 'content-type': formType })
    expect((await arrival.body()).equals(body)).toBe(true)
    const id = `file-at-main-${purpose}`
    arrival.response.setHeader('content-type', 'application/json')
    arrival.response.end(JSON.stringify({ ...object, id }))
    expect(JSON.parse((await sent.reply).text).id).toBe(id)
    const { json } = await bed.gateway.get('/v1/files')
    expect(json.data.find((file: Json) => file.id === id)).toMatchObject({ bytes: content.length })
  },
)

it('a client that leaves in the middle of a file leaves nothing behind, and takes nothing of what its workspace may have', async () => {
  const before = kept()
  const body = form('batch')
  for (let attempt = 0; attempt < 5; attempt++) {
    const sent = upload(bed, '/v1/files', formType, body.length)
    await sent.send(body.subarray(0, body.length / 2))
    sent.request.destroy()
  }
  await bed.gateway.callsUntil((calls) => calls.filter(({ errorCode }) => errorCode === 'client_closed').length === 5)
  expect(kept()).toEqual(before)
  const { status, text } = await (await sendInPieces(body)).reply
  expect([status, JSON.parse(text).bytes]).toEqual([200, content.length])
})
