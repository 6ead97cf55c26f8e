import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Permission, type Role, roleNames, roles } from '../src/registry/roles.ts'
import { routePermissions } from '../src/server/control/route-permissions.ts'
import { type Json, post, type WireReply } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'

let gateway: TestGateway
const keys = new Map<string, string>()

const request = (token: string, method: string, path: string, body?: unknown): Promise<WireReply> =>
  post(gateway.controlUrl + path, body, { method, headers: { authorization: `Bearer ${token}` } })
const as = (name: string, method: string, path: string, body?: unknown): Promise<WireReply> =>
  request(keys.get(name) ?? '', method, path, body)
const asAdmin = (method: string, path: string, body?: unknown) => request(gateway.adminToken, method, path, body)

async function make(id: string, fields: object): Promise<string> {
  const reply = await asAdmin('POST', '/api/v1/management-keys', { id, owner: `owner of ${id}`, ...fields })
  expect(reply.status).toBe(201)
  keys.set(id, reply.json.key)
  return reply.json.key
}

beforeAll(async () => {
  gateway = await startTestGateway({
    keys: [
      { id: 'of-red', key: 'pk-of-red-0123456789abcdef', workspace: 'red' },
      { id: 'of-blue', key: 'pk-of-blue-0123456789abcdef', workspace: 'blue' },
    ],
    config: { budgets: [{ id: 'all', costUsd: 50, per: 'month' }] },
  })
  for (const role of roleNames) {
    await make(role, { role })
    await make(`red-${role}`, { role, workspace: 'red' })
  }
  await make('custom', { permissions: ['keys:read'] })
})
afterAll(() => gateway.close())

const credential = (workspace: string) => ({ name: 'openai', workspace, secret: 'sk-of-somebody' })

/** A call that was made with a virtual key, recorded. */
async function callOf(key: string, content: string): Promise<string> {
  const body = { model: 'demo/echo', messages: [{ role: 'user', content }] }
  const headers = { authorization: `Bearer ${key}` }
  return (await gateway.call(await gateway.post('/v1/chat/completions', body, { headers }))).id
}

