import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Json, post, type WireReply } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'

const otherKey = 'pk-test-other-0123456789abcdefghijklmnop'
const other = { headers: { authorization: `Bearer ${otherKey}` } }

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({ keys: [{ id: 'other', key: otherKey, workspace: 'other' }] })
})
afterAll(() => gateway.close())

const ask = (content: string, headers: Record<string, string> = {}): Promise<Json> =>
  gateway
    .post('/v1/chat/completions', { model: 'demo/echo', messages: [{ role: 'user', content }] }, { headers })
    .then(gateway.call)
const say = (body: object, options = {}): Promise<WireReply> => gateway.post('/v1/feedback', body, options)
const callNow = async (id: string): Promise<Json> => (await gateway.control(`/api/v1/calls/${id}`)).json
const found = async (query: string): Promise<readonly string[]> =>
  (await gateway.control(`/api/v1/calls?${query}`)).json.data.map(({ id }: Json) => id)

describe('feedback', () => {
  it('about a call stands beside it, and calls are found by it', async () => {
    const { id } = await ask('good or bad?')
    const silent = await ask('no opinion')
    const said = {
      call_id: id,
      value: -3,
      label: 'wrong',
      comment: 'It is Tuesday.',
      user: 'anna',
      metadata: { page: '7' },
    }
    const kept = await say(said)
    expect(kept).toMatchObject({ status: 200, json: { status: 'success', feedback_ids: [expect.any(String)] } })
    await say({ call_id: id, value: 1, weight: 0.5 })
    const { feedback } = await callNow(id)
    expect(feedback).toEqual([
      {
        id: kept.json.feedback_ids[0],
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        key: 'team-a',
        call: id,
        trace: null,
        value: -3,
        weight: 1,
        label: 'wrong',
        comment: 'It is Tuesday.',
        user: 'anna',
        metadata: { page: '7' },
      },
      expect.objectContaining({ value: 1, weight: 0.5, label: null, metadata: {} }),
    ])
    expect(await found('feedback=bad')).toContain(id)
    expect(await found('feedback=any')).toContain(id)
    expect(await found('feedback=any')).not.toContain(silent.id)
    expect((await gateway.control('/api/v1/calls?feedback=maybe')).json.error.message).toBe(
      'Write any, good or bad for `feedback`.',
    )
  })

  it('as Portkey has it is about all calls of a trace, also those that come later', async () => {
    const trace = { 'x-portcullis-trace-id': 'conversation-7' }
    const first = await ask('one', trace)
    await say({ trace_id: 'conversation-7', value: 5, weight: 1, metadata: { source: 'thumbs' } })
    const second = await ask('two', trace)
    for (const { id } of [first, second])
      expect((await callNow(id)).feedback).toMatchObject([{ trace: 'conversation-7', call: null, value: 5 }])
    expect((await found('feedback=good')).slice(0, 2).sort()).toEqual([first.id, second.id].sort())
  })

  it('about what the workspace does not have says so, be it another one’s or nobody’s', async () => {
    const { id } = await ask('mine', { 'x-portcullis-trace-id': 'mine-1' })
    for (const [by, call, trace] of [
      [{}, 'nothing', 'nothing'],
      [{}, '01939a5e-0000-7000-8000-000000000000', ''],
      [other, id, 'mine-1'],
    ] as const) {
      const ofCall = await say({ call_id: call, value: -10 }, by)
      expect([ofCall.status, ofCall.json.error]).toMatchObject([
        404,
        { code: 'not_found', param: 'call_id', message: 'There is no call with this `call_id`.' },
      ])
      if (trace === '') continue
      const ofTrace = await say({ trace_id: trace, value: -10 }, by)
      expect([ofTrace.status, ofTrace.json.error]).toMatchObject([
        404,
        { code: 'not_found', param: 'trace_id', message: 'There is no call of this `trace_id`.' },
      ])
    }
    expect((await say({ call_id: id, trace_id: 'another', value: -10 })).json.error.param).toBe('trace_id')
    expect((await callNow(id)).feedback).toEqual([])
    expect(await found('feedback=bad')).not.toContain(id)
  })

  it('may come while the answer still does, about the call or its trace, and from its own workspace only', async () => {
    const messages = [{ role: 'user', content: 'one two three' }]
    const reading = await gateway.stream(
      '/v1/chat/completions',
      { model: 'demo/echo@60000ms', messages, stream: true },
      { headers: { 'x-portcullis-trace-id': 'still-going' } },
    )
    const id = String(reading.headers['x-portcullis-call-id'])
    expect((await say({ call_id: id, value: -1 }, other)).status).toBe(404)
    expect((await say({ trace_id: 'still-going', value: -1 }, other)).status).toBe(404)
    expect((await say({ call_id: id, value: 7 })).status).toBe(200)
    expect((await say({ trace_id: 'still-going', value: 8 })).status).toBe(200)
    reading.abort()
    const { feedback } = await gateway.call({ headers: reading.headers })
    expect(feedback).toMatchObject([{ value: 7 }, { value: 8 }])
  })

  it.each([
    [{ value: 1 }, 'call_id'],
    [{ call_id: 'a' }, 'value'],
    [{ call_id: 'a', value: 11 }, 'value'],
    [{ call_id: 'a', value: '5' }, 'value'],
    [{ call_id: 'a', value: 1, weight: 2 }, 'weight'],
    [{ call_id: 'a', value: 1, metadata: { deep: {} } }, 'metadata.deep'],
    [{ call_id: 'a', value: 1, comment: 'c'.repeat(4001) }, 'comment'],
    [{ call_id: 'a', value: 1, rating: 5 }, 'rating'],
    [{ call_id: 'a\u001b[31m', value: 1 }, 'call_id'],
    [{ call_id: 'a', value: 1, label: '\u001b[31m' }, 'label'],
    [{ call_id: 'a', value: 1, user: 'a\u009b' }, 'user'],
    [{ call_id: 'a', value: 1, comment: 'two\nlines \u001b[31m' }, 'comment'],
    [{ call_id: 'a', value: 1, metadata: { page: '\u0007' } }, 'metadata.page'],
  ])('%j is refused', async (body, param) => {
    const refused = await say(body)
    expect(refused.status).toBe(400)
    expect(refused.json.error.param).toBe(param)
  })

  it('wants a key, a method and no more than 64 KiB', async () => {
    expect((await say({ call_id: 'a', value: 1 }, { headers: { authorization: '' } })).status).toBe(401)
    expect((await gateway.get('/v1/feedback')).status).toBe(405)
    expect((await say({ call_id: 'a', value: 1, comment: 'c'.repeat(70_000) })).status).toBe(413)
  })

  it('goes with the call that it is about, and with the person who gave it', async () => {
    const control = (body: object): Promise<WireReply> =>
      post(`${gateway.controlUrl}/api/v1/erasures`, body, {
        method: 'POST',
        headers: { authorization: `Bearer ${gateway.adminToken}` },
      })
    const { id } = await ask('of nobody')
    await say({ call_id: id, value: 3, comment: 'from zoe', user: 'zoe' })
    await say({ call_id: id, value: 3, comment: 'from max', user: 'max' })
    expect((await callNow(id)).feedback).toHaveLength(2)
    await control({ workspace: 'default', user: 'zoe' })
    expect((await callNow(id)).feedback).toMatchObject([{ user: 'max' }])
  })
})
