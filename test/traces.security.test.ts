import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Json, post, type WireReply } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'

const keyOf = (workspace: string): string => `pk-of-${workspace}-0123456789abcdef`

let gateway: TestGateway
let redToken: string
beforeAll(async () => {
  gateway = await startTestGateway({
    keys: ['red', 'blue'].map((workspace) => ({ id: `of-${workspace}`, key: keyOf(workspace), workspace })),
  })
  const made = { id: 'red-viewer', owner: 'a test', role: 'viewer', workspace: 'red' }
  const { json } = await post(`${gateway.controlUrl}/api/v1/management-keys`, made, {
    headers: { authorization: `Bearer ${gateway.adminToken}` },
  })
  redToken = json.key
})
afterAll(() => gateway.close())

async function callOf(workspace: string, traceId: string): Promise<string> {
  const body = { model: 'demo/echo', messages: [{ role: 'user', content: `said in ${workspace}` }] }
  const headers = { authorization: `Bearer ${keyOf(workspace)}`, 'x-portcullis-trace-id': traceId }
  return (await gateway.call(await gateway.post('/v1/chat/completions', body, { headers }))).id
}

const trace = (token: string, path: string): Promise<WireReply> =>
  post(`${gateway.controlUrl}/api/v1/traces/${path}`, undefined, {
    method: 'GET',
    headers: { authorization: `Bearer ${token}` },
  })

const ids = ({ json }: WireReply): string[] => json.calls.map(({ id }: Json) => id)

it('a trace shows a key of a workspace nothing of another that uses the same id', async () => {
  const [red, blue] = [await callOf('red', 'run-1'), await callOf('blue', 'run-1')]
  const seen = await trace(redToken, 'run-1')
  expect(ids(seen)).toEqual([red])
  expect(seen.text).not.toContain('blue')
  expect((await trace(redToken, 'run-1?workspace=blue')).json.error.code).toBe('permission_denied')
  expect(ids(await trace(gateway.adminToken, 'run-1'))).toEqual([red, blue])
  expect(ids(await trace(gateway.adminToken, 'run-1?workspace=blue'))).toEqual([blue])
})

it('a trace of another workspace is as one that is not there', async () => {
  await callOf('blue', 'run-2')
  const [foreign, missing] = [await trace(redToken, 'run-2'), await trace(redToken, 'run-3')]
  expect([foreign.status, foreign.json]).toEqual([missing.status, missing.json])
  expect(foreign.json.error.code).toBe('not_found')
})

it('a trace says nothing of what was said, and its id may hold any character', async () => {
  const id = await callOf('red', '../calls/%2e')
  const seen = await trace(redToken, encodeURIComponent('../calls/%2e'))
  expect(ids(seen)).toEqual([id])
  expect(seen.text).not.toContain('said in')
})
