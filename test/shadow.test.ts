import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Json, type PostOptions, post, type WireReply } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, type MockReply, startMockProvider } from './support/mock-provider.ts'
import { eventsOf, fixture, fixtureReply, heldReply, liveStream, stream, vendorError } from './support/mock-replies.ts'

let main: MockProvider
let other: MockProvider
let gateway: TestGateway

beforeAll(async () => {
  ;[main, other] = await Promise.all([startMockProvider(), startMockProvider()])
  const account = (id: string, { origin }: MockProvider, provider: string): Json => ({
    id,
    provider,
    baseUrl: `${origin}/v1`,
    apiKey: `sk-of-${id}`,
    allowPrivateNetwork: true,
  })
  const routes = {
    copied: { target: 'main/gpt-5-mini', cache: 'off', shadow: { target: 'other/gpt-5-nano', percent: 100 } },
    translated: {
      target: 'main/gpt-5-mini',
      cache: 'off',
      shadow: { target: 'claude/claude-haiku-4-5', percent: 100 },
    },
    never: { target: 'main/gpt-5-mini', cache: 'off', shadow: { target: 'other/gpt-5-nano', percent: 0 } },
    planned: { target: 'main/gpt-5-mini', cache: 'off', shadow: { route: 'pair', percent: 100 } },
    pair: { fallback: [{ target: 'other/gpt-5-nano' }, { target: 'other/gpt-5-mini' }] },
    kept: { target: 'main/gpt-5-mini', shadow: { target: 'other/gpt-5-nano', percent: 100 } },
  }
  gateway = await startTestGateway({
    config: {
      providers: [
        account('main', main, 'openai'),
        account('other', other, 'openai'),
        account('claude', other, 'anthropic'),
      ],
      models: Object.fromEntries(Object.keys(routes).map((route) => [route, { route }])),
      routes,
      cache: { exact: { ttlSeconds: 60 } },
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await Promise.all([main.close(), other.close()])
})
beforeEach(() => {
  main.reset()
  other.reset()
})

const messages = [{ role: 'user', content: 'Hello' }]
const ask = (model: string, more: Json = {}, options?: PostOptions): Promise<WireReply> =>
  gateway.post('/v1/chat/completions', { model, messages, ...more }, options)

/** The record of the copy of the call that gave this reply, as soon as it is there. */
async function copyOf({ headers }: Pick<WireReply, 'headers'>): Promise<Json> {
  const id = headers['x-portcullis-call-id']
  const isCopy = ({ shadowOf }: Json): boolean => shadowOf === id
  const copy = (await gateway.callsUntil((calls) => calls.some(isCopy))).find(isCopy)
  return (await gateway.control(`/api/v1/calls/${copy.id}`)).json
}

describe('a route with a shadow', () => {
  it('sends a copy elsewhere, gives its client its own answer, and compares the two', async () => {
    const reply = await ask('copied')
    expect(reply.status).toBe(200)
    expect(reply.headers['x-portcullis-account']).toBe('main')
    const copy = await copyOf(reply)
    const call = await gateway.call(reply)
    expect(call).toMatchObject({ account: 'main', model: 'gpt-5-mini', shadowOf: null, route: 'copied' })
    expect(copy).toMatchObject({
      account: 'other',
      model: 'gpt-5-nano',
      key: 'team-a',
      workspace: 'default',
      requestedModel: 'copied',
      status: 200,
      input: call.input,
      output: call.output,
      comparison: {
        isSameText: true,
        status: { original: 200, shadow: 200 },
        costUsd: { original: call.costUsd, shadow: copy.costUsd },
      },
    })
    // Each is billed by the price of its own model.
    expect(copy.costUsd).toBeGreaterThan(0)
    expect(copy.costUsd).toBeLessThan(call.costUsd)
    expect(copy.comparison.textLength.shadow).toBeGreaterThan(0)
    expect(main.requests).toHaveLength(1)
    expect(other.requests).toHaveLength(1)
  })

  it('has copies of the same person and trace as the calls, so that they are shown and erased with them', async () => {
    const traceparent = `00-${'5'.repeat(32)}-${'6'.repeat(16)}-01`
    const reply = await ask('copied', { user: 'anna' }, { headers: { traceparent } })
    const copy = await copyOf(reply)
    expect(copy).toMatchObject({ user: 'anna', traceId: '5'.repeat(32), parentSpanId: '6'.repeat(16) })
    const trace = (await gateway.control(`/api/v1/traces/${'5'.repeat(32)}`)).json
    expect(trace.calls).toMatchObject([{ shadowOf: null, copies: [{ id: copy.id }] }])
    expect(trace.tree).toMatchObject([{ id: trace.calls[0].id, children: [{ id: copy.id, children: [] }] }])
    const subject = { workspace: 'default', user: 'anna' }
    const headers = { authorization: `Bearer ${gateway.adminToken}` }
    expect((await post(`${gateway.controlUrl}/api/v1/erasures`, subject, { headers })).json.calls).toBe(2)
    expect((await gateway.control(`/api/v1/calls/${copy.id}`)).json).toMatchObject({ input: null, isErased: true })
  })

  it('copies streams, and translates for providers of other dialects', async () => {
    const reply = await ask('translated', { stream: true })
    expect(reply.text).toContain('data: [DONE]')
    const copy = await copyOf(reply)
    expect(copy).toMatchObject({ account: 'claude', providerDialect: 'anthropic-messages', stream: true, status: 200 })
    expect(copy.comparison).toMatchObject({ isSameText: true, outputTokens: { shadow: copy.outputTokens } })
    expect(copy.outputTokens).toBeGreaterThan(0)
  })

  it('follows the plan of another route', async () => {
    other.reply(vendorError(503))
    const copy = await copyOf(await ask('planned'))
    expect(copy.attempts.map(({ model }: Json) => model)).toEqual(['gpt-5-nano', 'gpt-5-mini'])
    expect(copy.status).toBe(200)
  })

  it('answers although its copy fails, and records that', async () => {
    other.script(() => vendorError(500))
    const reply = await ask('copied')
    expect(reply.status).toBe(200)
    expect(await copyOf(reply)).toMatchObject({ status: 500, comparison: { isSameText: null } })
  })

  it('makes no copy of a call that failed, at 0 percent, or that the cache answers', async () => {
    main.reply(vendorError(400))
    expect((await ask('copied')).status).toBe(400)
    for (let time = 0; time < 5; time++) expect((await ask('never')).status).toBe(200)
    await copyOf(await ask('kept'))
    for (let time = 0; time < 3; time++) expect((await ask('kept')).headers['x-portcullis-cache']).toBe('hit')
    // One more copy, behind all that there might be.
    await copyOf(await ask('copied'))
    expect(other.requests).toHaveLength(2)
  })

  it('is not taken for a repetition by a provider', async () => {
    await copyOf(await ask('copied', {}, { headers: { 'idempotency-key': 'once', 'x-client-request-id': 'seen' } }))
    expect(main.requests[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f]{64}$/)
    expect(other.requests[0]?.headers['idempotency-key']).toBeUndefined()
    expect(other.requests[0]?.headers['x-client-request-id']).toBe('seen')
  })

  it('neither waits for copies nor makes any number of them, and tells how many it did not make', async () => {
    const held = Promise.withResolvers<void>()
    const hold: (request: Parameters<typeof fixtureReply>[0]) => MockReply = (request) => async (exchange) => {
      await held.promise
      await fixtureReply(request)(exchange)
    }
    other.script(hold)
    const replies: WireReply[] = []
    for (let time = 0; time < 34; time++) replies.push(await ask('copied'))
    expect(replies.every(({ status }) => status === 200)).toBe(true)
    expect((await gateway.control('/metrics')).text).toMatch(/^portcullis_shadows_dropped_total 2$/m)
    held.resolve()
    for (const reply of replies.slice(31, 32)) expect(await copyOf(reply)).toMatchObject({ status: 200 })
  })

  it('is listed with it', async () => {
    const { json } = await gateway.control('/api/v1/routes')
    expect(json.data[0].shadow).toEqual({ percent: 100, plan: { target: 'other/gpt-5-nano' } })
    expect(json.data.at(-2)).toMatchObject({ id: 'pair', shadow: null })
  })

  it('goes on when the client leaves', async () => {
    const live = liveStream()
    const held = heldReply()
    main.reply(live.reply)
    other.reply(held.reply)
    const asking = gateway.stream('/v1/chat/completions', { model: 'copied', messages, stream: true })
    await live.started
    await live.send(eventsOf(fixture('openai/chat-completion.sse'))[0] ?? '')
    const client = await asking
    await held.arrived
    client.abort()
    expect(await main.requests[0]?.ended).toBe('aborted')
    held.release(stream(fixture('openai/chat-completion.sse')))
    const copy = await copyOf(client)
    expect(copy.status).toBe(200)
    expect((await gateway.call(client)).errorCode).toBe('client_closed')
  })

  it('counts as one call in the metrics, with what both cost', async () => {
    const { text } = await gateway.control('/metrics')
    expect(text).toMatch(/^portcullis_calls_total\{provider="openai",account="main",.*status="2xx"/m)
    expect(text).not.toMatch(/^portcullis_calls_total\{provider="openai",account="other"/m)
    expect(text).toMatch(/^portcullis_shadow_calls_total\{provider="openai",account="other",model="gpt-5-nano"/m)
    expect(text).toMatch(/^portcullis_cost_usd_total\{provider="openai",account="other"/m)
    expect(text).not.toMatch(/^portcullis_call_duration_ms_count\{provider="openai",account="other"/m)
  })
})
