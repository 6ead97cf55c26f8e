import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliBed, sentence, startCliBed } from './support/cli-bed.ts'
import { type Json, post, type WireReply } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'

const blueKey = 'pk-test-blue-0123456789abcdefghijklmnop'
let gateway: TestGateway
const managers: Record<string, string> = {}

const asked = (token: string, method: string, path: string, body?: unknown): Promise<WireReply> =>
  post(gateway.controlUrl + path, body, { method, headers: { authorization: `Bearer ${token}` } })
const admin = (method: string, path: string, body?: unknown) => asked(gateway.adminToken, method, path, body)
const as = (name: string, method: string, path: string, body?: unknown) =>
  asked(managers[name] ?? '', method, path, body)
const callOf = async (content: string, key = gateway.key): Promise<string> => {
  const body = { model: 'demo/echo', messages: [{ role: 'user', content }] }
  const headers = { authorization: `Bearer ${key}` }
  return (await gateway.call(await gateway.post('/v1/chat/completions', body, { headers }))).id
}

beforeAll(async () => {
  gateway = await startTestGateway({ keys: [{ id: 'of-blue', key: blueKey, workspace: 'blue' }] })
  for (const [id, fields] of Object.entries({
    viewer: { role: 'viewer' },
    developer: { role: 'developer', workspace: 'default' },
    'blue-developer': { role: 'developer', workspace: 'blue' },
    'blind-saver': { permissions: ['calls:read', 'filters:write'] },
  }))
    managers[id] = (await admin('POST', '/api/v1/management-keys', { id, owner: 'x', ...fields })).json.key
})
afterAll(() => gateway.close())

describe('a saved filter', () => {
  it('is saved, shown, used and removed, and what is asked beside it goes before', async () => {
    const [, secondId] = [await callOf('the first of them'), await callOf('the second of them')]
    const saved = await as('developer', 'POST', '/api/v1/filters', {
      name: 'seconds',
      query: { q: 'second of', status: 'ok' },
    })
    expect(saved.status).toBe(201)
    expect(saved.json).toMatchObject({ name: 'seconds', workspace: 'default', query: { q: 'second of', status: 'ok' } })
    expect((await as('developer', 'GET', '/api/v1/filters')).json.data).toEqual([saved.json])
    expect((await admin('GET', '/api/v1/filters/seconds')).json).toEqual(saved.json)
    const found = await as('developer', 'GET', '/api/v1/calls?filter=seconds')
    expect(found.json.data.map(({ id }: Json) => id)).toEqual([secondId])
    expect((await as('developer', 'GET', '/api/v1/calls?filter=seconds&status=5xx')).json.data).toEqual([])
    expect((await as('developer', 'GET', '/api/v1/calls?filter=seconds&q=first+of')).json.data).toHaveLength(1)
    const twice = await as('developer', 'POST', '/api/v1/filters', { name: 'seconds', query: { status: 'ok' } })
    expect([twice.status, twice.json.error.code]).toEqual([409, 'conflict'])
    expect((await as('developer', 'DELETE', '/api/v1/filters/seconds')).status).toBe(200)
    expect((await as('developer', 'GET', '/api/v1/calls?filter=seconds')).status).toBe(404)
    const { data } = (await gateway.control('/api/v1/audit?limit=200')).json
    const entries = data.filter(({ action }: Json) => /^filter-/.test(action))
    expect(entries.map(({ action, subject }: Json) => [action, subject])).toEqual([
      ['filter-saved', 'seconds'],
      ['filter-removed', 'seconds'],
    ])
    expect(JSON.stringify(data)).not.toContain('second of')
  })

  it('is refused where it is no question about calls', async () => {
    for (const query of [
      { colour: 'red' },
      { limit: '5' },
      { workspace: 'blue' },
      { filter: 'other' },
      { status: 'fine' },
      { from: 'yesterday' },
    ]) {
      const reply = await admin('POST', '/api/v1/filters', { name: 'wrong', query })
      expect([reply.status, reply.json.error.code]).toEqual([400, 'invalid_request'])
    }
    expect((await admin('POST', '/api/v1/filters', { name: '../x', query: { status: 'ok' } })).status).toBe(400)
    expect((await admin('GET', '/api/v1/filters/__proto__')).status).toBe(404)
  })
})

