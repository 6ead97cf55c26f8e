import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { startChildGateway } from './support/child-gateway.ts'
import { type Json, post, type WireReply } from './support/client.ts'
import { startWebhookMock } from './support/receivers.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const keyOf = (id: string): string => `pk-test-${id}-0123456789abcdefghijklmnop`
const codeOf = ({ headers }: Pick<WireReply, 'headers'>) => headers['x-portcullis-error']
const noLearning = { calls: 0, hours: 0 }

let bed: Testbed
const start = async (consumption: object | undefined, more: object = {}): Promise<void> => {
  bed = await startTestbed({
    config: { ...(consumption === undefined ? {} : { consumption }), workspaces: [{ id: 'other' }], ...more },
    keys: ['one', 'two', 'three'].map((id) => ({ id, key: keyOf(id), workspace: id === 'two' ? 'other' : 'default' })),
  })
}
afterEach(() => bed.close())

const ask = (content: string, body: object = {}, headers: Readonly<Record<string, string>> = {}, key = 'one') =>
  post(
    `${bed.gateway.url}/v1/chat/completions`,
    { model: 'fast', messages: [{ role: 'user', content }], ...body },
    { headers: { authorization: `Bearer ${keyOf(key)}`, ...headers } },
  )
const control = (method: string, path: string, body?: object, token = bed.gateway.adminToken) =>
  post(bed.gateway.controlUrl + path, body, { method, headers: { authorization: `Bearer ${token}` } })
const rule = (name: string, settings: object) => ({
  state: 'off',
  learn: noLearning,
  rules: { [name]: { state: 'enforce', ...settings } },
})

describe('a loop', () => {
  it('suspends its key at every endpoint until somebody resumes it, and does not touch others', async () => {
    await start(rule('loop', { repeats: 4 }))
    const turn = 'Read the file again and tell me what stands in it, please, as it was asked for before.'
    for (let index = 0; index < 3; index++) expect((await ask(turn)).status).toBe(200)
    const refused = await ask(turn)
    expect([refused.status, codeOf(refused)]).toEqual([403, 'key_suspended'])
    expect(refused.text).toMatch(/decision [\da-f-]{36}/)
    expect(bed.openai.requests).toHaveLength(3)
    for (const path of ['/v1/embeddings', '/p/openai-mock/models', '/v1/messages']) {
      const other = await post(
        bed.gateway.url + path,
        { model: 'fast', input: 'a' },
        { headers: { authorization: `Bearer ${keyOf('one')}` } },
      )
      expect([path, codeOf(other)]).toEqual([path, 'key_suspended'])
    }
    expect((await ask(turn, {}, {}, 'three')).status).toBe(200)
    const call = await bed.gateway.call(refused)
    expect(call.decisions).toMatchObject([{ rule: 'loop', state: 'enforce', action: 'suspend', seen: 4, limit: 4 }])
    expect((await control('POST', '/api/v1/consumption/one/resume')).status).toBe(200)
    expect((await ask(turn)).status).toBe(200)
    const { data } = (await control('GET', '/api/v1/audit?limit=200')).json
    const actions = data.map(({ action }: Json) => action)
    expect(actions).toContain('key-suspended')
    expect(actions).toContain('key-resumed')
  })

  it('is no conversation that goes on', async () => {
    await start(rule('loop', { repeats: 4 }))
    const words =
      'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau'.split(' ')
    for (let index = 0; index < 12; index++) {
      const content = words.map((word, place) => `${word}${(index * 7 + place * 3) % 19}`).join(' ')
      expect((await ask(content)).status).toBe(200)
    }
  })
})

