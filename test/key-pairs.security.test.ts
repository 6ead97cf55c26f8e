import { hash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { type ClientRequest, request } from 'node:http'
import { join } from 'node:path'
import { ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { signedHeaders } from '../src/core/secrets/aws-signature.ts'
import { type BedrockBed, bedrockModel, converseAnswer, startBedrockBed } from './support/bedrock.ts'
import { post, type WireReply } from './support/client.ts'
import { heldReply, unary } from './support/mock-replies.ts'

interface Pair {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

let bed: BedrockBed
let pair: Pair
beforeAll(async () => {
  bed = await startBedrockBed()
  pair = await pairOf('team-a')
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

async function control(path: string, method: string, body?: unknown): Promise<WireReply> {
  const headers = { authorization: `Bearer ${bed.gateway.adminToken}` }
  return post(bed.gateway.controlUrl + path, body, { method, headers })
}

async function pairOf(id: string): Promise<Pair> {
  return (await control(`/api/v1/keys/${id}/key-pair`, 'POST')).json
}

const modelId = `bedrock-mock/${bedrockModel}`
const path = `/model/${encodeURIComponent(modelId)}/converse`
const messages = [{ role: 'user' as const, content: [{ text: 'Who goes there?' }] }]
const body = JSON.stringify({ messages })
const scope = { region: 'us-east-1', service: 'bedrock' }

interface Change {
  readonly with?: Pair
  readonly at?: Date
  readonly signed?: Record<string, string>
  /** Sent in place of what was signed. */
  readonly sends?: { readonly path?: string; readonly body?: string; readonly headers?: Record<string, string> }
}

/** A request signed by hand, and changed afterwards. */
function send({ with: by = pair, at = new Date(), signed = {}, sends = {} }: Change = {}): Promise<WireReply> {
  const headers = { host: new URL(bed.gateway.url).host, 'content-type': 'application/json', ...signed }
  const own = signedHeaders({ method: 'POST', path, headers }, hash('sha256', body, 'hex'), by, scope, at)
  return bed.gateway.post(sends.path ?? path, Buffer.from(sends.body ?? body), {
    headers: { ...headers, ...own, ...sends.headers },
  })
}

const bodyHash = { 'x-amz-content-sha256': hash('sha256', body, 'hex') }

describe('a client of AWS that signs with the key pair of a virtual key', () => {
  it('is served as that key, with the official package as it comes', async () => {
    const client = bed.client({ credentials: { ...pair }, authSchemePreference: ['sigv4'] })
    const reply = await client.send(new ConverseCommand({ modelId, messages }))
    expect(reply.stopReason).toBe('end_turn')
    const output = await client.send(new ConverseStreamCommand({ modelId, messages }))
    let text = ''
    for await (const event of output.stream ?? []) text += event.contentBlockDelta?.delta?.text ?? ''
    expect(text).toContain('Torhaus')
    const calls = await bed.gateway.callsUntil((known) => known.length >= 2)
    expect(calls.slice(0, 2)).toMatchObject([{ key: 'team-a' }, { key: 'team-a' }])
    // Its own signature stays here.
    expect(JSON.stringify(bed.bedrock.requests.map(({ rawHeaders }) => rawHeaders))).not.toContain(pair.accessKeyId)
  })

  it('may say the hash of its body beforehand or not', async () => {
    for (const signed of [{}, bodyHash]) {
      const reply = await send({ signed })
      expect(reply.status).toBe(200)
      expect(await bed.gateway.call(reply)).toMatchObject({ key: 'team-a', status: 200 })
    }
  })

  it('is told in its own words that its clock is wrong', async () => {
    const reply = await send({ at: new Date(Date.now() - 6 * 60_000) })
    expect(reply.status).toBe(403)
    expect(reply.headers['x-amzn-errortype']).toBe('InvalidSignatureException')
    expect(reply.headers['date']).toBeDefined()
  })

  it('has a pair that is always the same, and another for each key', async () => {
    expect(await pairOf('team-a')).toEqual(pair)
    expect((await control('/api/v1/keys', 'POST', { id: 'team-b' })).status).toBe(201)
    const other = await pairOf('team-b')
    expect(other.accessKeyId).not.toBe(pair.accessKeyId)
    expect(other.secretAccessKey).not.toBe(pair.secretAccessKey)
    expect(JSON.stringify([pair, other])).not.toContain(bed.gateway.key)
  })

  it('keeps its secret from all but the owner of the data directory', async () => {
    const { mode } = await stat(join(bed.gateway.directory, 'data', 'key-pairs.secret'))
    expect(mode & 0o777).toBe(0o600)
    expect((await control('/api/v1/keys/nobody/key-pair', 'POST')).status).toBe(404)
    const open = await post(`${bed.gateway.controlUrl}/api/v1/keys/team-a/key-pair`, undefined, { method: 'POST' })
    expect(open.status).toBe(401)
  })
})

describe('a signed request is refused, and reaches no provider and no record of the key,', () => {
  const hourAgo = new Date(Date.now() - 3_600_000)
  const attacks: Readonly<Record<string, () => Change>> = {
    'with a forged secret': () => ({ with: { ...pair, secretAccessKey: 'x'.repeat(43) } }),
    'with an unknown access key': () => ({ with: { ...pair, accessKeyId: 'PCLK00000000000000000000' } }),
    'with the virtual key for a secret': () => ({ with: { ...pair, secretAccessKey: bed.gateway.key } }),
    'with a changed body': () => ({ sends: { body: body.replace('Who', 'How') } }),
    'with a changed body behind the hash of the signed one': () => ({
      signed: bodyHash,
      sends: { body: body.replace('Who', 'How') },
    }),
    'with a hash for the changed body': () => {
      const changed = body.replace('Who', 'How')
      const headers = { 'x-amz-content-sha256': hash('sha256', changed, 'hex') }
      return { signed: bodyHash, sends: { body: changed, headers } }
    },
    'with a body that is not signed': () => ({ signed: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }),
    'for another path': () => ({ sends: { path: path.replace('/converse', '/converse-stream') } }),
    'for a path with segments that signatures leave out': () => ({
      sends: { path: path.replace('/model/', '/model//') },
    }),
    'that is replayed an hour later': () => ({ at: hourAgo }),
    'that is replayed with a new date': () => ({
      at: hourAgo,
      sends: { headers: { 'x-amz-date': `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '')}Z` } },
    }),
    'that is signed for the future': () => ({ at: new Date(Date.now() + 6 * 60_000) }),
    'for another host': () => ({
      signed: { host: 'bedrock-runtime.us-east-1.amazonaws.com' },
      sends: { headers: { host: new URL(bed.gateway.url).host } },
    }),
    'with a header of AWS that is not signed': () => ({ sends: { headers: { 'x-amz-target': 'Other' } } }),
    'with a key of Portkey beside it': () => ({ sends: { headers: { 'x-portkey-api-key': bed.gateway.key } } }),
    'with another key beside it': () => ({ sends: { headers: { 'x-api-key': bed.gateway.key } } }),
  }
  it.each(Object.entries(attacks))('%s', async (_name, change) => {
    const reply = await send(change())
    expect([400, 401, 403]).toContain(reply.status)
    expect(reply.json).toEqual({ message: expect.any(String) })
    expect(bed.bedrock.requests).toHaveLength(0)
    const record = await bed.gateway.call(reply)
    expect(record['key']).not.toBe('team-a')
    expect(JSON.stringify(record)).not.toContain('Who goes there?')
  })

  it('with a signature that does not cover the host', async () => {
    const own = signedHeaders(
      { method: 'POST', path, headers: {} },
      hash('sha256', body, 'hex'),
      pair,
      scope,
      new Date(),
    )
    expect((await bed.gateway.post(path, Buffer.from(body), { headers: own })).status).toBe(403)
  })

  it.each([
    'AWS4-HMAC-SHA256',
    'AWS4-HMAC-SHA256 Credential=a/b',
    `AWS4-HMAC-SHA256 Credential=${'A'.repeat(10_000)}/20260101/r/s/aws4_request, SignedHeaders=host, Signature=00`,
    'AWS4-ECDSA-P256-SHA256 Credential=A/20260101/s/aws4_request, SignedHeaders=host, Signature=00',
  ])('in a form that is none: %#', async (authorization) => {
    const reply = await bed.gateway.post(path, Buffer.from(body), { headers: { authorization } })
    expect(reply.status).toBe(401)
    expect(bed.bedrock.requests).toHaveLength(0)
  })

  it('of a key that was revoked', async () => {
    await control('/api/v1/keys', 'POST', { id: 'gone' })
    const by = await pairOf('gone')
    expect((await send({ with: by })).status).toBe(200)
    expect((await control('/api/v1/keys/gone', 'DELETE')).status).toBe(204)
    for (const signed of [{}, bodyHash]) {
      const refused = await send({ with: by, signed })
      expect(refused.status).toBe(401)
      expect(await bed.gateway.call(refused)).toMatchObject({ key: 'gone', errorCode: 'revoked_key' })
      // Who cannot sign learns nothing of the key.
      const forged = await send({ with: { ...by, secretAccessKey: 'x'.repeat(43) }, signed })
      expect([forged.status, await bed.gateway.call(forged)]).toMatchObject([403, { key: null }])
    }
    expect((await control('/api/v1/keys/gone/key-pair', 'POST')).status).toBe(401)
  })
})

describe('requests that are signed in the name of a key, and not with its secret,', () => {
  it('take none of its places, however long they take to send their bodies', async () => {
    const narrow = await startBedrockBed({ limits: { maxConcurrentCallsPerKey: 1 } })
    let stalled: ClientRequest | undefined
    try {
      const { url, adminToken, controlUrl } = narrow.gateway
      const admin = { method: 'POST', headers: { authorization: `Bearer ${adminToken}` } }
      const own: Pair = (await post(`${controlUrl}/api/v1/keys/team-a/key-pair`, undefined, admin)).json
      const signedBy = (by: Pair, more = {}): Record<string, string> => {
        const headers = { host: new URL(url).host, 'content-type': 'application/json', ...more }
        return {
          ...headers,
          ...signedHeaders({ method: 'POST', path, headers }, hash('sha256', body, 'hex'), by, scope, new Date()),
        }
      }
      const forged = signedBy({ ...own, secretAccessKey: 'x'.repeat(43) })
      stalled = request(url + path, { method: 'POST', headers: { ...forged, 'content-length': 1000 } })
      stalled.on('error', () => undefined).write('{')
      // The next of its kind is refused as soon as the first has come.
      for (;;) if ((await narrow.gateway.post(path, body, { headers: forged })).status === 429) break
      const held = heldReply()
      narrow.bedrock.reply(held.reply)
      const first = narrow.gateway.post(path, body, { headers: signedBy(own, bodyHash) })
      await narrow.bedrock.request(0)
      const second = await narrow.gateway.post(path, body, { headers: signedBy(own, bodyHash) })
      expect([second.status, second.headers['x-portcullis-error']]).toEqual([429, 'too_many_calls'])
      const bearer = await narrow.gateway.post(path, body)
      expect(bearer.headers['x-portcullis-error']).toBe('too_many_calls')
      held.release(unary(converseAnswer))
      expect((await first).status).toBe(200)
      expect((await narrow.gateway.post(path, body, { headers: signedBy(own, bodyHash) })).status).toBe(200)
      expect((await narrow.gateway.post(path, body)).status).toBe(200)
    } finally {
      stalled?.destroy()
      await narrow.close()
    }
  })
})

it.each(['/v1/models', '/v1/files', '/v1/batches', '/p/bedrock-mock/x'])(
  'a signed request to %s, where no client of AWS asks, is told to send a key',
  async (resource) => {
    const host = new URL(bed.gateway.url).host
    const signed = signedHeaders(
      { method: 'GET', path: resource, headers: { host } },
      hash('sha256', '', 'hex'),
      pair,
      scope,
      new Date(),
    )
    const reply = await post(bed.gateway.url + resource, undefined, { method: 'GET', headers: signed })
    expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([401, 'missing_key'])
    expect(reply.text).toContain('takes no request that is signed')
  },
)
