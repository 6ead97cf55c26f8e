import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { post, type WireReply } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({})
})
afterAll(() => gateway.close())

const control = (method: string, path: string, body?: object): Promise<WireReply> =>
  post(`${gateway.controlUrl}/api/v1${path}`, body, {
    method,
    headers: { authorization: `Bearer ${gateway.adminToken}` },
  })
const ask = async (key: string): Promise<number> => {
  const body = { model: 'demo/echo', messages: [{ role: 'user', content: 'Hello' }] }
  const headers = { authorization: `Bearer ${key}` }
  return (await gateway.post('/v1/chat/completions', body, { headers })).status
}

describe('a row of control.db that somebody damaged', () => {
  it('stops its own key, and no other is held up, made or revoked less for it', async () => {
    const [good, leaked, bad] = await Promise.all(
      ['good', 'leaked', 'bad'].map(async (id) => String((await control('POST', '/keys', { id })).json.key)),
    )
    const database = new DatabaseSync(join(gateway.directory, 'data/control.db'), { timeout: 1000 })
    database.exec(`UPDATE virtual_key SET settings = '{"limits":' WHERE id = 'bad'`)
    database.close()
    while ((await ask(bad ?? '')) !== 401);
    expect(await ask(good ?? '')).toBe(200)
    expect((await control('DELETE', '/keys/leaked')).status).toBe(204)
    expect(await ask(leaked ?? '')).toBe(401)
    expect((await control('POST', '/keys', { id: 'more' })).status).toBe(201)
    expect((await control('POST', '/keys', { id: 'bad' })).status).toBe(409)
    const { text } = await gateway.control('/readyz', { authorization: '' })
    expect(text).toContain('Rows of control.db cannot be read and are not used (1); the log names them.')
    expect(text).not.toContain('bad')
  })
})