describe('bounds that hold from the first call on', () => {
  it.each([
    ['prompt-size', { max: 500 }, 'word '.repeat(2000), {}],
    ['output-length', { max: 1000 }, 'short', { max_tokens: 900, n: 4 }],
    ['repetition', {}, 'the same again and again and again '.repeat(3000), {}],
  ])('%s holds the key for an approval, before anything costs', async (name, settings, content, body) => {
    await start(rule(name, settings))
    const refused = await ask(content, body)
    expect([refused.status, codeOf(refused)]).toEqual([403, 'approval_required'])
    expect(bed.openai.requests).toHaveLength(0)
    expect(codeOf(await ask('short'))).toBe('approval_required')
    const { holds } = (await control('GET', '/api/v1/consumption')).json
    expect(holds).toMatchObject([{ key: 'one', kind: 'ask', rule: name }])
    expect((await control('POST', '/api/v1/consumption/one/approve')).status).toBe(200)
    expect((await ask(content, body)).status).toBe(200)
    expect((await control('POST', '/api/v1/consumption/one/approve')).status).toBe(409)
  })

  it('a rate over it lets no more pass, and says when there is room again', async () => {
    await start({ ...rule('request-rate', { max: 2 }), slowMs: 1 })
    const replies = [await ask('a'), await ask('b'), await ask('c'), await ask('d')]
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 429, 429])
    const last = replies[3] as WireReply
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0)
    expect(codeOf(last)).toBe('rate_limited')
    expect(bed.openai.requests).toHaveLength(2)
    expect((await bed.gateway.call(last)).decisions).toMatchObject([{ rule: 'request-rate', action: 'slow', seen: 3 }])
  })

  it('a call that is slowed for something else passes', async () => {
    await start({ ...rule('prompt-size', { max: 10, action: 'slow' }), slowMs: 1 })
    const reply = await ask('word '.repeat(100))
    expect(reply.status).toBe(200)
    expect((await bed.gateway.call(reply)).decisions).toMatchObject([{ rule: 'prompt-size', action: 'slow' }])
  })
})

it('a dear model that a key has never used waits for an approval', async () => {
  await start({ ...rule('new-model', { priceFactor: 2 }), learn: { calls: 3, hours: 0 } })
  for (let index = 0; index < 3; index++) expect((await ask(`cheap ${index}`)).status).toBe(200)
  expect(codeOf(await ask('dear', { model: 'anthropic-mock/claude-opus-4-1' }))).toBe('approval_required')
  expect(bed.anthropic.requests).toHaveLength(0)
})

it('in shadow nothing is done, and the record says what would have been', async () => {
  await start({ state: 'shadow', learn: noLearning, rules: { 'prompt-size': { max: 10 } } })
  const reply = await ask('word '.repeat(100))
  expect(reply.status).toBe(200)
  const call = await bed.gateway.call(reply)
  expect(call.decisions).toMatchObject([{ type: 'consumption', rule: 'prompt-size', state: 'shadow', action: 'ask' }])
  const { data } = (await control('GET', '/api/v1/decisions?kind=consumption')).json
  expect(data).toMatchObject([{ kind: 'consumption', state: 'shadow', without: { outcome: 'refused' } }])
  expect((await control('GET', '/api/v1/consumption')).json.holds).toEqual([])
})

describe('many new keys in one network', () => {
  const proxied = { listen: { host: '127.0.0.1', port: 0, controlPort: 0, trustedProxies: ['127.0.0.1'] } }
  const ids = ['one', 'two', 'three']
  const roll = async () => {
    const codes: unknown[] = []
    for (const [index, key] of ids.entries()) {
      const reply = await ask('hello', {}, { 'x-forwarded-for': `203.0.113.${index + 1}` }, key)
      codes.push(codeOf(reply) ?? reply.status)
    }
    return codes
  }
  const farming = (more: object = {}) => ({
    ...rule('key-farming', { keys: 3, ...more }),
    learn: { calls: 9, hours: 0 },
  })

  it('wait for approval, and whoever is refused reads what to do', async () => {
    await start(farming(), proxied)
    expect(await roll()).toEqual([200, 200, 'approval_required'])
    const refused = await ask('hello', {}, {}, 'three')
    expect(refused.text).toContain('approves the keys, and for a rollout gives them one owner')
  })

  it.each([
    ['in a network that is named as known', { knownNetworks: ['203.0.113.0/24'] }, {}],
    ['bound to it', {}, { networks: ['203.0.113.0/24'] }],
  ])('are a rollout where they are %s', async (_, more, ofKeys) => {
    const keys = ids.map((id) => ({ id, key: keyOf(id), ...ofKeys }))
    await start(farming(more), { ...proxied, keys })
    expect(await roll()).toEqual([200, 200, 200])
  })
})

