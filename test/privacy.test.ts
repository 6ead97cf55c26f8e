import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Json, post, type WireReply } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { fixture, unary } from './support/mock-replies.ts'

const otherKey = 'pk-test-other-0123456789abcdefghijklmnop'
const other = { headers: { authorization: `Bearer ${otherKey}` } }

let mock: MockProvider
let gateway: TestGateway
const config = (): Record<string, unknown> => ({
  providers: [
    { id: 'one', provider: 'openai', baseUrl: `${mock.origin}/v1`, apiKey: 'sk-1', allowPrivateNetwork: true },
    { id: 'local', provider: 'vllm', baseUrl: `${mock.origin}/v1`, allowPrivateNetwork: true },
  ],
  cache: { exact: { ttlSeconds: 600 } },
})
beforeEach(async () => {
  mock = await startMockProvider()
  mock.script(() => unary(JSON.parse(fixture('openai/chat-completion.json').toString())))
  gateway = await startTestGateway({ keys: [{ id: 'other', key: otherKey, workspace: 'other' }], config: config() })
})
afterEach(async () => {
  await gateway.close()
  await mock.close()
})

const ask = (content: string, more: object = {}, options: object = {}): Promise<WireReply> =>
  gateway.post(
    '/v1/chat/completions',
    { model: 'one/gpt-5-mini', messages: [{ role: 'user', content }], ...more },
    options,
  )
const control = (method: string, path: string, body?: object): Promise<WireReply> =>
  post(gateway.controlUrl + path, body, { method, headers: { authorization: `Bearer ${gateway.adminToken}` } })
const databaseOf = (name: string): string => join(gateway.directory, 'data', name)

const ownKey = (): object[] => [{ id: 'team-a', key: gateway.key, workspace: 'default' }]

function change(name: string, sql: string): void {
  const database = new DatabaseSync(databaseOf(name), { timeout: 5000 })
  database.exec(sql)
  database.close()
}

function read(name: string, sql: string): Record<string, unknown>[] {
  const database = new DatabaseSync(databaseOf(name), { timeout: 5000, readOnly: true })
  const rows = database.prepare(sql).all()
  database.close()
  return rows
}

/** Calls become three days older. */
function age(where: string): void {
  for (const table of ['calls', 'call_metadata'])
    change(
      'calls.db',
      `UPDATE ${table} SET started_at = started_at - 3 * 86400000 WHERE seq IN (SELECT seq FROM calls WHERE ${where})`,
    )
}

const until = async (path: string, condition: (reply: WireReply) => boolean): Promise<WireReply> => {
  for (;;) {
    const reply = await gateway.control(path)
    if (condition(reply)) return reply
  }
}