describe('the table of permissions', () => {
  it('has every route of the control plane, and no other', async () => {
    const { json } = await gateway.control('/api/v1/openapi.json')
    const routes = Object.entries(json.paths as Record<string, Json>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const outside = ['GET /api/v1/openapi.json', 'GET /metrics']
    expect([...routes, ...outside].sort()).toEqual(Object.keys(routePermissions).sort())
  })

  const walks = Object.entries(routePermissions).filter(([route]) => route !== 'GET /metrics')
  it.each(roleNames.flatMap((role) => [role, `red-${role}`]))('decides each route for %s', async (name) => {
    const role = name.replace(/^red-/, '') as Role
    for (const [route, { permission, reach }] of walks) {
      const [method = '', path = ''] = route.split(' ')
      const target = path.replace(/\{(?:id|name)\}/, 'nothing').replace('{seq}', '0')
      const isAllowed =
        (permission === 'none' || (roles[role] as readonly Permission[]).includes(permission)) &&
        !(reach === 'gateway' && name.startsWith('red-'))
      const { status, text } = await as(
        name,
        method,
        target,
        ['POST', 'PATCH', 'PUT'].includes(method) ? {} : undefined,
      )
      const isRefused = status === 403 && JSON.parse(text).error.code === 'permission_denied'
      expect(`${name} ${route} ${isRefused ? 'refused' : 'allowed'} ${status === 401}`).toBe(
        `${name} ${route} ${isAllowed ? 'allowed' : 'refused'} false`,
      )
    }
  })

  it('cannot be walked around by how a path or method is written', async () => {
    for (const path of ['/api/v1/%61udit', '/api/v1/audit/', '/api/v1//audit', '/api/v1/./audit', '/api/v1/AUDIT']) {
      const { status } = await as('viewer', 'GET', path)
      expect(`${path} ${[403, 404].includes(status)}`).toBe(`${path} true`)
    }
    expect((await as('viewer', 'HEAD', '/api/v1/audit')).status).toBe(403)
    expect((await as('viewer', 'GET', '/api/v1/nothing')).status).toBe(404)
  })
})

describe('a management key', () => {
  it('is no virtual key, and a virtual key is no management key', async () => {
    const headers = { authorization: `Bearer ${keys.get('owner')}` }
    const body = { model: 'demo/echo', messages: [{ role: 'user', content: 'hi' }] }
    expect((await gateway.post('/v1/chat/completions', body, { headers })).json.error.code).toBe('unknown_key')
    expect((await request(gateway.key, 'GET', '/api/v1/keys')).json.error.code).toBe('invalid_admin_token')
  })

  it('may make no key that may do more than itself', async () => {
    const wanted = (fields: object) => ({ id: 'more', owner: 'x', ...fields })
    for (const [name, fields] of [
      ['developer', { role: 'viewer' }],
      ['developer', { role: 'admin' }],
      ['admin', { role: 'owner' }],
      ['admin', { permissions: ['owners:write'] }],
      ['red-owner', { role: 'viewer', workspace: 'blue' }],
      ['custom', { permissions: ['keys:read'] }],
    ] as const) {
      const reply = await as(name, 'POST', '/api/v1/management-keys', wanted(fields))
      expect(`${name} ${reply.json.error?.code}`).toBe(`${name} permission_denied`)
    }
    // Without a workspace it is that of the maker, never all of them.
    const made = await as('red-admin', 'POST', '/api/v1/management-keys', { id: 'red-more', owner: 'x', role: 'admin' })
    expect(made.json).toMatchObject({ workspace: 'red', role: 'admin' })
    expect((await as('admin', 'DELETE', '/api/v1/management-keys/owner')).json.error.code).toBe('permission_denied')
  })

  it('of a workspace sees and changes nothing of another', async () => {
    const [red, blue] = [
      await callOf('pk-of-red-0123456789abcdef', 'crimson'),
      await callOf('pk-of-blue-0123456789abcdef', 'navy'),
    ]
    const notFound = (reply: WireReply): void => expect(reply.json.error.code).toBe('not_found')
    expect((await as('red-admin', 'GET', `/api/v1/calls/${red}`)).status).toBe(200)
    notFound(await as('red-admin', 'GET', `/api/v1/calls/${blue}`))
    notFound(await as('red-admin', 'POST', `/api/v1/cache/${blue}/report`, {}))
    const listed = await as('red-admin', 'GET', '/api/v1/calls?limit=200')
    expect(listed.json.data.map(({ workspace }: Json) => workspace)).toEqual(['red'])
    expect((await as('red-admin', 'GET', '/api/v1/calls?q=navy')).json.data).toEqual([])
    for (const path of [
      '/api/v1/calls?workspace=blue',
      '/api/v1/analytics?workspace=blue',
      '/api/v1/access?workspace=blue',
      '/api/v1/decisions?workspace=red&workspace=blue',
      '/api/v1/calls?workspace=no-such',
    ])
      expect((await as('red-admin', 'GET', path)).json.error.code).toBe('permission_denied')
    const sums = await as('red-admin', 'GET', '/api/v1/analytics?by=workspace&measures=calls')
    expect(sums.json.data.map(({ group }: Json) => group.workspace)).toEqual(['red'])
    const touched = await as('red-admin', 'GET', '/api/v1/access')
    expect(touched.json.models.map(({ calls }: Json) => calls)).toEqual([1])
    const ids = (reply: WireReply): string[] => reply.json.data.map(({ id }: Json) => id)
    expect(ids(await as('red-admin', 'GET', '/api/v1/keys'))).toEqual(['of-red'])
    for (const [method, path] of [
      ['GET', '/api/v1/keys/of-blue'],
      ['PATCH', '/api/v1/keys/of-blue'],
      ['DELETE', '/api/v1/keys/of-blue'],
      ['POST', '/api/v1/keys/of-blue/rotate'],
      ['POST', '/api/v1/keys/of-blue/key-pair'],
      ['DELETE', '/api/v1/management-keys/viewer'],
    ] as const)
      notFound(await as('red-admin', method, path, method === 'DELETE' || method === 'GET' ? undefined : {}))
    const made = await as('red-admin', 'POST', '/api/v1/keys', { id: 'made-by-red' })
    expect(made.json.workspace).toBe('red')
    expect((await as('red-admin', 'POST', '/api/v1/credentials', credential('blue'))).json.error.code).toBe(
      'permission_denied',
    )
    for (const method of ['PUT', 'DELETE']) {
      const body = method === 'PUT' ? { secret: 'sk-x' } : undefined
      const reply = await as('red-admin', method, '/api/v1/credentials/openai?workspace=blue', body)
      expect(reply.json.error.code).toBe('permission_denied')
      // Without a name of a workspace it is its own, where there is none.
      notFound(await as('red-admin', method, '/api/v1/credentials/openai', body))
    }
    const hold = await asAdmin('POST', '/api/v1/holds', { workspace: 'blue', reason: 'a case' })
    expect((await as('red-admin', 'GET', '/api/v1/holds')).json.data).toEqual([])
    notFound(await as('red-admin', 'DELETE', `/api/v1/holds/${hold.json.id}`))
    for (const [path, fields] of [
      ['/api/v1/holds', { reason: 'x' }],
      ['/api/v1/erasures', { user: 'u' }],
    ] as const) {
      const reply = await as('red-admin', 'POST', path, { workspace: 'blue', ...fields })
      expect(reply.json.error.code).toBe('permission_denied')
    }
    const other = await as('red-admin', 'POST', '/api/v1/keys', { id: 'made-for-blue', workspace: 'blue' })
    expect(other.json.error.code).toBe('permission_denied')
    expect((await as('red-admin', 'DELETE', '/api/v1/cache?workspace=blue')).json.error.code).toBe('permission_denied')
    const explain = await as('red-admin', 'POST', '/api/v1/routes/explain', { model: 'demo/echo', key: 'of-blue' })
    expect(explain.json.error.message).toBe('There is no key with the id "of-blue".')
    expect((await as('red-admin', 'GET', '/api/v1/budgets')).json.data).toEqual([])
    const management = ids(await as('red-admin', 'GET', '/api/v1/management-keys'))
    expect(management.filter((id) => !id.startsWith('red-'))).toEqual([])
  })

  it('without content:read finds no words of prompts', async () => {
    expect((await as('viewer', 'GET', '/api/v1/calls?q=crimson')).json.error.code).toBe('permission_denied')
    expect((await as('viewer', 'GET', '/api/v1/calls')).status).toBe(200)
  })

  it('is named in the audit log with its owner, and its value is nowhere', async () => {
    await as('admin', 'POST', '/api/v1/keys', { id: 'audited' })
    const { json, text } = await asAdmin('GET', '/api/v1/audit?limit=200')
    expect(json.data.find(({ subject }: Json) => subject === 'audited')).toMatchObject({
      actor: 'management-key:admin',
      action: 'key-created',
      details: { by: 'owner of admin' },
    })
    const lists = (await asAdmin('GET', '/api/v1/management-keys')).text
    for (const key of keys.values()) for (const shown of [text, lists]) expect(shown).not.toContain(key)
  })

  it('that asks for more than it may is in the audit log, once in a minute', async () => {
    await make('curious', { role: 'viewer' })
    for (const _ of [1, 2, 3]) await as('curious', 'PATCH', '/api/v1/keys/of-red', { models: ['*'] })
    const { json } = await asAdmin('GET', '/api/v1/audit?limit=200')
    expect(json.data.filter(({ actor }: Json) => actor === 'management-key:curious')).toMatchObject([
      {
        action: 'permission-refused',
        subject: 'PATCH /api/v1/keys/{id}',
        details: { attempts: 1, by: 'owner of curious' },
      },
    ])
  })

  it('that is revoked or over stops at once', async () => {
    const key = await make('short', { role: 'viewer' })
    expect((await request(key, 'GET', '/api/v1/whoami')).json).toMatchObject({
      actor: 'management-key:short',
      owner: 'owner of short',
      workspace: null,
    })
    expect((await asAdmin('DELETE', '/api/v1/management-keys/short')).status).toBe(204)
    expect((await request(key, 'GET', '/api/v1/whoami')).json.error.code).toBe('revoked_key')
    const expiresAt = new Date(Date.now() + 50).toISOString()
    const brief = await make('brief', { role: 'viewer', expiresAt })
    for (;;) {
      const { status, json } = await request(brief, 'GET', '/api/v1/whoami')
      if (status === 200) continue
      expect(json.error.code).toBe('expired_key')
      break
    }
    const past = { id: 'past', owner: 'x', role: 'viewer', expiresAt: '2020-01-01T00:00:00Z' }
    expect((await asAdmin('POST', '/api/v1/management-keys', past)).json.error.param).toBe('expiresAt')
  })
})