it('keys of many owners in one network are told of', async () => {
  const hook = await startWebhookMock()
  try {
    await start(rule('key-farming', { keys: 3, action: 'alert' }), {
      listen: { host: '127.0.0.1', port: 0, controlPort: 0, trustedProxies: ['127.0.0.1'] },
      alerts: { receivers: [{ id: 'ops', webhook: { url: hook.url }, allowPrivateNetwork: true }] },
    })
    for (const [index, key] of ['one', 'two', 'three'].entries()) {
      const reply = await ask('hello', {}, { 'x-forwarded-for': `203.0.113.${index + 1}` }, key)
      expect(reply.status).toBe(200)
    }
    await hook.until(1)
    expect(JSON.parse(hook.taken[0]?.body ?? '')).toMatchObject({
      type: 'consumption',
      data: { subject: 'three', details: { rule: 'key-farming', seen: 3 } },
    })
  } finally {
    await hook.close()
  }
})

describe('another workspace', () => {
  beforeEach(() => start(rule('prompt-size', { max: 10 })))

  it('sees no hold of this one, and lets no key of it go', async () => {
    expect(codeOf(await ask('word '.repeat(100)))).toBe('approval_required')
    const made = await control('POST', '/api/v1/management-keys', {
      id: 'eva',
      owner: 'Eva',
      workspace: 'other',
      role: 'admin',
    })
    const { key } = made.json
    const seen = (await control('GET', '/api/v1/consumption', undefined, key)).json
    expect([seen.holds, seen.incidents]).toEqual([[], []])
    expect(seen.baselines.map(({ key: id }: Json) => id)).not.toContain('one')
    for (const act of ['approve', 'resume'])
      expect((await control('POST', `/api/v1/consumption/one/${act}`, undefined, key)).status).toBe(404)
    expect((await control('POST', '/api/v1/consumption/one/suspend', { reason: 'x' }, key)).status).toBe(404)
    expect(codeOf(await ask('short'))).toBe('approval_required')
  })
})

describe('an attack', () => {
  /** What a provider would have billed for 60 turns of an agent that is caught in a loop. */
  const replay = async (): Promise<number> => {
    for (let index = 0; index < 60; index++)
      await ask('Call the tool search with {"query":"weather"} again, as its answer was empty the last time.', {
        max_tokens: 4096,
      })
    return bed.openai.requests.length
  }

  it('costs what ten turns cost, in place of sixty', async () => {
    await start(undefined)
    const without = await replay()
    await bed.close()
    await start({ state: 'enforce' })
    const costed = await replay()
    expect([without, costed]).toEqual([60, 9])
  })
})

it('a suspended key stays so in all workers and after a kill, and a rate is judged over all of them', async () => {
  await start(undefined)
  const directory = await mkdtemp(join(tmpdir(), 'portcullis-test-'))
  const configPath = join(directory, 'portcullis.yaml')
  await writeFile(
    configPath,
    stringify({
      keys: ['looping', 'fast'].map((id) => ({ id, key: keyOf(id) })),
      consumption: {
        state: 'off',
        learn: noLearning,
        rules: {
          loop: { state: 'enforce', repeats: 3 },
          'request-rate': { state: 'enforce', max: 20, action: 'suspend' },
        },
      },
    }),
  )
  const boot = () =>
    startChildGateway({ dataDirectory: join(directory, 'data'), args: ['--config', configPath, '--workers', '2'] })
  let gateway = await boot()
  const send = (key = 'looping', content = 'Do the very same thing once more, and once more after that.') =>
    post(
      `${gateway.url}/v1/chat/completions`,
      { model: 'demo/echo', messages: [{ role: 'user', content }] },
      { headers: { authorization: `Bearer ${keyOf(key)}` } },
    )
  try {
    while ((await send()).status === 200);
    expect(codeOf(await send())).toBe('key_suspended')
    gateway.process.kill('SIGKILL')
    await gateway.exited
    gateway = await boot()
    for (let index = 0; index < 8; index++) expect(codeOf(await send())).toBe('key_suspended')
    // A rate is that of all workers together, however many calls come at once.
    const words = 'alpha beta gamma delta epsilon zeta eta theta'.split(' ')
    const many = Array.from({ length: 60 }, (_, index) => send('fast', `${words[index % 8]} ${words[index >> 3]}`))
    const passed = (await Promise.all(many)).filter(({ status }) => status === 200)
    expect(passed).toHaveLength(20)
  } finally {
    gateway.process.kill('SIGTERM')
    await gateway.exited
    await rm(directory, { recursive: true, force: true })
  }
}, 60_000)