describe('retention', () => {
  it('takes bodies away before their calls, and calls when they are older than their workspace keeps them', async () => {
    const [kept, old, fresh] = [
      await gateway.call(await ask('of another workspace', {}, other)),
      await gateway.call(await ask('of long ago', {}, { headers: { 'x-portcullis-metadata': '{"team":"red"}' } })),
      await gateway.call(await ask('of today')),
    ]
    age(`id <> '${fresh.id}'`)
    const parts = {
      ...config(),
      keys: [
        { id: 'team-a', key: gateway.key, workspace: 'default' },
        { id: 'other', key: otherKey, workspace: 'other' },
      ],
    }
    await gateway.configure({
      ...parts,
      record: { keepBodiesDays: 2 },
      workspaces: [{ id: 'other', record: { keepBodiesDays: 30 } }],
    })
    const stripped = await until(`/api/v1/calls/${old.id}`, ({ json }) => json.input === null)
    expect(stripped.json).toMatchObject({ id: old.id, output: null, metadata: { team: 'red' }, isErased: false })
    expect((await gateway.control(`/api/v1/calls/${kept.id}`)).json.input).toMatchObject({ model: 'one/gpt-5-mini' })
    await gateway.configure({
      ...parts,
      record: { keepDays: 2 },
      workspaces: [{ id: 'other', record: { keepDays: 30 } }],
    })
    await until(`/api/v1/calls/${old.id}`, ({ status }) => status === 404)
    expect((await gateway.control('/api/v1/calls?metadata.team=red')).json.data).toEqual([])
    expect((await gateway.control(`/api/v1/calls/${fresh.id}`)).json.input.messages[0].content).toBe('of today')
    expect((await gateway.control(`/api/v1/calls/${kept.id}`)).status).toBe(200)
    const { json } = await until(
      '/api/v1/audit?limit=200',
      ({ json: { data } }) => data.filter(({ action }: Json) => action === 'calls-expired').length === 2,
    )
    expect(json.data.filter(({ action }: Json) => action === 'calls-expired')).toMatchObject([
      { actor: 'gateway', subject: 'default', details: { calls: 0, bodies: 1 } },
      { actor: 'gateway', subject: 'default', details: { calls: 1, bodies: 0 } },
    ])
  })

  it('leaves what a legal hold names until it is released', async () => {
    const held = await gateway.call(await ask('about the case', { user: 'anna' }))
    const free = await gateway.call(await ask('about the weather', { user: 'bob' }))
    const hold = await control('POST', '/api/v1/holds', { workspace: 'default', user: 'anna', reason: 'Case 7' })
    expect(hold.status).toBe(201)
    expect((await gateway.control('/api/v1/holds')).json.data).toEqual([hold.json])
    age('1')
    const parts = { ...config(), keys: [{ id: 'team-a', key: gateway.key, workspace: 'default' }] }
    await gateway.configure({ ...parts, record: { keepDays: 1 } })
    await until(`/api/v1/calls/${free.id}`, ({ status }) => status === 404)
    expect((await gateway.control(`/api/v1/calls/${held.id}`)).json.input.messages[0].content).toBe('about the case')
    expect((await control('DELETE', `/api/v1/holds/${hold.json.id}`)).status).toBe(200)
    await until(`/api/v1/calls/${held.id}`, ({ status }) => status === 404)
    expect((await control('DELETE', `/api/v1/holds/${hold.json.id}`)).status).toBe(404)
  })

  it('takes away what was said about calls that never were, once it is as old', async () => {
    const say = (call: string): Promise<WireReply> =>
      gateway.post('/v1/feedback', { call_id: call, value: 1, comment: `about ${call}` })
    const { id } = await gateway.call(await ask('of today'))
    const { id: gone } = await gateway.call(await ask('of yesterday'))
    await Promise.all([say(gone), say(id)])
    const kept = (): unknown[] =>
      read('calls.db', 'SELECT comment FROM feedback ORDER BY comment').map(({ comment }) => comment)
    while (kept().length < 2) await gateway.control('/api/v1/calls')
    change('calls.db', 'UPDATE feedback SET at = at - 3 * 86400000')
    change('calls.db', `UPDATE feedback SET call_id = 'nobody' WHERE call_id = '${gone}'`)
    await gateway.configure({ ...config(), keys: ownKey(), record: { keepDays: 2 } })
    while (kept().length > 1) await gateway.control('/api/v1/calls')
    expect(kept()).toEqual([`about ${id}`])
  })

  it('takes nothing away, and starts all the same, where holds cannot be read', async () => {
    const { id } = await gateway.call(await ask('of long ago'))
    age('1')
    change('control.db', "INSERT INTO setting VALUES ('legal-holds', '[{\"id\":1}]')")
    await gateway.configure({ ...config(), keys: ownKey(), record: { keepDays: 1 } })
    await until('/api/v1/config', ({ text }) => text.includes('keepDays'))
    const refused = await control('POST', '/api/v1/erasures', { workspace: 'default', user: 'anna' })
    expect([refused.status, refused.json.error.message]).toEqual([503, 'The legal holds of control.db cannot be read.'])
    expect((await gateway.control(`/api/v1/calls/${id}`)).status).toBe(200)
  })
})

