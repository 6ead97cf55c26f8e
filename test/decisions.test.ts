import { afterAll, beforeAll, expect, it } from 'vitest'
import { sentence } from './support/cli-bed.ts'
import { type Json, post, type WireReply } from './support/client.ts'
import { commandLine } from './support/command-line.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'

const secret = 'AKIAQ3EGTPXVZ5NHWL2M'
const blueKey = 'pk-test-blue-0123456789abcdefghijklmnop'
const boundKey = 'pk-test-bound-0123456789abcdefghijklmno'
const elsewhereKey = 'pk-test-elsewhere-0123456789abcdefghijk'
let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({
    keys: [
      { id: 'of-blue', key: blueKey, workspace: 'blue' },
      {
        id: 'bound',
        key: boundKey,
        providers: ['openai'],
        requireMetadata: ['team'],
        endpoints: ['/v1/chat/completions'],
      },
      { id: 'elsewhere', key: elsewhereKey, networks: ['192.0.2.0/24'] },
    ],
    config: {
      inspection: { preset: 'off' },
      guardrails: [
        { id: 'no-keys', detector: 'secrets', action: 'deny', state: 'enforce' },
        { id: 'second-look', detector: 'secrets', action: 'redact', state: 'enforce' },
      ],
      consumption: { state: 'shadow', rules: { 'prompt-size': { max: 10, action: 'alert' } } },
      models: { safe: { route: 'two' } },
      routes: { two: { fallback: [{ target: 'demo/error-503' }, { target: 'demo/echo' }] } },
    },
  })
})
afterAll(() => gateway.close())

const ask = (content: string, { model = 'demo/echo', key = gateway.key } = {}): Promise<WireReply> =>
  gateway.post(
    '/v1/chat/completions',
    { model, messages: [{ role: 'user', content }] },
    { headers: { authorization: `Bearer ${key}` } },
  )
const decision = (id: string, query = '') => gateway.control(`/api/v1/decisions/${encodeURIComponent(id)}${query}`)

it('a decision is found by the id that the error and the header name', async () => {
  const reply = await ask(`Use ${secret}.`)
  const [, id = ''] = /\(decision ([^)]+)\)/.exec(reply.json.error.message) ?? []
  expect(reply.headers['x-portcullis-decision']).toBe(`deny; id="${id}"`)
  const call = await gateway.call(reply)
  const { data } = (await decision(id)).json
  expect(data.map(({ rule, effect }: Json) => [rule, effect])).toEqual([
    ['no-keys', 'deny'],
    ['second-look', 'redact'],
  ])
  expect(data[0]).toMatchObject({ id, callId: call.id, findings: [{ rule: 'aws-access-key' }] })
  expect(JSON.stringify(data)).not.toContain(secret)
  const listed = (await gateway.control('/api/v1/decisions?kind=guardrail')).json.data
  expect(listed.filter((one: Json) => one.id === id)).toHaveLength(2)
  const ofOne = (await gateway.control('/api/v1/decisions?rule=second-look')).json.data
  expect(ofOne.filter((one: Json) => one.id === id)).toMatchObject([{ rule: 'second-look', effect: 'redact' }])
  expect(new Set(ofOne.map(({ rule }: Json) => rule))).toEqual(new Set(['second-look']))
  expect((await gateway.control('/api/v1/decisions?kind=refusal')).json.data[0].id).toBe(`${call.id}:refusal`)
  // By the id of the call, which people have at hand, all that was decided about it.
  const ofCall = (await decision(call.id)).json.data
  expect(ofCall.map((one: Json) => one.id)).toEqual(expect.arrayContaining([id, `${call.id}:refusal`]))
  expect(ofCall.every((one: Json) => one.callId === call.id)).toBe(true)
  expect((await decision(call.id, '?workspace=blue')).status).toBe(404)
})

it('one of consumption, whose id is its own, and one that was made of facts are found as well', async () => {
  const long = await gateway.call(await ask('word '.repeat(100)))
  const [{ id }] = long.decisions as [Json]
  expect((await decision(id)).json.data).toMatchObject([{ id, callId: long.id, kind: 'consumption' }])
  const fallen = await gateway.call(await ask('hi', { model: 'safe' }))
  expect((await decision(`${fallen.id}:fallback`)).json.data).toMatchObject([{ kind: 'fallback', rule: 'two' }])
})

