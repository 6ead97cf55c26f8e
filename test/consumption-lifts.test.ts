import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { type Json, post, type WireReply } from './support/client.ts'
import { commandLine } from './support/command-line.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const keyOf = (id: string): string => `pk-test-${id}-0123456789abcdefghijklmnop`

let bed: Testbed
const start = async (consumption: object): Promise<void> => {
  bed = await startTestbed({
    config: { consumption, workspaces: [{ id: 'other' }] },
    keys: ['one', 'two'].map((id) => ({ id, key: keyOf(id), workspace: id === 'two' ? 'other' : 'default' })),
  })
}
afterEach(() => bed.close())

const ask = (content = 'hello', key = 'one'): Promise<WireReply> =>
  post(
    `${bed.gateway.url}/v1/chat/completions`,
    { model: 'fast', messages: [{ role: 'user', content }] },
    { headers: { authorization: `Bearer ${keyOf(key)}` } },
  )
const control = (method: string, path: string, body?: object, token = bed.gateway.adminToken): Promise<WireReply> =>
  post(bed.gateway.controlUrl + path, body, { method, headers: { authorization: `Bearer ${token}` } })
const lift = (body: object, key = 'one') => control('POST', `/api/v1/consumption/${key}/lift`, body)
const onlyRate = (settings: object = {}) => ({
  state: 'off',
  slowMs: 1,
  learn: { calls: 0, hours: 0 },
  rules: { 'request-rate': { state: 'enforce', max: 2, ...settings } },
})
const statuses = async (calls: number): Promise<number[]> => {
  const seen: number[] = []
  for (let index = 0; index < calls; index++) seen.push((await ask()).status)
  return seen
}

describe('a rate that is slowed', () => {
  it('is lifted by an administrator for a stated time, and holds again when that is ended', async () => {
    await start(onlyRate())
    expect(await statuses(4)).toEqual([200, 200, 429, 429])
    const before = Date.now()
    const lifted = await lift({ rule: 'request-rate', minutes: 5 })
    expect(lifted.status).toBe(200)
    const until = Date.parse(lifted.json.until)
    expect(until).toBeGreaterThanOrEqual(before + 300_000)
    expect(until).toBeLessThanOrEqual(Date.now() + 300_000)
    expect(await statuses(6)).toEqual([200, 200, 200, 200, 200, 200])
    const { lifts } = (await control('GET', '/api/v1/consumption')).json
    expect(lifts).toEqual([{ key: 'one', workspace: 'default', rule: 'request-rate', until: lifted.json.until }])
    expect((await lift({ rule: 'request-rate', minutes: 0 })).status).toBe(200)
    expect(await statuses(2)).toEqual([429, 429])
    expect((await control('GET', '/api/v1/consumption')).json.lifts).toEqual([])
    const { data } = (await control('GET', '/api/v1/audit?limit=200')).json
    const entry = data.find(({ action }: Json) => action === 'consumption-lifted')
    expect(entry).toMatchObject({ subject: 'one', details: { rule: 'request-rate' } })
  })

  it('names its decision to whoever is slowed or put off, in the error and in a header', async () => {
    await start(onlyRate())
    await statuses(2)
    const putOff = await ask()
    const [, id] = /\(decision ([^)]+)\)/.exec(putOff.json.error.message) ?? []
    expect(putOff.json.error.message).toContain('can lift request-rate for a while')
    expect(putOff.headers['x-portcullis-decision']).toBe(`slow; id="${id}"`)
    await bed.gateway.call(putOff)
    const { data } = (await control('GET', `/api/v1/decisions/${id}`)).json
    expect(data).toMatchObject([{ id, kind: 'consumption', rule: 'request-rate' }])
  })

  it('names its decision to a call that was only delayed, and a watched call that nothing happens to has none', async () => {
    await start({
      state: 'off',
      slowMs: 1,
      rules: {
        'prompt-size': { state: 'enforce', max: 60, action: 'slow' },
        'output-length': { state: 'shadow', max: 1 },
      },
    })
    const delayed = await ask('word '.repeat(100))
    expect(delayed.status).toBe(200)
    const { decisions } = await bed.gateway.call(delayed)
    const { id } = decisions.find(({ rule }: Json) => rule === 'prompt-size')
    expect(delayed.headers['x-portcullis-decision']).toBe(`slow; id="${id}"`)
    expect((await ask('short')).headers['x-portcullis-decision']).toBeUndefined()
  })

  it('that asks is approved for a stated time', async () => {
    await start(onlyRate({ action: 'ask' }))
    expect(await statuses(3)).toEqual([200, 200, 403])
    const approved = await control('POST', '/api/v1/consumption/one/approve', { minutes: 3 })
    expect(approved.json).toMatchObject({ key: 'one', rule: 'request-rate' })
    const left = Date.parse(approved.json.quietUntil) - Date.now()
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThanOrEqual(180_000)
    expect(await statuses(4)).toEqual([200, 200, 200, 200])
    await lift({ rule: 'request-rate', minutes: 0 })
    expect(await statuses(1)).toEqual([403])
  })

  it('is lifted by nobody of another workspace, nor without a rule or for longer than a week', async () => {
    await start(onlyRate())
    const made = await control('POST', '/api/v1/management-keys', {
      id: 'eva',
      owner: 'Eva',
      workspace: 'other',
      role: 'admin',
    })
    const ofOther = (method: string, path: string, body?: object) => control(method, path, body, made.json.key)
    expect((await ofOther('POST', '/api/v1/consumption/one/lift', { rule: 'request-rate' })).status).toBe(404)
    for (const body of [
      {},
      { rule: 'nonsense' },
      { rule: 'request-rate', minutes: 10_081 },
      { rule: 'loop', minutes: -1 },
    ])
      expect([body, (await lift(body)).status]).toEqual([body, 400])
    expect((await lift({ rule: 'request-rate' })).status).toBe(200)
    expect((await ofOther('GET', '/api/v1/consumption')).json.lifts).toEqual([])
    const viewer = await control('POST', '/api/v1/management-keys', { id: 'val', owner: 'Val', role: 'viewer' })
    const refused = await control('POST', '/api/v1/consumption/one/lift', { rule: 'loop' }, viewer.json.key)
    expect(refused.status).toBe(403)
  })
})

describe('the command', () => {
  const commands = commandLine(() => bed.gateway.directory, {
    PORTCULLIS_ADMIN_TOKEN: 'admin-token-of-the-tests-0123456789abcdef',
  })
  afterAll(() => commands.close())
  const run = (...args: string[]) => commands.launch(['consumption', ...args, '--url', bed.gateway.controlUrl]).ended

  it('lifts a rule and lists what is lifted', async () => {
    await start(onlyRate())
    expect(await statuses(3)).toEqual([200, 200, 429])
    const lifted = await run('lift', 'one', '--rule', 'request-rate', '--minutes', '30')
    expect(lifted).toMatchObject({ code: 0, stderr: '' })
    expect(lifted.stdout).toMatch(/^request-rate leaves one alone until \S+Z\.\n$/)
    expect(await statuses(2)).toEqual([200, 200])
    expect((await run('list')).stdout).toMatch(/LEFT ALONE +BY RULE +UNTIL\none +request-rate +\S+Z\n/)
    const refused = await run('lift', 'one')
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toContain('lift needs --rule')
  })
})
