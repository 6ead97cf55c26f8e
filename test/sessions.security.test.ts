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

async function callOf(workspace: string, headers: Readonly<Record<string, string>>): Promise<Json> {
  const body = { model: 'demo/echo', messages: [{ role: 'user', content: `said in ${workspace}` }] }
  const authorization = `Bearer ${keyOf(workspace)}`
  return await gateway.call(
    await gateway.post('/v1/chat/completions', body, { headers: { authorization, ...headers } }),
  )
}

const ask = (token: string, path: string): Promise<WireReply> =>
  post(`${gateway.controlUrl}/api/v1/sessions${path}`, undefined, {
    method: 'GET',
    headers: { authorization: `Bearer ${token}` },
  })

it('a session shows a key of a workspace nothing of another that uses the same id', async () => {
  const session = { 'x-portcullis-session-id': 'shared' }
  const red = await callOf('red', session)
  await callOf('blue', session)
  await callOf('blue', { 'x-portcullis-session-id': 'of blue alone' })
  const [one, list, foreign, missing, asked] = await Promise.all([
    ask(redToken, '/shared'),
    ask(redToken, ''),
    ask(redToken, '/of%20blue%20alone'),
    ask(redToken, '/never'),
    ask(redToken, '?workspace=blue'),
  ])
  expect(one.json.traces.flatMap(({ calls }: Json) => calls.map(({ id }: Json) => id))).toEqual([red.id])
  expect(list.json.data).toMatchObject([{ id: 'shared', workspace: 'red', calls: 1 }])
  expect([one.text, list.text].join()).not.toContain('blue')
  expect([foreign.status, foreign.json]).toEqual([missing.status, missing.json])
  expect(asked.json.error.code).toBe('permission_denied')
  const all = await ask(gateway.adminToken, '')
  expect(all.json.data.filter(({ id }: Json) => id === 'shared').map(({ workspace }: Json) => workspace)).toEqual([
    'blue',
    'red',
  ])
})

it('whatever stands in trace headers, the call is answered, and what is kept is bounded', async () => {
  const entries = Array.from({ length: 500 }, (_, index) => `n${index}=v`).join(',')
  const hostile: readonly Readonly<Record<string, string>>[] = [
    { baggage: `${entries},session.id=x` },
    { baggage: `session.id=${'x'.repeat(9000)}` },
    { baggage: 'session.id=%E0%A4%A' },
    { baggage: 'session.id=a%0d%0aset-cookie%3a%20b' },
    { baggage: 'session.id=a%1b%5b2J' },
    { baggage: 'session.id=a%c2%9b' },
    { traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01` },
    { traceparent: 'x'.repeat(4000) },
  ]
  for (const headers of hostile)
    expect(await callOf('red', headers)).toMatchObject({
      status: 200,
      sessionId: null,
      traceId: null,
      parentSpanId: null,
    })
  const { sessionId } = await callOf('red', { 'x-portcullis-session-id': 'x'.repeat(4000) })
  expect(sessionId).toBe('x'.repeat(256))
  const long = await callOf('red', { baggage: `session.id=%0a,session.id=${'x'.repeat(4000)},session.id=second` })
  expect(long.sessionId).toBe('x'.repeat(256))
})

it('a cursor of somebody else leads to no session of theirs', async () => {
  const { json } = await ask(gateway.adminToken, '?limit=1')
  const { json: seen } = await ask(redToken, `?cursor=${json.nextCursor}`)
  expect(seen.data.every(({ workspace }: Json) => workspace === 'red')).toBe(true)
  expect((await ask(redToken, '?cursor=%27%3B--')).json.error.code).toBe('invalid_request')
})
