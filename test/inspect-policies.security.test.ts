import { execFile } from 'node:child_process'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Json, post, type WireReply } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'

const text = 'Use AKIAQ3EGTPXVZ5NHWL2M.'
let gateway: TestGateway
const keys = new Map<string, string>()

const inspect = async (body: object, name?: string): Promise<WireReply> =>
  await post(
    `${gateway.controlUrl}/api/v1/inspect`,
    { texts: [text], ...body },
    { headers: { authorization: `Bearer ${keys.get(name ?? '') ?? gateway.adminToken}` } },
  )
const decision = async (body: object): Promise<Json> => (await inspect(body)).json.results[0].decision

beforeAll(async () => {
  const guardrail = { detector: 'secrets', state: 'enforce' }
  gateway = await startTestGateway({
    config: {
      inspection: { preset: 'off' },
      keys: [{ id: 'batch', key: 'pk-of-batch-0123456789abcdefghij', workspace: 'default', models: ['*'] }],
      guardrails: [
        { ...guardrail, id: 'red', workspaces: ['red'], points: ['input'], action: 'deny' },
        { ...guardrail, id: 'blue', workspaces: ['blue'], models: ['fast*'], action: 'answer', answer: 'No.' },
        { ...guardrail, id: 'of-a-key', keys: ['batch'], action: 'ask' },
        { ...guardrail, id: 'watching', state: 'shadow', action: 'deny' },
      ],
    },
  })
  for (const [id, fields] of Object.entries({
    red: { role: 'viewer', workspace: 'red' },
    catalogue: { permissions: ['catalogue:read'] },
  })) {
    const made = await post(
      `${gateway.controlUrl}/api/v1/management-keys`,
      { id, owner: id, ...fields },
      { headers: { authorization: `Bearer ${gateway.adminToken}` } },
    )
    keys.set(id, made.json.key)
  }
})
afterAll(() => gateway.close())

it('texts are judged by the preset that is asked for, which the answer names', async () => {
  expect(await decision({})).toMatchObject({ by: 'balanced', effect: 'redact', text: 'Use [AWS_ACCESS_KEY].' })
  expect(await decision({ by: 'regulated' })).toMatchObject({ by: 'regulated', effect: 'deny' })
  expect(await decision({ by: 'observe' })).toMatchObject({ by: 'observe', effect: 'allow', guardrails: ['secrets'] })
  expect((await inspect({ by: 'nobody' })).status).toBe(400)
})

it('texts are judged as those of a call of a workspace, a key and a model', async () => {
  const by = 'gateway'
  expect(await decision({ by, workspace: 'red' })).toMatchObject({
    by,
    effect: 'deny',
    guardrails: ['red', 'watching'],
  })
  expect(await decision({ by, workspace: 'red', point: 'output' })).toMatchObject({ effect: 'allow' })
  expect(await decision({ by, workspace: 'blue', model: 'fast-1' })).toMatchObject({ effect: 'answer' })
  expect(await decision({ by, workspace: 'blue', model: 'slow' })).toMatchObject({ effect: 'allow' })
  // Nobody said which it is.
  expect(await decision({ by, workspace: 'blue' })).toMatchObject({ effect: 'answer' })
  expect(await decision({ by, key: 'batch' })).toMatchObject({ effect: 'ask' })
  expect(await decision({ by })).toMatchObject({ effect: 'allow', guardrails: ['watching'] })
})

it('how another workspace is guarded is not told', async () => {
  const own = await inspect({ by: 'gateway' }, 'red')
  expect(own.json.results[0].decision.guardrails).toEqual(['red', 'watching'])
  const other = await inspect({ by: 'gateway', workspace: 'blue' }, 'red')
  expect(other.json.error.code).toBe('permission_denied')
  expect(other.text).not.toContain('"blue"')
  expect((await inspect({ by: 'gateway' }, 'catalogue')).json.error.code).toBe('permission_denied')
  expect((await inspect({ by: 'strict' }, 'catalogue')).status).toBe(200)
})

it('the command judges by a preset or a configuration', async () => {
  const cli = async (...args: readonly string[]) =>
    await new Promise<{ readonly code: unknown; readonly out: string }>((resolve) => {
      const child = execFile(process.execPath, ['src/cli/main.ts', 'inspect', '-', ...args], (fault, out, err) =>
        resolve({ code: fault?.code ?? 0, out: out + err }),
      )
      child.stdin?.end(text)
    })
  const config = ['--config', gateway.configPath]
  expect(await cli(...config, '--workspace', 'red')).toMatchObject({
    code: 1,
    out: expect.stringContaining('The configuration would deny it (red, watching).'),
  })
  expect((await cli(...config)).out).toContain('The configuration would allow it (watching).')
  expect((await cli('--preset', 'regulated')).out).toContain('The preset regulated would deny it (secrets).')
  expect((await cli('--preset', 'none')).out).toContain('--preset is one of')
  expect((await cli('--preset', 'strict', ...config)).out).toContain('not both')
})

it('does not judge by a preset what was asked about a caller', async () => {
  for (const field of ['workspace', 'key', 'model']) {
    const { status, json } = await inspect({ by: 'strict', [field]: 'batch' })
    expect([status, json.error.param, json.error.message]).toEqual([400, field, expect.stringContaining('gateway')])
  }
})
