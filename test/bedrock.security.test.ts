import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { awsEventStream } from '../src/core/wire/aws-event-stream.ts'
import {
  answerEvents,
  awsPair,
  type BedrockBed,
  bedrockApiKey,
  bedrockModel,
  binary,
  binaryStream,
  startBedrockBed,
} from './support/bedrock.ts'
import { unary } from './support/mock-replies.ts'

let bed: BedrockBed
beforeAll(async () => {
  bed = await startBedrockBed({ limits: { maxStreamEventBytes: 10_000 } })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const path = `/model/${encodeURIComponent(`bedrock-mock/${bedrockModel}`)}/converse-stream`
const messages = [{ role: 'user', content: [{ text: 'Who goes there?' }] }]

/** The events of a reply, read as strictly as a client reads them. */
function eventsOf(body: Buffer): readonly { readonly event?: string; readonly data: string }[] {
  const framer = awsEventStream.framer(1 << 20)
  const frame = framer.push(body)
  expect(framer.rest()).toBeUndefined()
  return frame === undefined ? [] : awsEventStream.parse(frame)
}

describe('a hostile or broken Bedrock', () => {
  it('that sends a wrong checksum has its event withheld, and the client told in a whole one', async () => {
    const good = binary(answerEvents.slice(0, 2))
    const bad = binary(answerEvents.slice(2))
    bad[20] = (bad[20] ?? 0) ^ 1
    bed.bedrock.reply(binaryStream([good, bad]))
    const reply = await bed.gateway.post(path, { messages })
    const events = eventsOf(reply.body)
    expect(events.map(({ event }) => event)).toEqual(['messageStart', 'contentBlockDelta', 'internalServerException'])
    expect(await bed.gateway.call(reply)).toMatchObject({ errorCode: 'upstream_invalid_reply' })
  })

  it('that announces a huge event is cut off at once', async () => {
    const huge = binary([{ event: 'contentBlockDelta', data: JSON.stringify({ text: 'x'.repeat(20_000) }) }])
    bed.bedrock.reply(binaryStream([binary(answerEvents.slice(0, 2)), huge.subarray(0, 12)]))
    const reply = await bed.gateway.post(path, { messages })
    expect(eventsOf(reply.body).at(-1)?.event).toMatch(/Exception$/)
    expect(await bed.gateway.call(reply)).toMatchObject({ errorCode: 'upstream_reply_too_large' })
  })

  it('that begins with rubbish gives an error and no stream', async () => {
    bed.bedrock.reply(binaryStream(Buffer.from('this is no event stream at all, whatever its label says')))
    const reply = await bed.gateway.post(path, { messages })
    expect(reply.status).toBe(502)
    expect(reply.json).toEqual({ message: expect.any(String) })
  })

  it('that echoes the credential of the account in an exception has it taken out of a frame that stays whole', async () => {
    const message = `No access for ${bedrockApiKey}.`
    const exception = { event: 'validationException', data: JSON.stringify({ message }) }
    bed.bedrock.reply(binaryStream(binary([...answerEvents.slice(0, 2), exception])))
    const reply = await bed.gateway.post(path, { messages })
    expect(reply.body.includes(bedrockApiKey)).toBe(false)
    expect(eventsOf(reply.body).at(-1)).toEqual({
      event: 'validationException',
      data: '{"message":"No access for [credential]."}',
    })
    expect(JSON.stringify(await bed.gateway.call(reply))).not.toContain(bedrockApiKey)
  })

  it('that echoes parts of a key pair, the session token among them, shows them to nobody', async () => {
    const { secretAccessKey, sessionToken } = awsPair
    const message = `No access for ${sessionToken} and ${secretAccessKey}.`
    bed.bedrock.reply(unary({ message }, { status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' } }))
    const signed = path.replace('bedrock-mock', 'bedrock-signed').replace('converse-stream', 'converse')
    const reply = await bed.gateway.post(signed, { messages })
    expect(reply.status).toBe(403)
    const shown = reply.text + JSON.stringify(reply.headers) + JSON.stringify(await bed.gateway.call(reply))
    expect(shown).toContain('No access for [credential] and [credential].')
    for (const part of [secretAccessKey, sessionToken]) expect(shown).not.toContain(part)
    expect((await bed.gateway.control('/api/v1/config')).text).not.toContain(sessionToken)
  })

  it('that ends inside an event has nothing of it passed on', async () => {
    const bytes = binary(answerEvents)
    bed.bedrock.reply(binaryStream(bytes.subarray(0, bytes.length - 5)))
    const reply = await bed.gateway.post(path, { messages })
    expect(eventsOf(reply.body).at(-1)?.event).toBe('messageStop')
  })
})

describe('a virtual key in the style of AWS', () => {
  it('of a stranger opens nothing', async () => {
    for (const authorization of ['Bearer wrong-key', 'AWS4-HMAC-SHA256 Credential=AKIA/20260101/r/s/aws4_request']) {
      const reply = await bed.gateway.post(path, { messages }, { headers: { authorization } })
      expect(reply.status).toBe(401)
      expect(reply.headers['x-amzn-errortype']).toBe('AccessDeniedException')
    }
    expect(bed.bedrock.requests).toHaveLength(0)
  })
})
