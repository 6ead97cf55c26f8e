import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { field, fileStart, formEnd, formType, startUploadBed, type UploadBed, upload } from './support/upload-bed.ts'

const maxBodyBytes = 96 << 20
const narrowKey = 'pk-narrow-0123456789abcdef'
let bed: UploadBed
let hasty: UploadBed
beforeAll(async () => {
  bed = await startUploadBed({ limits: { maxBodyBytes }, keys: [{ id: 'narrow', key: narrowKey, models: ['other'] }] })
  hasty = await startUploadBed({ limits: { maxBodyBytes, bodyTimeoutMs: 300, upstreamTimeoutMs: 500 } })
})
afterAll(() => Promise.all([bed.close(), hasty.close()]))

const path = '/v1/audio/transcriptions'
const piece = Buffer.alloc(2 << 20, 'a')
const beginning = Buffer.concat([field('model', 'main/whisper-1'), fileStart(), piece])

describe('a form that turns out wrong when part of it has gone out', () => {
  const second = Buffer.concat([Buffer.from('\r\n'), field('model', 'main/gpt-5-pro'), formEnd.subarray(2)])
  it.each([
    ['it ends before its last boundary', Buffer.from('\r\n--'), 'invalid_form'],
    ['it names a second model', second, 'invalid_form'],
    ['it goes on behind its last boundary', Buffer.concat([formEnd, field('model', 'main/gpt-5-pro')]), 'invalid_form'],
  ])('is refused and never becomes a whole request: %s', async (_, rest, code) => {
    const body = Buffer.concat([beginning, rest])
    for (const length of [body.length, undefined]) {
      const sent = upload(bed, path, formType, length)
      await sent.send(beginning)
      const { message, closed } = await bed.arrival()
      message.resume()
      sent.end(rest)
      const reply = await sent.reply
      expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([400, code])
      expect(await closed).toBe(false)
    }
  })

  it('is refused when it is larger than a body may be', async () => {
    const sent = upload(bed, path, formType)
    await sent.send(beginning)
    const { message, closed } = await bed.arrival()
    message.resume()
    const more = Buffer.alloc(8 << 20)
    for (let bytes = beginning.length; bytes <= maxBodyBytes; bytes += more.length) void sent.send(more).catch(() => 0)
    const reply = await sent.reply
    expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([413, 'body_too_large'])
    expect(await closed).toBe(false)
  })
})

describe('a key', () => {
  it('that may not use the model of a large form gets it to no provider', async () => {
    const sent = upload(bed, path, formType, undefined, { authorization: `Bearer ${narrowKey}` })
    await sent.send(beginning)
    const reply = await sent.reply
    expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([403, 'model_not_allowed'])
    expect(await bed.gateway.call(reply)).toMatchObject({ key: 'narrow', attempts: [] })
  })
})

describe('who waits', () => {
  it('is a client whose provider takes nothing: the gateway does not fill up, and gives up in the end', async () => {
    const sent = upload(hasty, path, formType)
    const chunk = Buffer.alloc(1 << 20, 'a')
    let taken = 0
    await sent.send(beginning)
    const { message, closed } = await hasty.arrival()
    // All of it at once; what the system does not take stays with this client.
    for (let bytes = 0; bytes < 80 << 20; bytes += chunk.length) {
      void sent.send(chunk).then(
        () => (taken += chunk.length),
        () => 0,
      )
    }
    const reply = await sent.reply
    expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([504, 'upstream_timeout'])
    // The buffers of four sockets lie between.
    expect(taken).toBeLessThan(40 << 20)
    // Only who reads hears of the end.
    message.resume()
    expect(await closed).toBe(false)
  })

  it('for a client that has stopped in the middle is not the provider', async () => {
    for (const length of [90 << 20, undefined]) {
      const sent = upload(hasty, path, formType, length)
      await sent.send(beginning)
      const { message, closed } = await hasty.arrival()
      message.resume()
      const reply = await sent.reply
      expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([408, 'body_timeout'])
      expect(await closed).toBe(false)
    }
  })

  it('for a client that never comes to its model is nobody', async () => {
    const sent = upload(hasty, path, formType)
    await sent.send(Buffer.concat([fileStart(), piece]))
    expect((await sent.reply).status).toBe(408)
  })
})
