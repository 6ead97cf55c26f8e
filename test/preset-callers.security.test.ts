import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestbed, type Testbed } from './support/testbed.ts'

const secret = 'AKIAQ3EGTPXVZ5NHWL2M'
const ids = ['till', 'probe', 'bench', 'crawler', 'payments', 'bare'] as const
const keyOf = (id: string): string => `pk-test-${id}-0123456789abcdefghijklmnop`
const workspaces: Readonly<Record<string, string>> = { till: 'payments', probe: 'lab', bench: 'lab' }
const inspection = {
  preset: 'balanced',
  presets: [
    { preset: 'off', workspaces: ['lab'], keys: ['probe', 'till'] },
    { preset: 'regulated', workspaces: ['payments'] },
    { preset: 'observe', keys: ['crawler', 'till'] },
  ],
}

let bed: Testbed
const keys = ids.map((id) => ({
  id,
  key: keyOf(id),
  ...(workspaces[id] === undefined ? {} : { workspace: workspaces[id] }),
}))
const requests = {
  '/v1/chat/completions': { model: 'fast', messages: [{ role: 'user', content: `Use ${secret}.` }] },
  '/p/openai-mock/anything': { text: `Use ${secret}.` },
}

/** `passed`: the provider has the secret. */
async function outcome(id: string, path: keyof typeof requests = '/v1/chat/completions') {
  bed.reset()
  const headers = { authorization: `Bearer ${keyOf(id)}` }
  const reply = await bed.gateway.post(path, requests[path], { headers })
  if (reply.headers['x-portcullis-error'] === 'guardrail_denied') return 'denied'
  return JSON.stringify(bed.openai.requests).includes(secret) ? 'passed' : 'redacted'
}

beforeAll(async () => {
  bed = await startTestbed({ keys, config: { inspection } })
})
afterAll(() => bed.close())

it.each(Object.keys(requests) as (keyof typeof requests)[])('each caller has one preset, at %s', async (path) => {
  const outcomes: Record<string, string> = {}
  for (const id of ids) outcomes[id] = await outcome(id, path)
  expect(outcomes).toEqual({
    // The first that names a caller is his: `off` names the key, but not in this workspace.
    till: 'denied',
    probe: 'passed',
    bench: 'redacted',
    crawler: 'passed',
    // A key with the name of a workspace is none of its keys, and one without a workspace has what is for all.
    payments: 'redacted',
    bare: 'redacted',
  })
})

it('a decision names the guardrail and the version of the policy, which says whose preset it is of', async () => {
  const reply = await bed.gateway.post('/v1/chat/completions', requests['/v1/chat/completions'], {
    headers: { authorization: `Bearer ${keyOf('till')}` },
  })
  const { decisions } = await bed.gateway.call(reply)
  expect(decisions).toMatchObject([{ guardrail: 'secrets', state: 'enforce', action: 'deny' }])
  const { json } = await bed.gateway.control(`/api/v1/policies/${decisions[0].policyVersion}`)
  const secrets = json.guardrails.filter((one: { id: string }) => one.id.startsWith('secrets'))
  expect(secrets).toMatchObject([
    { id: 'secrets', action: 'redact', state: 'enforce' },
    { id: 'secrets (regulated)', action: 'deny', state: 'enforce' },
    { id: 'secrets (observe)', action: 'redact', state: 'shadow' },
  ])
  expect(json.presets).toContain('preset balanced: for all others')
})

it('`by: gateway` judges by the preset of the caller, and what names no one by `balanced` as before', async () => {
  const inspect = async (asked: object) => {
    const response = await fetch(`${bed.gateway.controlUrl}/api/v1/inspect`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bed.gateway.adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ point: 'input', texts: [`Use ${secret}.`], ...asked }),
    })
    const { results, error } = (await response.json()) as {
      results?: readonly { decision: { by: string; effect: string } }[]
      error?: { code: string; message: string }
    }
    return results?.[0]?.decision ?? error
  }
  expect(await inspect({ by: 'gateway', workspace: 'payments' })).toMatchObject({ effect: 'deny' })
  expect(await inspect({ by: 'gateway', workspace: 'lab', key: 'probe' })).toMatchObject({ effect: 'allow' })
  // A key is of its own workspace, whether that is said or not.
  expect(await inspect({ by: 'gateway', key: 'probe' })).toMatchObject({ effect: 'allow' })
  const unknown = { code: 'invalid_request', message: expect.stringContaining('no key with the id "prob"') }
  expect(await inspect({ by: 'gateway', key: 'prob' })).toMatchObject(unknown)
  expect(await inspect({ by: 'gateway', workspace: 'default', key: 'probe' })).toMatchObject({
    code: 'invalid_request',
  })
  expect(await inspect({ by: 'gateway', workspace: 'default' })).toMatchObject({ effect: 'redact' })
  expect(await inspect({})).toMatchObject({ by: 'balanced', effect: 'redact' })
})

it('another list is in use for the next call, without a restart', async () => {
  expect(await outcome('bare')).toBe('redacted')
  await bed.gateway.configure({
    listen: { host: '127.0.0.1', port: 0, controlPort: 0 },
    keys,
    providers: [
      {
        id: 'openai-mock',
        provider: 'openai',
        baseUrl: `${bed.openai.origin}/v1`,
        apiKey: 'sk-x',
        allowPrivateNetwork: true,
      },
    ],
    models: { fast: { target: 'openai-mock/gpt-5-mini' } },
    catalog: { discover: 'off' },
    inspection: { preset: 'balanced', presets: [{ preset: 'regulated', keys: ['bare'] }] },
  })
  while ((await outcome('bare')) !== 'denied');
  expect(await outcome('till')).toBe('redacted')
})
