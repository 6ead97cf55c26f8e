import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPartitions } from '../../src/catalog/stores/postgres/partitions.ts'
import { type Json, post, type WireReply } from '../support/client.ts'
import { commandLine } from '../support/command-line.ts'
import { startTestGateway, type TestGateway } from '../support/gateway.ts'
import { openTestSchema } from './postgres.ts'

const otherKey = 'pk-test-other-0123456789abcdefghijklmnop'
let schema: Awaited<ReturnType<typeof openTestSchema>>
let gateway: TestGateway
const keys = [{ id: 'other', key: otherKey, workspace: 'other' }]
beforeEach(async () => {
  schema = await openTestSchema()
  gateway = await startTestGateway({ keys, environment: { DATABASE_URL: schema.url } })
})
afterEach(async () => {
  await gateway.close()
  await schema.drop()
})

const ask = async (content: string, headers: Record<string, string> = {}, more: object = {}): Promise<Json> => {
  const body = { model: 'demo/echo', messages: [{ role: 'user', content }], ...more }
  const reply = await gateway.post('/v1/chat/completions', body, { headers })
  expect(reply.status).toBe(200)
  return await gateway.call(reply)
}
const control = (method: string, path: string, body?: object): Promise<WireReply> =>
  post(gateway.controlUrl + path, body, { method, headers: { authorization: `Bearer ${gateway.adminToken}` } })
const until = async (path: string, condition: (reply: WireReply) => boolean): Promise<WireReply> => {
  for (;;) {
    const reply = await gateway.control(path)
    if (condition(reply)) return reply
  }
}
const idsOf = (reply: WireReply): readonly string[] => reply.json.data.map(({ id }: Json) => id)

describe('a gateway with DATABASE_URL', () => {
  it('keeps the record there and nowhere else, and answers all questions from it', async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
    const labelled = await ask('what is blue?', {
      traceparent: `00-${trace}-00f067aa0ba902b7-01`,
      'x-portcullis-metadata': '{"team":"red"}',
    })
    const plain = await ask('what is green?', {}, { user: 'anna' })
    const foreign = await ask('of others', { authorization: `Bearer ${otherKey}` })
    expect(labelled).toMatchObject({ workspace: 'default', key: 'team-a', traceId: trace, metadata: { team: 'red' } })
    expect(labelled['input']['messages'][0].content).toBe('what is blue?')
    expect(idsOf(await gateway.control('/api/v1/calls'))).toEqual([foreign.id, plain.id, labelled.id])
    expect(idsOf(await gateway.control('/api/v1/calls?metadata.team=red'))).toEqual([labelled.id])
    expect(idsOf(await gateway.control('/api/v1/calls?user=anna'))).toEqual([plain.id])
    expect(idsOf(await gateway.control('/api/v1/calls?q=IS%20GREEN'))).toEqual([plain.id])
    const first = await gateway.control('/api/v1/calls?limit=2')
    const rest = await gateway.control(`/api/v1/calls?limit=2&cursor=${first.json.nextCursor}`)
    expect([...idsOf(first), ...idsOf(rest)]).toEqual([foreign.id, plain.id, labelled.id])
    expect((await gateway.control(`/api/v1/traces/${trace}`)).json.calls).toMatchObject([{ id: labelled.id }])
    const answer = await gateway.control('/api/v1/analytics?measures=calls,tokens&by=workspace')
    expect(answer.json.data).toMatchObject([
      { group: { workspace: 'default' }, values: { calls: 2 } },
      { group: { workspace: 'other' }, values: { calls: 1 } },
    ])
    expect((await gateway.control('/api/v1/access')).json.models).toMatchObject([{ calls: 3 }])
    expect((await gateway.control('/api/v1/decisions')).status).toBe(200)
    const said = await gateway.post('/v1/feedback', { call_id: plain.id, value: -1 })
    expect(said.status).toBe(200)
    expect(idsOf(await until('/api/v1/calls?feedback=bad', ({ json }) => json.data.length > 0))).toEqual([plain.id])
    expect(await readdir(join(gateway.directory, 'data'))).not.toContain('calls.db')
    expect((await gateway.control('/readyz', { authorization: '' })).status).toBe(200)
  })

  it('takes away what is too old, and a person who wants it, and leaves what is held', async () => {
    const old = await ask('of long ago')
    const held = await ask('about the case', {}, { user: 'anna' })
    const mine = await ask('about me', {}, { user: 'bob' })
    const hold = await control('POST', '/api/v1/holds', { workspace: 'default', user: 'anna', reason: 'Case 7' })
    expect(hold.status).toBe(201)
    const { json } = await control('POST', '/api/v1/erasures', { workspace: 'default', user: 'bob' })
    expect(json.calls).toBe(1)
    expect(await gateway.control(`/api/v1/calls/${mine.id}`)).toMatchObject({
      json: { user: null, input: null, output: null, isErased: true },
    })
    const days = 86_400_000
    await createPartitions(schema.session).make([Date.now() - 3 * days], Date.now())
    for (const table of ['bodies', 'calls'])
      await schema.session.query(
        `UPDATE ${table} SET started_at = started_at - ${3 * days} WHERE seq <> (SELECT seq FROM calls WHERE id = '${mine.id}')`,
      )
    await gateway.configure({
      keys: [{ id: 'team-a', key: gateway.key, workspace: 'default' }, ...keys],
      record: { keepDays: 2 },
    })
    await until(`/api/v1/calls/${old.id}`, ({ status }) => status === 404)
    expect((await gateway.control(`/api/v1/calls/${held.id}`)).status).toBe(200)
    expect((await gateway.control(`/api/v1/calls/${mine.id}`)).status).toBe(200)
  })

  it('shows and exports its calls on the command line, beside the gateway, and the command ends', async () => {
    const [first, second] = [await ask('one'), await ask('two')]
    const { launch, close } = commandLine(() => gateway.directory, { DATABASE_URL: schema.url })
    try {
      const exported = await launch(['calls', 'export']).ended
      expect(exported).toMatchObject({ code: 0, stderr: '2 written, 0 left out.\n' })
      const lines = exported.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(lines).toMatchObject([
        { id: second.id, input: { model: 'demo/echo' } },
        { id: first.id, input: { model: 'demo/echo' } },
      ])
      const shown = await launch(['calls', 'show', first.id, '--json']).ended
      expect(JSON.parse(shown.stdout)).toMatchObject({ id: first.id })
      const empty = await launch(['calls'], { DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/x' }).ended
      expect(empty.code).not.toBe(0)
      expect(empty.stderr).toContain('takes no connections')
      expect(empty.stderr).not.toContain('hunter2')
    } finally {
      close()
    }
  })

  it('never writes the address of the database, which has the password, to its directory', async () => {
    await ask('anything')
    for (const entry of await readdir(join(gateway.directory, 'data'), { recursive: true, withFileTypes: true }))
      if (entry.isFile()) {
        const text = await readFile(join(entry.parentPath, entry.name), 'latin1')
        expect([entry.name, text.includes(schema.name)]).toEqual([entry.name, false])
      }
  })
})
