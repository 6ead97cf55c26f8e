import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { startGateway } from '../src/server/start.ts'
import { type Json, post, type WireReply } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'

const secret = 'AKIAQ3EGTPXVZ5NHWL2M'
const guardrails = [{ id: 'ask-first', detector: 'secrets', points: ['input'], state: 'enforce', action: 'ask' }]
const config = { inspection: { preset: 'off' }, guardrails }
const redKey = 'pk-of-red-0123456789abcdef'

let gateway: TestGateway
let questions = 0
let question = ''
const keys = new Map<string, string>()
const bodyOf = (content: string, more: object = {}) => ({
  model: 'demo/echo',
  messages: [{ role: 'user', content }],
  ...more,
})
const ask = async (body: unknown = bodyOf(question), key = gateway.key): Promise<WireReply> =>
  await gateway.post('/v1/chat/completions', body, { headers: { authorization: `Bearer ${key}` } })
const as = async (name: string, method: string, path: string, body?: unknown): Promise<WireReply> =>
  await post(gateway.controlUrl + path, body, {
    method,
    headers: { authorization: `Bearer ${keys.get(name) ?? gateway.adminToken}` },
  })
const decide = async (id: string, body: object, name = 'admin-token') =>
  await as(name, 'POST', `/api/v1/approvals/${encodeURIComponent(id)}`, body)
const codeOf = ({ headers, status }: WireReply) => headers['x-portcullis-error'] ?? status

/** A call that is refused, as its client is told, and on record. */
async function refused(body?: unknown, key?: string): Promise<string> {
  const reply = await ask(body, key)
  expect([reply.status, codeOf(reply)]).toEqual([403, 'guardrail_approval_required'])
  const id = /decision (\S+:input)\)/.exec(reply.json.error.message)?.[1] ?? ''
  expect(id).toBe(`${reply.headers['x-portcullis-call-id']}:input`)
  await gateway.call(reply)
  return id
}

beforeAll(async () => {
  gateway = await startTestGateway({ config, keys: [{ id: 'of-red', key: redKey, workspace: 'red' }] })
  for (const [id, fields] of Object.entries({
    'red-admin': { role: 'admin', workspace: 'red' },
    developer: { role: 'developer' },
    auditor: { role: 'auditor' },
  })) {
    const made = await as('admin-token', 'POST', '/api/v1/management-keys', { id, owner: id, ...fields })
    keys.set(id, made.json.key)
  }
})
afterAll(() => gateway.close())
beforeEach(() => {
  question = `Question ${questions++}: use ${secret}.`
})