describe('an erasure', () => {
  it('takes a person out of calls, kept replies and caches, says what it did, and leaves the figures', async () => {
    const secret = 'the diagnosis of anna'
    const metadata = {
      headers: { 'x-portcullis-metadata': '{"case":"anna-7"}', 'x-portcullis-trace-id': 'anna-trace' },
    }
    const first = await gateway.call(await ask(secret, { user: 'anna' }, metadata))
    const kept = await gateway.post('/v1/responses', { model: 'demo/echo', input: secret, user: 'anna' })
    const second = await gateway.call(kept)
    const bob = await gateway.call(await ask('a question of bob', { user: 'bob' }))
    const elsewhere = await gateway.call(await ask('another anna', { user: 'anna' }, other))
    const sums = async (by: string): Promise<Json> =>
      (await gateway.control(`/api/v1/analytics?workspace=default&measures=calls,tokens&by=${by}`)).json.data
    const before = await sums('key')
    expect((await sums('user')).map(({ group }: Json) => group.user)).toContain('anna')
    const made = await control('POST', '/api/v1/erasures', { workspace: 'default', user: 'anna' })
    expect(made.status).toBe(201)
    expect(made.json).toMatchObject({ workspace: 'default', user: 'anna', calls: 2, bodies: 2, replies: 1, held: 0 })
    expect(made.json.cache.purged).toBeGreaterThan(0)
    const sha256 = (lines: readonly string[]): string => createHash('sha256').update(lines.join('\n')).digest('hex')
    expect(made.json.callsSha256).toBe(sha256([first.id, second.id]))
    expect(made.json.subjectSha256).toBe(sha256([made.json.salt, 'default', 'anna']))

    const erased = (await gateway.control(`/api/v1/calls/${first.id}`)).json
    expect(erased).toMatchObject({ isErased: true, user: null, traceId: null, metadata: {}, input: null, output: null })
    expect(erased.costUsd).toBe(first.costUsd)
    expect(erased.inputTokens).toBe(first.inputTokens)
    for (const search of ['user=anna', 'q=diagnosis', 'metadata.case=anna-7', 'trace=anna-trace'])
      expect((await gateway.control(`/api/v1/calls?workspace=default&${search}`)).json.data).toEqual([])
    expect((await gateway.control(`/api/v1/calls/${bob.id}`)).json).toMatchObject({ user: 'bob', isErased: false })
    expect((await gateway.control(`/api/v1/calls/${elsewhere.id}`)).json).toMatchObject({
      user: 'anna',
      isErased: false,
    })

    expect(await sums('key')).toEqual(before)
    expect((await sums('user')).map(({ group, values }: Json) => [group.user, values.calls])).toEqual([
      [null, 2],
      ['bob', 1],
    ])

    const goesOn = { model: 'demo/echo', input: 'And now?', previous_response_id: kept.json.id }
    expect((await gateway.post('/v1/responses', goesOn)).json.error.code).toBe('previous_response_not_found')
    const asked = mock.requests.length
    await ask(secret, { user: 'anna' })
    expect(mock.requests).toHaveLength(asked + 1)

    const { data } = (await gateway.control('/api/v1/audit?limit=200')).json
    const { entry, subjectSha256 } = made.json
    expect(data[entry]).toMatchObject({ action: 'subject-erased', subject: subjectSha256, details: { calls: 2 } })
    expect(JSON.stringify(data)).not.toContain('anna')
    expect((await gateway.control(`/api/v1/audit/${entry}/proof`)).status).toBe(200)
  })

  it('leaves nothing that could be read out of the databases', async () => {
    const secret = 'unmistakable-4711'
    const kept = await gateway.post('/v1/responses', { model: 'demo/echo', input: secret, user: 'anna' })
    await gateway.call(kept)
    const before = await Promise.all(
      ['calls.db', 'calls.db-wal', 'replies.db', 'replies.db-wal'].map((name) => bytesOf(name)),
    )
    expect(before.some((bytes) => bytes.includes(secret))).toBe(true)
    expect((await control('POST', '/api/v1/erasures', { workspace: 'default', user: 'anna' })).json.calls).toBe(1)
    for (const name of ['calls.db', 'calls.db-wal', 'replies.db', 'replies.db-wal', 'audit.db', 'audit.db-wal'])
      expect((await bytesOf(name)).includes(secret), name).toBe(false)
  })

  it('reaches a reply that is kept here under the id that its provider gave it', async () => {
    const secret = 'unmistakable-4712'
    const output = [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Ah.' }] }]
    mock.script(() => unary({ id: 'resp_of_vllm', object: 'response', model: 'm', status: 'completed', output }))
    await gateway.call(await gateway.post('/v1/responses', { model: 'local/m', input: secret, user: 'anna' }))
    expect(Buffer.concat([await bytesOf('replies.db'), await bytesOf('replies.db-wal')]).includes(secret)).toBe(true)
    const made = await control('POST', '/api/v1/erasures', { workspace: 'default', user: 'anna' })
    expect(made.json).toMatchObject({ calls: 1, replies: 1 })
    for (const name of ['replies.db', 'replies.db-wal'])
      expect((await bytesOf(name)).includes(secret), name).toBe(false)
  })

  it('leaves what is held, and counts it', async () => {
    const { id } = await gateway.call(await ask('about the case', { user: 'anna' }))
    const hold = await control('POST', '/api/v1/holds', { workspace: 'default', reason: 'All of it' })
    const asked = { workspace: 'default', user: 'anna' }
    expect((await control('POST', '/api/v1/erasures', asked)).json).toMatchObject({ calls: 0, held: 1 })
    expect((await gateway.control(`/api/v1/calls/${id}`)).json.user).toBe('anna')
    await control('DELETE', `/api/v1/holds/${hold.json.id}`)
    expect((await control('POST', '/api/v1/erasures', asked)).json).toMatchObject({ calls: 1, held: 0 })
  })

  it('of a workspace that there is not is refused, and so is a hold, and a near name is told', async () => {
    const asked = { workspace: 'othr', user: 'anna' }
    const refused = [
      await control('POST', '/api/v1/erasures', asked),
      await control('POST', '/api/v1/holds', { ...asked, reason: 'Case 7' }),
    ]
    for (const { status, json } of refused) {
      expect([status, json.error.param]).toEqual([400, 'workspace'])
      expect(json.error.message).toContain('There is no workspace "othr"')
      expect(json.error.message).toContain('Did you mean "other"?')
    }
    expect((await gateway.control('/api/v1/holds')).json.data).toEqual([])
    // One that has calls and no key any more is there.
    await gateway.call(await ask('of before', { user: 'anna' }, other))
    await gateway.configure({ ...config(), keys: ownKey() })
    await until('/api/v1/keys', ({ text }) => !text.includes('"other"'))
    expect((await control('POST', '/api/v1/erasures', { workspace: 'other', user: 'anna' })).json.calls).toBe(1)
  })

  it.each([
    [{}, 'workspace'],
    [{ workspace: 'default' }, 'user'],
    [{ workspace: 'default', user: '' }, 'user'],
    [{ workspace: '../x', user: 'anna' }, 'workspace'],
    [{ workspace: 'default', user: 'anna', all: true }, 'all'],
  ])('of %j is refused', async (body, param) => {
    const refused = await control('POST', '/api/v1/erasures', body)
    expect(refused.status).toBe(400)
    expect(refused.json.error.param).toBe(param)
  })
})

async function bytesOf(name: string): Promise<Buffer> {
  return await readFile(databaseOf(name)).catch(() => Buffer.alloc(0))
}
