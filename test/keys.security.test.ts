import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Json, post } from './support/client.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const otherKey = 'pk-test-other-0123456789abcdefghijklmnop'
const body = { model: 'fast', messages: [{ role: 'user', content: 'Who goes there?' }] }

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({
    keys: [{ id: 'narrow', key: otherKey, workspace: 'second', models: ['openai-mock/*', 'fast'] }],
  })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const ask = (headers: Readonly<Record<string, string>>, model = 'fast') =>
  post(`${bed.gateway.url}/v1/chat/completions`, { ...body, model }, { headers })

const admin = (method: string, path: string, content?: unknown) =>
  post(`${bed.gateway.controlUrl}${path}`, content, {
    method,
    headers: { authorization: `Bearer ${bed.gateway.adminToken}` },
  })

describe('a virtual key', () => {
  it.each([
    ['authorization', (key: string) => `Bearer ${key}`],
    ['authorization', (key: string) => `bearer ${key}`],
    ['x-api-key', (key: string) => key],
    ['x-goog-api-key', (key: string) => key],
    ['api-key', (key: string) => key],
  ])('is taken from %s and never reaches the provider', async (name, value) => {
    const reply = await ask({ [name]: value(bed.gateway.key) })
    expect(reply.status).toBe(200)
    const sent = bed.openai.requests[0]
    expect(sent?.headers['authorization']).toBe(`Bearer ${bed.secrets.openai}`)
    expect(JSON.stringify(sent?.headers)).not.toContain(bed.gateway.key)
  })

  it('may stand in two headers, but not two keys', async () => {
    const { key } = bed.gateway
    expect((await ask({ authorization: `Bearer ${key}`, 'x-api-key': key })).status).toBe(200)
    const reply = await ask({ authorization: `Bearer ${key}`, 'x-api-key': otherKey })
    expect(reply.status).toBe(400)
    expect(reply.headers['x-portcullis-error']).toBe('conflicting_keys')
  })

  it.each([
    ['no key', {}, 'missing_key'],
    ['an empty header', { 'x-api-key': '' }, 'missing_key'],
    ['another scheme', { authorization: 'Basic dXNlcjpwdw==' }, 'missing_key'],
    ['a guess', { authorization: 'Bearer pk-guess' }, 'unknown_key'],
    ['a key cut short', { authorization: `Bearer ${otherKey.slice(0, -1)}` }, 'unknown_key'],
    ['the admin token', { authorization: 'Bearer admin-token-of-the-tests-0123456789abcdef' }, 'unknown_key'],
  ] as const)('is asked for: %s gives 401', async (_name, headers, code) => {
    const reply = await ask(headers)
    expect(reply.status).toBe(401)
    expect(reply.headers['x-portcullis-error']).toBe(code)
    expect(bed.openai.requests).toHaveLength(0)
  })

  it('in the query is no key, and is nowhere on record', async () => {
    const reply = await post(`${bed.gateway.url}/v1/chat/completions?key=${bed.gateway.key}`, body)
    expect(reply.status).toBe(401)
  })

  it('reaches only its models, and sees no others', async () => {
    const headers = { authorization: `Bearer ${otherKey}` }
    expect((await ask(headers)).status).toBe(200)
    expect((await ask(headers, 'openai-mock/gpt-5-mini')).status).toBe(200)
    const refused = await ask(headers, 'clever')
    expect(refused.status).toBe(403)
    expect(refused.json.error).toMatchObject({
      code: 'model_not_allowed',
      message: 'This key may not use the model "clever".',
    })
    const slip = await ask(headers, 'fsat')
    expect(slip.json.error).toMatchObject({
      code: 'model_not_allowed',
      message: 'This key may not use the model "fsat". Did you mean "fast"?',
    })
    expect(bed.anthropic.requests).toHaveLength(0)
    const list = await post(`${bed.gateway.url}/v1/models`, undefined, { method: 'GET', headers })
    const ids: readonly string[] = list.json.data.map(({ id }: Json) => id)
    expect(ids).toContain('fast')
    expect(ids.filter((id) => id === 'clever' || id.startsWith('anthropic'))).toEqual([])
  })

  it('made by an admin works at once, is shown once, and is kept as a hash', async () => {
    const made = await admin('POST', '/api/v1/keys', { id: 'made-here' })
    expect(made.status).toBe(201)
    const { key } = made.json
    expect(key).toMatch(/^pcl_[\w-]{43}$/)
    expect((await ask({ authorization: `Bearer ${key}` })).status).toBe(200)
    const listed = await admin('GET', '/api/v1/keys')
    expect(listed.json.data.map(({ id }: Json) => id)).toContain('made-here')
    expect(listed.text).not.toContain(key)
    for (const text of await filesOf(join(bed.gateway.directory, 'data'))) expect(text.includes(key)).toBe(false)
  })

  it('that was revoked is refused from the next call on', async () => {
    const { key } = (await admin('POST', '/api/v1/keys', { id: 'short-lived' })).json
    expect((await ask({ authorization: `Bearer ${key}` })).status).toBe(200)
    expect((await admin('DELETE', '/api/v1/keys/short-lived')).status).toBe(204)
    const refused = await ask({ authorization: `Bearer ${key}` })
    expect(refused.status).toBe(401)
    expect(refused.headers['x-portcullis-error']).toBe('revoked_key')
  })

  it('of the file is not taken away by the API', async () => {
    const reply = await admin('DELETE', '/api/v1/keys/team-a')
    expect(reply.status).toBe(409)
    expect((await ask({ authorization: `Bearer ${bed.gateway.key}` })).status).toBe(200)
  })

  it('has an id of its own', async () => {
    expect((await admin('POST', '/api/v1/keys', { id: 'team-a' })).status).toBe(409)
    for (const id of ['', '../x', 'a b', 'x'.repeat(65), 7, null]) {
      expect((await admin('POST', '/api/v1/keys', { id })).status).toBe(400)
    }
  })
})

