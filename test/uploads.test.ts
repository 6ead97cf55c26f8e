import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fixture, unary } from './support/mock-replies.ts'
import { type SharedBed, startSharedBed } from './support/shared-bed.ts'

let bed: SharedBed
let owner: OpenAI
let stranger: OpenAI
beforeAll(async () => {
  bed = await startSharedBed()
  const clientOf = (apiKey: string) => new OpenAI({ baseURL: `${bed.gateway.url}/v1`, apiKey, maxRetries: 0 })
  owner = clientOf(bed.ownerKey)
  stranger = clientOf(bed.strangerKey)
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const headers = { 'x-portcullis-provider': 'second' }
const asked = { purpose: 'assistants', filename: 'notes.txt', bytes: 5, mime_type: 'text/plain' } as const
const object = (id: string, more: object = {}) => unary({ id, object: 'upload', status: 'pending', ...asked, ...more })
const notFound = expect.objectContaining({ status: 404 })

async function begun(id: string): Promise<string> {
  bed.second.reply(object(id))
  return (await owner.uploads.create(asked, { headers })).id
}

describe('an upload', () => {
  it('goes part by part to the account that it was begun at, and ends as a file of the workspace', async () => {
    const id = await begun('upload_1')
    bed.second.reply(
      unary({ id: 'part_1', object: 'upload.part', upload_id: id, created_at: 1 }),
      object(id, {
        status: 'completed',
        file: { id: 'file-OfUpload', object: 'file', purpose: 'assistants', filename: 'notes.txt', bytes: 5 },
      }),
    )
    const part = await owner.uploads.parts.create(id, { data: await toFile(Buffer.from('notes'), 'part') })
    const done = await owner.uploads.complete(id, { part_ids: [part.id] })
    expect(done.file?.id).toBe('file-OfUpload')
    const [made, sent, ended] = bed.second.requests
    expect([made?.path, sent?.path, ended?.path]).toEqual([
      '/v1/uploads',
      `/v1/uploads/${id}/parts`,
      `/v1/uploads/${id}/complete`,
    ])
    expect(made?.json).toEqual(asked)
    expect(sent?.headers['content-type']).toContain('multipart/form-data')
    expect(sent?.body.toString()).toContain('notes')
    expect(ended?.json).toEqual({ part_ids: ['part_1'] })
    expect(ended?.headers['authorization']).toBe('Bearer sk-of-second-0123456789')
    expect(bed.first.requests).toHaveLength(0)
    bed.second.reply(unary(fixture('openai/chat-completion.json')))
    const content = [{ type: 'file' as const, file: { file_id: 'file-OfUpload' } }]
    const ask = { model: 'either', messages: [{ role: 'user' as const, content }] }
    await owner.chat.completions.create(ask)
    await expect(stranger.chat.completions.create(ask)).rejects.toThrowError(notFound)
    await expect(stranger.files.retrieve('file-OfUpload')).rejects.toThrowError(notFound)
  })

  it('can be given up', async () => {
    const id = await begun('upload_2')
    bed.second.reply(object(id, { status: 'cancelled' }))
    expect((await owner.uploads.cancel(id)).status).toBe('cancelled')
    expect(bed.second.requests.at(-1)).toMatchObject({ method: 'POST', path: `/v1/uploads/${id}/cancel` })
  })

  it('is nobody else’s: the same answer as for one that never was, and the account hears nothing', async () => {
    const id = await begun('upload_3')
    bed.reset()
    const ask = async (upload: string): Promise<string[]> => {
      const form = new FormData()
      form.set('data', new Blob(['x']), 'x')
      const authorization = `Bearer ${bed.strangerKey}`
      const url = `${bed.gateway.url}/v1/uploads/${upload}`
      const replies = [
        await fetch(`${url}/parts`, { method: 'POST', body: form, headers: { authorization } }),
        await fetch(`${url}/complete`, {
          method: 'POST',
          body: '{"part_ids":[]}',
          headers: { authorization, 'content-type': 'application/json' },
        }),
        await fetch(`${url}/cancel`, { method: 'POST', headers: { authorization } }),
      ]
      return await Promise.all(
        replies.map(async (reply) => `${reply.status} ${(await reply.text()).replaceAll(upload, 'ID')}`),
      )
    }
    const never = await ask('upload_never')
    expect(never.every((reply) => reply.startsWith('404 '))).toBe(true)
    expect(await ask(id)).toEqual(never)
    expect(await ask(`${id}%2f..%2f..%2ffiles`)).toEqual(expect.arrayContaining([expect.stringContaining('404 ')]))
    expect(bed.first.requests.length + bed.second.requests.length).toBe(0)
  })

  it('has one account, which is named where there are several, and no lines of a batch', async () => {
    const status = (code: number) => expect.objectContaining({ status: code })
    await expect(owner.uploads.create(asked)).rejects.toThrowError(status(400))
    await expect(owner.uploads.create({ ...asked, purpose: 'batch' }, { headers })).rejects.toThrowError(status(400))
    const claude = { headers: { 'x-portcullis-provider': 'claude' } }
    await expect(owner.uploads.create(asked, claude)).rejects.toThrowError(status(400))
    expect(bed.first.requests.length + bed.second.requests.length).toBe(0)
  })

  it('is recorded, request by request', async () => {
    bed.second.reply(object('upload_4'))
    const reply = await bed.as(bed.ownerKey, '/v1/uploads', asked, { headers })
    expect(await bed.gateway.call(reply)).toMatchObject({ endpoint: '/v1/uploads', status: 200 })
  })
})
