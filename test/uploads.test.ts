import { hash, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signedHeaders } from '../src/core/aws-signature.ts'
import { field, fileStart, formEnd, formType, startUploadBed, type UploadBed, upload } from './support/upload-bed.ts'

let bed: UploadBed
beforeAll(async () => {
  bed = await startUploadBed()
})
afterAll(() => bed.close())

const path = '/v1/audio/transcriptions'
const sound = randomBytes(3 << 20)
const form = (model: string): Buffer => Buffer.concat([field('model', model), fileStart(), sound, formEnd])
const modelLast = (model: string): Buffer =>
  Buffer.concat([fileStart(), sound, Buffer.from('\r\n'), field('model', model), formEnd.subarray(2)])

/** What AWS would expect of the account `signing`. */
function signatureOver({ method = '', url = '', headers }: IncomingMessage, body: Buffer): string | undefined {
  const { host = '', 'content-type': type = '', 'x-amz-date': time } = headers
  const at = new Date(String(time).replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  const credential = {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  }
  const scope = { region: 'us-east-1', service: 'bedrock' }
  const request = { method, path: url, headers: { host, 'content-type': type } }
  return signedHeaders(request, hash('sha256', body, 'hex'), credential, scope, at)['authorization']
}

describe('a large form', () => {
  it('is with the provider before the client has sent all of it, with the length it will have', async () => {
    const body = form('main/whisper-1')
    const sent = upload(bed, path, formType, body.length)
    await sent.send(body.subarray(0, 2 << 20))
    const { message, response, body: received } = await bed.arrival()
    const expected = form('whisper-1')
    expect(message.headers).toMatchObject({ 'content-length': String(expected.length), 'content-type': formType })
    sent.end(body.subarray(2 << 20))
    expect((await received()).equals(expected)).toBe(true)
    response.end('{"text":"Halt!"}')
    const reply = await sent.reply
    expect([reply.status, reply.text]).toEqual([200, '{"text":"Halt!"}'])
  })

  it('without a length goes on in chunks', async () => {
    const sent = upload(bed, path, formType)
    sent.end(form('main/whisper-1'))
    const { message, response, body } = await bed.arrival()
    expect(message.headers['transfer-encoding']).toBe('chunked')
    expect((await body()).equals(form('whisper-1'))).toBe(true)
    response.end('{}')
    expect((await sent.reply).status).toBe(200)
  })

  it('may name its model behind the file', async () => {
    for (const length of [modelLast('main/whisper-1').length, undefined]) {
      const sent = upload(bed, path, formType, length)
      sent.end(modelLast('main/whisper-1'))
      const { response, body } = await bed.arrival()
      expect((await body()).equals(modelLast('whisper-1'))).toBe(true)
      response.end('{}')
      expect((await sent.reply).status).toBe(200)
    }
  })

  it('whose model stands in the path gets it in the body, whatever the body says', async () => {
    const nameless = Buffer.concat([fileStart(), sound, formEnd])
    for (const [body, place] of [
      [form('anything'), form('whisper-1')],
      [nameless, undefined],
    ] as const) {
      const sent = upload(bed, '/openai/deployments/speech/audio/transcriptions?api-version=1', formType, body.length)
      sent.end(body)
      const { response, body: received } = await bed.arrival()
      const arrived = await received()
      if (place !== undefined) expect(arrived.equals(place)).toBe(true)
      else {
        expect(arrived.subarray(-body.length).equals(body)).toBe(true)
        expect(arrived.subarray(0, -body.length).toString()).toMatch(/name="model"\r\n\r\nwhisper-1\r\n$/)
      }
      response.end('{}')
      expect((await sent.reply).status).toBe(200)
    }
  })

  it('without any model is refused', async () => {
    const sent = upload(bed, path, formType)
    sent.end(Buffer.concat([fileStart(), sound, formEnd]))
    const reply = await sent.reply
    expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([400, 'invalid_request'])
  })

  it('of a client of Portkey has the model that its headers and slugs lead to', async () => {
    const sent = upload(bed, path, formType, undefined, {
      'x-portkey-config': JSON.stringify({ provider: '@main', override_params: { model: 'whisper-3' } }),
    })
    sent.end(form('anything'))
    const { response, body } = await bed.arrival()
    expect((await body()).equals(form('whisper-3'))).toBe(true)
    response.end('{}')
    expect((await sent.reply).status).toBe(200)
  })

  it('is on record with its beginning', async () => {
    const sent = upload(bed, path, formType)
    sent.end(form('main/whisper-1'))
    const { response, body } = await bed.arrival()
    await body()
    response.setHeader('content-type', 'application/json')
    response.end('{"text":"","usage":{"input_tokens":3,"output_tokens":4}}')
    const call = await bed.gateway.call(await sent.reply)
    expect(call).toMatchObject({ status: 200, requestedModel: 'main/whisper-1', inputTokens: 3, outputTokens: 4 })
    expect(call.input).toMatch(/^------WebKitFormBoundaryOfTests\r\nContent-Disposition: form-data; name="model"/)
    expect(call.inputTruncated ?? true).toBe(true)
  })
})

describe('a target that fails', () => {
  it('before it has had more than is held leaves the form to the next', async () => {
    const body = form('reachable')
    const sent = upload(bed, path, formType, body.length)
    sent.end(body)
    const { response, body: received } = await bed.arrival()
    expect((await received()).equals(form('whisper-1'))).toBe(true)
    response.end('{}')
    const reply = await sent.reply
    expect(reply.status).toBe(200)
    expect((await bed.gateway.call(reply)).attempts).toMatchObject([
      { errorCode: 'upstream_unreachable' },
      { status: 200 },
    ])
  })

  it('leaves a small form to the next, and a large one to none, which the record says', async () => {
    const small = Buffer.concat([field('model', 'both'), fileStart(), sound.subarray(0, 1000), formEnd])
    for (const body of [small, form('both')]) {
      const sent = upload(bed, path, formType, body.length)
      sent.end(body)
      const first = await bed.arrival()
      await first.body()
      first.response.writeHead(503, { 'content-type': 'application/json' }).end('{"error":{"message":"Busy."}}')
      if (body === small) {
        const second = await bed.arrival()
        expect(second.message.url).toBe('/second/audio/transcriptions')
        expect((await second.body()).includes('whisper-2')).toBe(true)
        second.response.end('{}')
        expect((await sent.reply).status).toBe(200)
      } else {
        const reply = await sent.reply
        expect([reply.status, JSON.parse(reply.text).error.message]).toEqual([503, 'Busy.'])
        const call = await bed.gateway.call(reply)
        expect(call.attempts).toHaveLength(1)
        expect(call.errorMessage).toMatch(/No other target was tried/)
      }
    }
  })

  it('leaves a form whose model stands at its end to the next, however large it is', async () => {
    const sent = upload(bed, path, formType)
    sent.end(modelLast('both'))
    const first = await bed.arrival()
    await first.body()
    first.response.writeHead(503).end()
    const second = await bed.arrival()
    expect((await second.body()).equals(modelLast('whisper-2'))).toBe(true)
    second.response.end('{}')
    expect((await sent.reply).status).toBe(200)
    const kept = await readdir(join(bed.gateway.directory, 'data'))
    expect(kept.filter((name) => name.startsWith('form-'))).toEqual([])
  })
})

describe('a provider that answers early', () => {
  it('is heard before the form has ended, and gets no more of it', async () => {
    const body = form('main/whisper-1')
    const sent = upload(bed, path, formType, body.length)
    await sent.send(body.subarray(0, 2 << 20))
    const { response, closed } = await bed.arrival()
    response.writeHead(413, { 'content-type': 'application/json' }).end('{"error":{"message":"Too long."}}')
    const reply = await sent.reply
    expect([reply.status, JSON.parse(reply.text).error.message]).toEqual([413, 'Too long.'])
    expect(reply.headers.connection).toBe('close')
    expect(await closed).toBe(false)
  })
})

describe('a client that leaves in the middle of its form', () => {
  it('ends the request of the provider, which never gets a whole one', async () => {
    const body = form('main/whisper-1')
    for (const length of [body.length, undefined]) {
      const sent = upload(bed, path, formType, length)
      await sent.send(body.subarray(0, 2 << 20))
      const { message, closed } = await bed.arrival()
      message.resume()
      sent.request.destroy()
      expect(await closed).toBe(false)
    }
    await bed.gateway.callsUntil((calls) => calls.filter(({ errorCode }) => errorCode === 'client_closed').length === 2)
  })
})

describe('a raw body', () => {
  it('goes on as it comes, with its length or in chunks, whatever it is', async () => {
    for (const length of [sound.length, undefined]) {
      const sent = upload(bed, '/p/main/videos', 'video/mp4', length)
      await sent.send(sound.subarray(0, 2 << 20))
      const { message, response, body } = await bed.arrival()
      expect(message.headers['content-length']).toBe(length?.toString())
      sent.end(sound.subarray(2 << 20))
      expect((await body()).equals(sound)).toBe(true)
      response.end('{}')
      expect((await sent.reply).status).toBe(200)
    }
  })

  it('of which little is there does not wait for more, when it is known to be large', async () => {
    const sent = upload(bed, '/p/main/videos', 'video/mp4', sound.length)
    await sent.send(sound.subarray(0, 10))
    const { response, body } = await bed.arrival()
    sent.end(sound.subarray(10))
    expect((await body()).equals(sound)).toBe(true)
    response.end('{}')
    expect((await sent.reply).status).toBe(200)
  })

  it('goes out whole, and signed as a whole, to a provider whose requests are signed', async () => {
    const sent = upload(bed, '/p/signing/model/x/invoke', 'application/octet-stream')
    sent.end(sound)
    const { message, response, body } = await bed.arrival()
    expect(message.headers).toMatchObject({ 'content-length': String(sound.length) })
    expect(message.headers.authorization).toBe(signatureOver(message, sound))
    expect((await body()).equals(sound)).toBe(true)
    response.end('{}')
    expect((await sent.reply).status).toBe(200)
  })
})
