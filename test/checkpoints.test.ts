import { createHmac, hash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signatureOf } from '../src/core/secrets/aws-signature.ts'
import { canonicalJson } from '../src/core/wire/canonical-json.ts'
import { readCheckpoint } from '../src/observe/audit/checkpoint.ts'
import { type Json, post } from './support/client.ts'
import { commandLine } from './support/command-line.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { startWebhookMock, type WebhookMock } from './support/receivers.ts'

const secret = 'whsec_c2VjcmV0LW9mLXRoZS13aXRuZXNz'
const signer = { accessKeyId: 'AKIAQ3EGTPXVZ5NHWL2M', secretAccessKey: 'secret-of-the-bucket-0123456789abcdefghi' }

/** A store that takes objects as S3 does, and checks who signed. */
interface BucketMock {
  readonly url: string
  readonly objects: ReadonlyMap<string, string>
  readonly refused: readonly string[]
  close(): Promise<void>
}

async function startBucketMock(): Promise<BucketMock> {
  const objects = new Map<string, string>()
  const refused: string[] = []
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      const fault = faultOf(request.method ?? '', request.url ?? '', request.headers, body)
      if (fault === undefined) objects.set(request.url ?? '', body.toString())
      else refused.push(fault)
      response.writeHead(fault === undefined ? 200 : 403).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    refused,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function faultOf(method: string, path: string, headers: IncomingHttpHeaders, body: Buffer): string | undefined {
  const given = /Credential=(\w+)\/(\d+)\/([\w-]+)\/s3\/aws4_request, SignedHeaders=([\w;-]+), Signature=(\w+)$/.exec(
    headers.authorization ?? '',
  )
  if (given === null || method !== 'PUT') return 'unsigned'
  const [, id, , region = '', names = '', signature] = given
  const payloadHash = hash('sha256', body, 'hex')
  if (id !== signer.accessKeyId || headers['x-amz-content-sha256'] !== payloadHash) return 'not as signed'
  if (headers['content-md5'] !== hash('md5', body, 'base64')) return 'no digest'
  const signed = Object.fromEntries(names.split(';').map((name) => [name, String(headers[name])]))
  const scope = { time: String(headers['x-amz-date']), region, service: 's3' }
  const request = { method, path, headers: signed, payloadHash }
  return signatureOf(request, scope, signer.secretAccessKey) === signature ? undefined : 'wrong signature'
}

let hook: WebhookMock
let bucket: BucketMock
let everything: WebhookMock
let folder: string
let gateway: TestGateway
const environment = { BUCKET_KEY: signer.secretAccessKey }
const config = (): Json => ({
  alerts: { receivers: [{ id: 'all', webhook: { url: everything.url }, allowPrivateNetwork: true }] },
  audit: {
    checkpoints: {
      everyEntries: 3,
      receivers: [
        { id: 'file', file: { path: join(folder, 'checkpoints') } },
        { id: 'witness', webhook: { url: hook.url, secret }, allowPrivateNetwork: true },
        {
          id: 'bucket',
          s3: {
            bucket: 'proofs',
            region: 'eu-central-1',
            endpoint: bucket.url,
            prefix: 'gateways/one',
            accessKeyId: signer.accessKeyId,
            secretAccessKey: 'env:BUCKET_KEY',
          },
          allowPrivateNetwork: true,
        },
      ],
    },
  },
})
beforeAll(async () => {
  ;[hook, everything, bucket, folder] = await Promise.all([
    startWebhookMock(),
    startWebhookMock(),
    startBucketMock(),
    mkdtemp(join(tmpdir(), 'portcullis-checkpoints-')),
  ])
  // A gateway before this one ended in the middle of a line.
  await writeFile(join(folder, 'checkpoints'), '{"at":"2026-11-2')
  gateway = await startTestGateway({ config: config(), environment })
})
afterAll(async () => {
  await gateway.close()
  await Promise.all([hook.close(), everything.close(), bucket.close()])
  await rm(folder, { recursive: true })
})

const make = (id: string) =>
  post(`${gateway.controlUrl}/api/v1/keys`, { id }, { headers: { authorization: `Bearer ${gateway.adminToken}` } })
const deliveries = async (): Promise<readonly Json[]> =>
  (await gateway.control('/api/v1/alerts?limit=200')).json.data.filter((one: Json) => one.kind === 'audit-checkpoint')
/** Each look is one answer of the control API. */
async function sentOf(size: number): Promise<Json> {
  for (;;) {
    const found = (await deliveries()).find(({ details }) => details.size >= size)
    if (found?.deliveries.length === 3 && found.deliveries.every((one: Json) => one.state === 'sent')) return found
  }
}

describe('checkpoints that are sent', () => {
  it('begin with the start, and reach file, webhook and bucket as they were signed', async () => {
    const sent = await sentOf(1)
    const line = String(sent.details.checkpoint)
    expect(readCheckpoint(line)?.size).toBe(sent.details.size)
    expect((await readFile(join(folder, 'checkpoints'), 'utf8')).split('\n')).toContain(line)
    const { headers = {} as IncomingHttpHeaders, body = '' } = hook.taken[0] ?? {}
    const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(text).digest('base64')}`)
    expect(JSON.parse(body)).toMatchObject({ type: 'audit-checkpoint', data: JSON.parse(line) })
    expect(canonicalJson(JSON.parse(body).data)).toBe(line)
    const name = `/proofs/gateways/one/${sent.details.publicKey.slice(0, 16)}/${String(sent.details.size).padStart(12, '0')}.json`
    expect(bucket.refused).toEqual([])
    expect(bucket.objects.get(name)).toBe(`${line}\n`)
    expect((await gateway.control('/api/v1/config')).text).not.toContain(signer.secretAccessKey)
  })

  it('come again after so many entries, and go to no receiver of alerts', async () => {
    const { size } = (await gateway.control('/api/v1/audit/checkpoint')).json
    for (const id of ['a', 'b', 'c']) expect((await make(id)).status).toBe(201)
    expect((await sentOf(size + 3)).details.size).toBe(size + 3)
    expect(everything.taken).toEqual([])
    const tested = await post(
      `${gateway.controlUrl}/api/v1/alerts/test`,
      { receiver: 'file' },
      { headers: { authorization: `Bearer ${gateway.adminToken}` } },
    )
    expect(tested.status).toBe(404)
  })

  it('are what an export is held against, as a file or as the objects of a bucket', async () => {
    const { details } = await sentOf(1)
    const { launch, close } = commandLine(() => gateway.directory, {})
    const cli = (...args: string[]) => launch(['audit', ...args]).ended
    try {
      const exported = (await cli('export')).stdout
      const whole = join(folder, 'export.jsonl')
      const cut = join(folder, 'cut.jsonl')
      await writeFile(whole, exported)
      await writeFile(cut, `${exported.split('\n').slice(0, 1).join('\n')}\n`)
      const copied = join(folder, 'copied')
      for (const [name, text] of bucket.objects) {
        await mkdir(join(copied, name, '..'), { recursive: true })
        await writeFile(join(copied, name), text)
      }
      for (const kept of [join(folder, 'checkpoints'), copied]) {
        const proof = ['--checkpoint', kept, '--public-key', details.publicKey]
        const { code, stderr } = await cli('verify', whole, ...proof)
        expect([code, stderr]).toEqual([0, kept === copied ? '' : expect.stringMatching(/^Line 1 of .* was cut off/)])
        const refused = await cli('verify', cut, ...proof)
        expect(refused).toMatchObject({ code: 1 })
        expect(refused.stdout).toMatch(/is missing/)
      }
    } finally {
      close()
    }
  })
})

it('a receiver that was away gets what it missed, with the same id', async () => {
  const late = await startWebhookMock()
  late.answer(503)
  const receivers = [{ id: 'late', webhook: { url: late.url }, allowPrivateNetwork: true }]
  const own = await startTestGateway({ config: { audit: { checkpoints: { receivers } } } })
  try {
    await late.until(1)
    late.answer(204)
    await late.until(2)
    expect(late.taken[1]?.headers['webhook-id']).toBe(late.taken[0]?.headers['webhook-id'])
  } finally {
    await own.close()
    await late.close()
  }
})
