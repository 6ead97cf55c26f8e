import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Json, post, type WireReply } from '../support/client.ts'
import { startTestGateway, type TestGateway } from '../support/gateway.ts'
import { type CuttableProxy, startCuttableProxy } from './cuttable-proxy.ts'
import { openTestSchema } from './postgres.ts'

let schema: Awaited<ReturnType<typeof openTestSchema>>
let proxy: CuttableProxy
let here: TestGateway
let there: TestGateway
beforeEach(async () => {
  schema = await openTestSchema()
  const { hostname, port } = new URL(schema.url)
  proxy = await startCuttableProxy(hostname, Number(port === '' ? 5432 : port))
  here = await startTestGateway({ environment: { DATABASE_URL: schema.url } })
  there = await startTestGateway({ environment: { DATABASE_URL: schema.urlAt(proxy.port) } })
})
afterEach(async () => {
  await Promise.all([here.close(), there.close()])
  await proxy.close()
  await schema.drop()
})

const askThere = (content: string, user: string): Promise<WireReply> =>
  there.post('/v1/chat/completions', { model: 'demo/echo', user, messages: [{ role: 'user', content }] })
const idOf = ({ headers }: WireReply): string => String(headers['x-portcullis-call-id'])

it('an erasure at one gateway reaches what waits in the spool of another that was cut off', async () => {
  const before = await there.call(await askThere('stored before', 'anna'))
  proxy.cut()
  const waiting = await askThere('my name is anna', ' Anna')
  const other = await askThere('my name is bob', 'bob')
  const headers = { authorization: `Bearer ${here.adminToken}` }
  const body = { workspace: 'default', user: 'anna' }
  const erased = await post(`${here.controlUrl}/api/v1/erasures`, body, { headers })
  expect([erased.status, erased.json.calls]).toEqual([201, 1])
  const after = await askThere('anna is back', 'anna')
  proxy.restore()
  const shown = async (id: string): Promise<Json> => {
    for (;;) {
      const reply = await here.control(`/api/v1/calls/${id}`)
      if (reply.status === 200) return reply.json
    }
  }
  expect(await shown(idOf(waiting))).toMatchObject({ isErased: true, user: null, input: null, output: null })
  expect(await shown(before.id)).toMatchObject({ isErased: true, user: null, input: null })
  expect(await shown(idOf(other))).toMatchObject({ isErased: false, user: 'bob' })
  // What the person says later is said anew.
  expect(await shown(idOf(after))).toMatchObject({ isErased: false, user: 'anna' })
  const found = (await here.control('/api/v1/calls?q=name+is')).json.data
  expect(found.map(({ id }: Json) => id)).toEqual([idOf(other)])
})