describe('an approval', () => {
  it('is not for a call with half a letter, which is refused like others and has no one spelling', async () => {
    const body = JSON.stringify(bodyOf(question)).replace('Question', '\\ud800 Question')
    const id = await refused(body)
    const { json } = await as('admin-token', 'GET', '/api/v1/approvals')
    expect(json.pending.some((one: Json) => one.id === id)).toBe(false)
  })

  it('lets the same call of the same key pass, and is on record', async () => {
    const id = await refused()
    const { json: before } = await as('admin-token', 'GET', '/api/v1/approvals')
    const waiting = before.pending.find((one: Json) => one.id === id)
    expect(waiting).toMatchObject({ key: 'team-a', workspace: 'default', model: 'demo/echo' })
    expect(waiting).toMatchObject({ guardrails: ['ask-first'], rules: ['aws-access-key'] })
    expect(JSON.stringify(before)).not.toContain(secret)
    const said = await decide(id, { verdict: 'approve', minutes: 5, reason: 'ticket 4711' })
    expect(said.json).toMatchObject({ id, verdict: 'approved', by: 'admin-token', reason: 'ticket 4711' })
    expect(Object.keys(said.json)).not.toContain('digest')

    const reply = await ask()
    expect(codeOf(reply)).toBe(200)
    expect(reply.headers['x-portcullis-decision']).toBeUndefined()
    const call = await gateway.call(reply)
    expect(call.decisions).toMatchObject([{ guardrail: 'ask-first', action: 'ask', approvedBy: 'admin-token' }])
    const { json: after } = await as('admin-token', 'GET', '/api/v1/approvals')
    expect(after.pending.map((one: Json) => one.id)).not.toContain(id)
    expect(after.decided).toContainEqual(said.json)
    const { json: log } = await as('admin-token', 'GET', '/api/v1/audit?limit=200')
    expect(log.data.find((one: Json) => one.action === 'call-approved' && one.subject === id)).toMatchObject({
      actor: 'admin-token',
      details: { workspace: 'default', key: 'team-a', guardrails: ['ask-first'], reason: 'ticket 4711' },
    })
    expect(JSON.stringify(log)).not.toContain(secret)
  })

  it('is for the whole of what was said, and for no other caller', async () => {
    await decide(await refused(), { verdict: 'approve' })
    expect(codeOf(await ask())).toBe(200)
    const others = [
      bodyOf(`${question} And more.`),
      bodyOf(question, { temperature: 0.5 }),
      bodyOf(question, { model: 'demo/other' }),
      bodyOf(question, { tools: [{ type: 'function', function: { name: 'send', parameters: { type: 'object' } } }] }),
      { ...bodyOf(question), messages: [...bodyOf(question).messages, { role: 'user', content: 'Send it to me.' }] },
    ]
    for (const body of others) expect(codeOf(await ask(body)), JSON.stringify(body)).toBe('guardrail_approval_required')
    // Written in another way, it says the same.
    const { model, messages } = bodyOf(question)
    expect(codeOf(await ask({ messages, model }))).toBe(200)
    expect(codeOf(await ask(bodyOf(question), redKey))).toBe('guardrail_approval_required')
  })

  it('is for no other agent or user of the same key', async () => {
    const named = async (said: object): Promise<WireReply> =>
      await gateway.post('/v1/chat/completions', bodyOf(question), {
        headers: { 'x-portcullis-metadata': JSON.stringify(said) },
      })
    const first = await named({ agent: 'planner', _user: 'ada' })
    const { id } = await gateway.call(first)
    const { json: before } = await as('admin-token', 'GET', '/api/v1/approvals')
    const waiting = before.pending.find((one: Json) => one.callId === id)
    expect(waiting).toMatchObject({ agent: 'planner', user: 'ada' })
    await decide(`${id}:input`, { verdict: 'approve' })
    expect(codeOf(await named({ agent: 'planner', _user: 'ada' }))).toBe(200)
    for (const said of [{ agent: 'mallory', _user: 'ada' }, { agent: 'planner', _user: 'bob' }, { agent: 'planner' }])
      expect(codeOf(await named(said)), JSON.stringify(said)).toBe('guardrail_approval_required')
    expect(codeOf(await ask())).toBe('guardrail_approval_required')
  })

  it('that rejects leaves it as it was, and takes an earlier one back', async () => {
    const id = await refused()
    await decide(id, { verdict: 'approve' })
    expect(codeOf(await ask())).toBe(200)
    expect((await decide(id, { verdict: 'reject' })).json.verdict).toBe('rejected')
    expect(codeOf(await ask())).toBe('guardrail_approval_required')
  })

  it('takes who may: not a developer, not an auditor, nobody of another workspace', async () => {
    const id = await refused()
    for (const name of ['developer', 'auditor'])
      expect((await decide(id, { verdict: 'approve' }, name)).json.error.code).toBe('permission_denied')
    expect((await decide(id, { verdict: 'approve' }, 'red-admin')).json.error.code).toBe('not_found')
    const { json } = await as('red-admin', 'GET', '/api/v1/approvals')
    expect(JSON.stringify(json)).not.toContain('team-a')
    expect(codeOf(await ask())).toBe('guardrail_approval_required')

    const own = await refused(bodyOf(question), redKey)
    const listed = await as('red-admin', 'GET', '/api/v1/approvals')
    expect(listed.json.pending.map((one: Json) => one.id)).toContain(own)
    expect((await decide(own, { verdict: 'approve' }, 'red-admin')).json.by).toBe('management-key:red-admin')
    expect(codeOf(await ask(bodyOf(question), redKey))).toBe(200)
  })

  it('is of a call that waits for one', async () => {
    const fine = await gateway.call(await ask(bodyOf('Hi')))
    for (const id of [`${fine.id}:input`, `${fine.id}:output`, 'nothing:input', '../x'])
      expect((await decide(id, { verdict: 'approve' })).status).toBe(404)
    const id = await refused()
    for (const body of [
      {},
      { verdict: 'yes' },
      { verdict: 'approve', minutes: 0 },
      { verdict: 'approve', minutes: 1e6 },
    ])
      expect((await decide(id, body)).status).toBe(400)
  })
})

it('outlives the gateway, and no guardrail that it was not for', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'portcullis-approvals-'))
  const configPath = join(directory, 'portcullis.yaml')
  const key = 'pk-approvals-0123456789abcdef'
  const adminToken = 'admin-token-of-the-approvals-test-0123456789'
  const start = async (more: readonly object[]) => {
    const listen = { host: '127.0.0.1', port: 0, controlPort: 0 }
    const all = { ...config, guardrails: [...guardrails, ...more] }
    await writeFile(configPath, stringify({ listen, keys: [{ id: 'team', key }], ...all }))
    return await startGateway({
      configPath,
      dataDirectory: join(directory, 'data'),
      workers: 1,
      environment: { PORTCULLIS_ADMIN_TOKEN: adminToken },
      version: '0.0.0-test',
      log: () => undefined,
    })
  }
  const send = async (url: string) =>
    await post(`${url}/v1/chat/completions`, bodyOf(question), { headers: { authorization: `Bearer ${key}` } })
  const running = await start([])
  const id = `${(await send(running.url)).headers['x-portcullis-call-id']}:input`
  const cli = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['src/cli/main.ts', 'approvals', ...args, '--url', running.controlUrl],
      { env: { ...process.env, PORTCULLIS_ADMIN_TOKEN: adminToken } },
    )
    return stdout
  }
  let listed = await cli('list')
  while (!listed.includes(id)) listed = await cli('list')
  expect(listed).toContain('aws-access-key')
  expect(listed).not.toContain(secret)
  expect(await cli('approve', id)).toMatch(/^Approved .* of team until /)
  expect((await send(running.url)).status).toBe(200)
  await running.close()

  const again = await start([])
  expect((await send(again.url)).status).toBe(200)
  await again.close()

  const stricter = await start([{ ...guardrails[0], id: 'ask-too' }])
  expect((await send(stricter.url)).headers['x-portcullis-error']).toBe('guardrail_approval_required')
  await stricter.close()
  await rm(directory, { recursive: true, force: true })
})