it('what a key is refused for what it is bound to is a decision about that key', async () => {
  const as = (key: string, metadata = '{"team":"a"}') => ({
    headers: { authorization: `Bearer ${key}`, 'x-portcullis-metadata': metadata },
  })
  const chat = { model: 'demo/echo', messages: [{ role: 'user', content: 'hi' }] }
  const replies = [
    await gateway.post('/v1/chat/completions', chat, as(boundKey)),
    await gateway.post('/v1/chat/completions', chat, as(boundKey, '{}')),
    await gateway.post('/v1/embeddings', { model: 'demo/embedding', input: 'hi' }, as(boundKey)),
    await gateway.post('/v1/chat/completions', chat, as(elsewhereKey)),
  ]
  for (const reply of replies) await gateway.call(reply)
  const rules = async (key: string) =>
    (await gateway.control(`/api/v1/decisions?kind=refusal&key=${key}`)).json.data.map(({ rule }: Json) => rule)
  expect(await rules('bound')).toEqual(['endpoint_not_allowed', 'metadata_required', 'provider_not_allowed'])
  expect(await rules('elsewhere')).toEqual(['network_not_allowed'])
})

it('nobody is told of a decision of another workspace, nor of one that never was', async () => {
  const reply = await ask(`Use ${secret}.`, { key: blueKey })
  const { id: callId } = await gateway.call(reply)
  const manager = { id: 'red-viewer', owner: 'x', role: 'viewer', workspace: 'default' }
  const headers = { authorization: `Bearer ${gateway.adminToken}` }
  const { key } = (await post(`${gateway.controlUrl}/api/v1/management-keys`, manager, { headers })).json
  const asked = (path: string) =>
    post(gateway.controlUrl + path, undefined, { method: 'GET', headers: { authorization: `Bearer ${key}` } })
  const path = `/api/v1/decisions/${encodeURIComponent(`${callId}:input`)}`
  expect((await decision(`${callId}:input`)).status).toBe(200)
  expect((await decision(`${callId}:input`, '?workspace=default')).status).toBe(404)
  expect((await asked(path)).status).toBe(404)
  expect((await asked(`${path}?workspace=blue`)).status).toBe(403)
  for (const id of [`${callId}:output`, 'nonsense', 'a:b:c', '%']) expect((await decision(id)).status).toBe(404)
})

it('the command shows decisions to people', async () => {
  const call = await gateway.call(await ask(`Use ${secret}.`))
  const { launch, close } = commandLine(() => gateway.directory, { PORTCULLIS_ADMIN_TOKEN: gateway.adminToken })
  const cli = (...args: string[]) => launch([...args, '--url', gateway.controlUrl]).ended
  try {
    const shown = await cli('decisions', 'show', `${call.id}:input`)
    expect(shown.stdout).toMatch(/^id +\S+:input$/m)
    expect(shown.stdout).toMatch(/^rule +no-keys$/m)
    expect(shown.stdout).toMatch(/^no-keys +secrets +aws-access-key +\S+ +\/messages\/0\/content +4–24/m)
    expect(shown.stdout).toMatch(/^second-look +secrets +aws-access-key +/m)
    expect((await cli('decisions', 'list', '--kind', 'guardrail')).stdout).toMatch(/enforce +deny +no-keys/)
    const details = (await cli('calls', 'show', String(call.id))).stdout
    expect(details).toMatch(/^DECISIONS\nID +KIND/m)
    expect(details).toMatch(/:input +guardrail +enforce +deny +no-keys +The detector "secrets" found one thing/)
    expect(details).not.toContain('[{"type"')
    const gone = await cli('decisions', 'show', 'nonsense')
    expect(gone.code).toBe(1)
    expect(gone.stderr).toMatch(sentence)
    expect((await cli('decisions')).stdout).toBe((await cli('decisions', 'list')).stdout)
    expect((await cli('decisions', 'lits')).code).toBe(2)
  } finally {
    close()
  }
})
