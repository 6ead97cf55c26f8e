import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { post, type WireReply } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'

let gateway: TestGateway
const readers: Record<string, string> = {}
const over: Record<string, string> = {}

const admin = (method: string, path: string, body?: object): Promise<WireReply> =>
  post(gateway.controlUrl + path, body, { method, headers: { authorization: `Bearer ${gateway.adminToken}` } })
const withKey = (key: string | undefined) => ({ headers: { authorization: `Bearer ${key}` } })
const body = { model: 'demo/echo', messages: [{ role: 'user', content: 'Still there?' }] }

beforeAll(async () => {
  gateway = await startTestGateway({
    keys: [{ id: 'of-blue', key: 'pk-of-blue-0123456789abcdef', workspace: 'blue' }],
  })
  for (const workspace of ['red', 'blue']) {
    const made = await admin('POST', '/api/v1/management-keys', {
      id: `reads-${workspace}`,
      owner: 'anna',
      role: 'owner',
      workspace,
    })
    readers[workspace] = made.json.key
  }
  for (const id of ['revoked', 'expired'])
    over[id] = (await admin('POST', '/api/v1/keys', { id, workspace: 'red', owner: 'team red' })).json.key
  await admin('DELETE', '/api/v1/keys/revoked')
  await admin('PATCH', '/api/v1/keys/expired', { expiresAt: '2020-01-01T00:00:00Z' })
})
afterAll(() => gateway.close())

const ways: readonly (readonly [string, (key: string | undefined) => Promise<WireReply>])[] = [
  ['a model call', (key) => gateway.post('/v1/chat/completions', body, withKey(key))],
  ['a raw request', (key) => gateway.post('/p/demo/anything', {}, withKey(key))],
  ['a question about a file', (key) => post(`${gateway.url}/v1/files`, undefined, { method: 'GET', ...withKey(key) })],
  [
    'a question about a response',
    (key) => post(`${gateway.url}/v1/responses/resp_1`, undefined, { method: 'GET', ...withKey(key) }),
  ],
]

const seenBy = (workspace: string, path: string): Promise<WireReply> =>
  post(gateway.controlUrl + path, undefined, { method: 'GET', ...withKey(readers[workspace]) })

describe('what is asked with a key that is over', () => {
  it.each(ways.flatMap(([name, ask]) => [['revoked', name, ask] as const, ['expired', name, ask] as const]))(
    'is on record as of that key: %s, %s',
    async (id, _name, ask) => {
      const reply = await ask(over[id])
      expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([401, `${id}_key`])
      const call = await gateway.call(reply)
      expect(call).toMatchObject({ key: id, workspace: 'red', status: 401, errorCode: `${id}_key` })
      const path = `/api/v1/calls/${call.id}`
      expect((await seenBy('red', path)).status).toBe(200)
      expect((await seenBy('blue', path)).status).toBe(404)
      const decided = (await seenBy('red', `/api/v1/decisions?key=${id}`)).json.data
      expect(decided).toContainEqual(
        expect.objectContaining({ callId: call.id, kind: 'refusal', effect: 'deny', rule: `${id}_key` }),
      )
    },
  )

  it('with a key that nobody knows is nobody’s, whatever it looks like', async () => {
    for (const key of ['pcl_made-up', `${over['revoked']}x`, over['revoked']?.slice(0, -1)]) {
      const reply = await gateway.post('/v1/chat/completions', body, withKey(key))
      expect(reply.headers['x-portcullis-error']).toBe('unknown_key')
      expect(await gateway.call(reply)).toMatchObject({ key: null, workspace: '' })
      const path = `/api/v1/calls/${reply.headers['x-portcullis-call-id']}`
      for (const workspace of ['red', 'blue']) expect((await seenBy(workspace, path)).status).toBe(404)
    }
  })

  it('made up in a flood does not fill the record, and keeps no call of a known key off it', async () => {
    const flood = Array.from({ length: 50 }, (_, index) => withKey(`pcl_made-up-${index}`))
    const unrecorded = /^portcullis_strangers_unrecorded_total [1-9]/m
    while (!unrecorded.test((await gateway.control('/metrics')).text))
      await Promise.all(flood.map((options) => gateway.post('/v1/chat/completions', body, options)))
    const reply = await gateway.post('/v1/chat/completions', body, withKey(over['revoked']))
    expect(await gateway.call(reply)).toMatchObject({ key: 'revoked' })
  })
})
