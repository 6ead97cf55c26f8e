import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { type Json, post } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'

const salt = 'a-salt-that-nobody-may-see-0123'
const first = [
  { id: 'keys', detector: 'secrets', points: ['input'], action: 'redact', state: 'shadow' },
  { id: 'gone', detector: 'pii', workspaces: ['support'] },
]
const second = [
  {
    id: 'keys',
    detector: 'secrets',
    points: ['input'],
    action: 'deny',
    state: 'enforce',
    threshold: 0.7,
    thresholds: { input: 0.9 },
    workspaces: ['default'],
    exceptions: [{ owner: 'ada@example.com', expires: '2999-01-31', keys: ['team-a'] }],
  },
  { id: 'words', detector: 'words', settings: { forbidden: [salt] } },
]

let gateway: TestGateway
const versions = async (): Promise<readonly Json[]> => (await gateway.control('/api/v1/policies')).json.data
const cli = async (...args: readonly string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['src/cli/main.ts', 'policy', ...args, '--url', gateway.controlUrl],
    { env: { ...process.env, PORTCULLIS_ADMIN_TOKEN: gateway.adminToken } },
  )
  return stdout
}

beforeAll(async () => {
  gateway = await startTestGateway({ config: { inspection: { preset: 'off' }, guardrails: first } })
})
afterAll(() => gateway.close())

it('tells what a version that a decision names said, and what changed since', async () => {
  const reply = await gateway.post('/v1/chat/completions', {
    model: 'demo/echo',
    messages: [{ role: 'user', content: 'Use AKIAQ3EGTPXVZ5NHWL2M.' }],
  })
  let decided: Json
  do {
    decided = (await gateway.call(reply)).decisions[0]
  } while (decided === undefined)
  const [before] = await versions()
  expect(before).toMatchObject({ version: decided.policyVersion, isInUse: true })

  const listen = { host: '127.0.0.1', port: 0, controlPort: 0 }
  const keys = [{ id: 'team-a', key: gateway.key, workspace: 'default', models: ['*'] }]
  const catalog = { discover: 'off' }
  await writeFile(
    gateway.configPath,
    stringify({ listen, keys, catalog, inspection: { preset: 'off', onError: 'allow' }, guardrails: second }),
  )
  while ((await versions()).length < 2) await gateway.control('/api/v1/policies')
  const after = (await versions()).find((one) => one.isInUse)

  const { json } = await gateway.control(`/api/v1/policies/${before.version}/changes`)
  expect(json).toMatchObject({ from: before.version, to: after.version })
  expect(json.changes.map(({ text }: Json) => text)).toEqual([
    '"keys": the state was shadow, and is enforce.',
    '"keys": the action was redact, and is deny.',
    '"keys": the threshold was 0.5, and is 0.7.',
    '"keys": the threshold of single points was none, and is 0.9 at input.',
    '"keys": the redaction was mask, and is none.',
    '"keys": the scope of workspaces was all, and is default.',
    '"keys": the list of exceptions was none, and is that of ada@example.com until 2999-01-31T00:00:00.000Z for {"keys":["team-a"]}.',
    expect.stringMatching(/^"words" is new: words at .*: deny in shadow, from a score of 0.5\.$/),
    '"gone" is gone.',
    '`inspection.onError` was deny, and is allow.',
  ])
  const shown = await gateway.control(`/api/v1/policies/${before.version}`)
  expect(shown.json.guardrails).toMatchObject([
    { id: 'keys', text: 'secrets at input: redact in shadow, from a score of 0.5; the redaction mask' },
    { id: 'gone', text: expect.stringContaining('the scope of workspaces support') },
  ])
  const all = [
    await cli('versions'),
    await cli('show', after.version),
    await cli('diff', before.version, after.version),
  ]
  expect(all[0]).toContain(before.version)
  expect(all[1]).toContain('words at')
  expect(all[2]).toContain('"gone" is gone.')
  expect(await cli('diff', after.version)).toBe(`${after.version} and ${after.version} say the same.\n`)
  // Of settings, which may hold secrets, nobody is told.
  const texts = [...all, json, shown.json, (await gateway.control(`/api/v1/policies/${after.version}`)).json]
  expect(JSON.stringify(texts)).not.toContain(salt)
})

it('reads no other file, and answers nobody of one workspace', async () => {
  for (const version of ['0123456789ab', '..%2F..%2Fportcullis', '..%2f..%2fdata%2fcontrol', 'x'.repeat(5000)])
    expect((await gateway.control(`/api/v1/policies/${version}`)).status, version).toBe(404)
  const made = await post(
    `${gateway.controlUrl}/api/v1/management-keys`,
    { id: 'red', owner: 'red', role: 'owner', workspace: 'red' },
    { headers: { authorization: `Bearer ${gateway.adminToken}` } },
  )
  const reply = await gateway.control('/api/v1/policies', { authorization: `Bearer ${made.json.key}` })
  expect(reply.json.error.code).toBe('permission_denied')
})
