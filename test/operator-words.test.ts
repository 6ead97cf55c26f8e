import { readFile } from 'node:fs/promises'
import { afterEach, expect, it } from 'vitest'
import { type Json, post, type WireReply } from './support/client.ts'
import { type Collector, startCollector } from './support/collector/collector.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'

let gateway: TestGateway
let collector: Collector | undefined
afterEach(async () => {
  await gateway.close()
  await collector?.close()
})
const control = (method: string, path: string, token: string, body?: object): Promise<WireReply> =>
  post(gateway.controlUrl + path, body, { method, headers: { authorization: `Bearer ${token}` } })

it('an alert of a file that is not valid says where, and nothing that stands there', async () => {
  gateway = await startTestGateway({ log: () => undefined })
  const valid = await readFile(gateway.configPath, 'utf8')
  await gateway.configure({ keys: [{ id: 'a', key: 'short-secret', nope: 'another-secret' }] })
  let alert: Json
  while (alert === undefined) {
    const { data } = (await gateway.control('/api/v1/alerts?limit=20')).json
    alert = data.find(({ kind }: Json) => kind === 'config-refused')
  }
  expect(alert.details).toMatchObject({
    line: expect.any(Number),
    column: expect.any(Number),
    faults: expect.any(Number),
  })
  expect(alert.details.key).toMatch(/^keys\[0\]/)
  expect(JSON.stringify(alert)).not.toContain('secret')
  expect(valid).not.toContain('nope')
})

it('a management key hears what it may do in its workspace, and whom to ask once it is revoked', async () => {
  gateway = await startTestGateway({})
  const wanted = { id: 'auditor', owner: 'ann', workspace: 'default', role: 'owner' }
  const { json } = await control('POST', '/api/v1/management-keys', gateway.adminToken, wanted)
  const may = (await control('GET', '/api/v1/whoami', json.key)).json.permissions
  expect(may).toContain('calls:read')
  expect(may).not.toContain('audit:read')
  expect((await control('GET', '/api/v1/whoami', gateway.adminToken)).json.permissions).toContain('audit:read')
  await control('DELETE', '/api/v1/management-keys/auditor', gateway.adminToken)
  const refused = await control('GET', '/api/v1/whoami', json.key)
  expect(refused.json.error.code).toBe('revoked_key')
  expect(refused.text).toContain('management key')
  expect(refused.text).not.toContain('virtual key')
})

it('with the names of OpenInference no span has those of GenAI, nor has one of an attempt', async () => {
  const taking = await startCollector()
  collector = taking
  gateway = await startTestGateway({
    config: {
      telemetry: {
        endpoint: taking.httpUrl,
        allowPrivateNetwork: true,
        signals: ['traces'],
        conventions: 'openinference',
      },
    },
  })
  const asked = async (): Promise<boolean> => {
    await gateway.post('/v1/chat/completions', { model: 'demo/echo', messages: [{ role: 'user', content: 'Hello' }] })
    return taking.spans().some(({ attributes }) => attributes['portcullis.attempt'] !== undefined)
  }
  while (!(await asked()));
  const names = taking.spans().flatMap(({ attributes }) => Object.keys(attributes))
  expect(names.filter((name) => name.startsWith('gen_ai.'))).toEqual([])
  const attempt = taking.spans().find(({ attributes }) => attributes['portcullis.attempt'] !== undefined)
  expect(attempt?.attributes).toMatchObject({ 'llm.provider': 'demo', 'llm.model_name': 'echo' })
})