/** All files of a data directory; bytes as Latin-1, so that nothing is lost. */
async function filesOf(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')))
}

describe('a key of the API', () => {
  const asking = (key: string) => ask({ authorization: `Bearer ${key}` })

  it('has limits, an owner and an end, and loses or gains them by a change that takes effect at once', async () => {
    const made = await admin('POST', '/api/v1/keys', {
      id: 'limited',
      owner: 'team red',
      limits: [{ requests: 1, per: 'day' }],
      expiresAt: '2999-01-01T00:00:00Z',
    })
    expect(made.json).toMatchObject({
      owner: 'team red',
      expiresAt: '2999-01-01T00:00:00.000Z',
      budgets: [{ measure: 'requests', amount: 1, per: 'day' }],
    })
    const { key } = made.json
    expect([(await asking(key)).status, (await asking(key)).status]).toEqual([200, 429])
    const changed = await admin('PATCH', '/api/v1/keys/limited', { limits: [{ requests: 2, per: 'day' }] })
    expect(changed.json).toMatchObject({ owner: 'team red', budgets: [{ amount: 2 }] })
    // What was used stays used.
    expect([(await asking(key)).status, (await asking(key)).status]).toEqual([200, 429])
    expect((await admin('PATCH', '/api/v1/keys/limited', { limits: [] })).json.budgets).toEqual([])
    expect((await asking(key)).status).toBe(200)
    await admin('PATCH', '/api/v1/keys/limited', { expiresAt: '2020-01-01T00:00:00Z' })
    const late = await asking(key)
    expect([late.status, late.headers['x-portcullis-error']]).toEqual([401, 'expired_key'])
    await admin('PATCH', '/api/v1/keys/limited', { expiresAt: null })
    expect((await asking(key)).status).toBe(200)
  })

  it('gets another value by rotation, and the one before works as long as was asked, or not at all', async () => {
    const { key: first } = (await admin('POST', '/api/v1/keys', { id: 'turning' })).json
    const { key: second } = (await admin('POST', '/api/v1/keys/turning/rotate', { overlapSeconds: 3600 })).json
    expect(second).not.toBe(first)
    expect([(await asking(first)).status, (await asking(second)).status]).toEqual([200, 200])
    const { key: third } = (await admin('POST', '/api/v1/keys/turning/rotate', {})).json
    const statuses = await Promise.all([first, second, third].map(async (key) => (await asking(key)).status))
    expect(statuses).toEqual([401, 401, 200])
    await admin('DELETE', '/api/v1/keys/turning')
    expect((await asking(third)).status).toBe(401)
    expect((await admin('POST', '/api/v1/keys/turning/rotate', {})).status).toBe(401)
  })

  it.each([
    [{ limits: [{ requests: 1 }] }, /^`limits\.0`: `requests` needs `per`/],
    [{ limits: [{ requests: -1, per: 'day' }] }, /limits\.0\.requests/],
    [{ expiresAt: 'tomorrow' }, /expiresAt/],
    [{ workspace: 'another' }, /There is no `workspace` here/],
    [{ limits: Array.from({ length: 101 }, () => ({ requests: 1, per: 'day' })) }, /limits/],
  ])('is not changed to what cannot be kept: %j', async (change, message) => {
    await admin('POST', '/api/v1/keys', { id: 'steady' })
    const reply = await admin('PATCH', '/api/v1/keys/steady', change)
    expect(reply.status).toBe(400)
    expect(reply.json.error.message).toMatch(message)
  })

  it.each(['models', 'providers', 'dataRegions', 'endpoints', 'networks', 'agents', 'requireMetadata'])(
    'is for no empty list of %s, which could be all or nothing',
    async (field) => {
      const made = await admin('POST', '/api/v1/keys', { id: `empty-${field.toLowerCase()}`, [field]: [] })
      expect([made.status, made.json.error]).toMatchObject([
        400,
        { param: field, message: expect.stringMatching(/^`\w+` is empty.*: name at least one/) },
      ])
      await admin('POST', '/api/v1/keys', { id: 'full' })
      expect((await admin('PATCH', '/api/v1/keys/full', { [field]: [] })).status).toBe(400)
    },
  )

  it('is shown by its id, without its value', async () => {
    const made = await admin('POST', '/api/v1/keys', { id: 'one-of-them', owner: 'red' })
    const { status, json, text } = await admin('GET', '/api/v1/keys/one-of-them')
    expect([status, json]).toMatchObject([200, { id: 'one-of-them', owner: 'red', source: 'api' }])
    expect(text).not.toContain(made.json.key)
    expect((await admin('GET', '/api/v1/keys/nobody')).status).toBe(404)
    expect((await admin('GET', '/api/v1/keys/one-of-them?full=true')).status).toBe(400)
  })

  it('is the only one that the API changes: those of the file stay as the file has them', async () => {
    for (const [method, path] of [
      ['PATCH', '/api/v1/keys/narrow'],
      ['POST', '/api/v1/keys/narrow/rotate'],
    ] as const) {
      const reply = await admin(method, path, {})
      expect(reply.status).toBe(409)
      expect(reply.json.error.message).toContain('comes from the configuration file; change it there')
    }
    expect((await admin('PATCH', '/api/v1/keys/nobody', {})).status).toBe(404)
  })
})
