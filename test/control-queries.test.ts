import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({})
})
afterAll(() => gateway.close())

it('no route takes a name in its query that it does not know: to answer with everything would hide a slip', async () => {
  const { json } = await gateway.control('/api/v1/openapi.json')
  const asked = Object.entries(json.paths as Record<string, Json>).flatMap(([path, methods]) =>
    methods.get === undefined ? [] : [path],
  )
  expect(asked.length).toBeGreaterThan(25)
  const call = await gateway.post('/v1/chat/completions', {
    model: 'demo/echo',
    messages: [{ role: 'user', content: 'Hello' }],
  })
  const { id } = await gateway.call(call)
  for (const path of asked) {
    const target = path.replace('/calls/{id}', `/calls/${id}`).replace(/\{\w+\}/g, '0')
    const { status, json: said } = await gateway.control(`${target}?workspce=default`)
    expect(`${path} ${status} ${said.error?.param}`).toBe(`${path} 400 workspce`)
  }
})