describe('a saved filter of another workspace', () => {
  it('is seen, used and removed by nobody else, and finds calls of its own workspace alone', async () => {
    await callOf('navy', blueKey)
    const query = { model: 'demo/echo' }
    expect((await as('blue-developer', 'POST', '/api/v1/filters', { name: 'mine', query })).json.workspace).toBe('blue')
    expect((await as('developer', 'GET', '/api/v1/filters/mine')).status).toBe(404)
    expect((await as('developer', 'GET', '/api/v1/filters/mine?workspace=blue')).status).toBe(403)
    expect((await as('developer', 'GET', '/api/v1/calls?filter=mine')).status).toBe(404)
    expect((await as('developer', 'DELETE', '/api/v1/filters/mine?workspace=blue')).status).toBe(403)
    const other = { name: 'theirs', workspace: 'blue', query }
    expect((await as('developer', 'POST', '/api/v1/filters', other)).status).toBe(403)
    const found = (await admin('GET', '/api/v1/calls?filter=mine&workspace=blue')).json.data
    expect(new Set(found.map(({ workspace }: Json) => workspace))).toEqual(new Set(['blue']))
  })

  it('that looks for words is hidden from those who may not read prompts', async () => {
    expect((await admin('POST', '/api/v1/filters', { name: 'words', query: { q: 'private' } })).status).toBe(201)
    expect((await as('viewer', 'GET', '/api/v1/filters')).text).not.toContain('private')
    expect((await as('viewer', 'GET', '/api/v1/filters/words')).status).toBe(404)
    expect((await as('viewer', 'GET', '/api/v1/calls?filter=words')).status).toBe(403)
    expect((await as('blind-saver', 'DELETE', '/api/v1/filters/words')).status).toBe(404)
    const blind = await as('blind-saver', 'POST', '/api/v1/filters', { name: 'more', query: { q: 'x' } })
    expect(blind.json.error.code).toBe('permission_denied')
  })
})

describe('portcullis calls', () => {
  let bed: CliBed
  let elsewhere: string
  beforeAll(async () => {
    bed = await startCliBed()
    elsewhere = await mkdtemp(join(tmpdir(), 'portcullis-elsewhere-'))
  })
  afterAll(async () => {
    await bed.close()
    await rm(elsewhere, { recursive: true })
  })

  it('saves, lists, uses and forgets filters, at a gateway and beside it', async () => {
    const { id } = await bed.recorded(() => bed.ask('to be found'))
    expect((await bed.control('calls', 'save', 'echoes', '--model', 'demo/echo', '--status', 'ok')).stdout).toBe(
      'The filter "echoes" is saved.\n',
    )
    expect((await bed.control('calls', 'filters')).stdout).toMatch(/echoes +default +model=demo%2Fecho&status=ok/)
    for (const found of [
      await bed.control('calls', '--filter', 'echoes', '--json'),
      await bed.cli('calls', '--filter', 'echoes', '--json', '--data', bed.dataDirectory),
      await bed.control('calls', 'export', '--filter', 'echoes'),
    ])
      expect(JSON.parse(found.stdout.split('\n')[0] ?? '').id).toBe(id)
    expect((await bed.control('calls', 'forget', 'echoes')).code).toBe(0)
    const gone = await bed.control('calls', '--filter', 'echoes')
    expect(gone.code).toBe(1)
    expect(gone.stderr).toMatch(sentence)
    expect((await bed.control('calls', 'save', 'empty')).code).toBe(2)
  })
})
