import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Json, type PostOptions, post, type WireReply } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type GivenSpan, newSpanId, newTraceId, otlpJson } from './support/spans.ts'

const keyOf = (workspace: string): string => `pk-of-${workspace}-0123456789abcdef`

let gateway: TestGateway
let redToken: string
beforeAll(async () => {
  gateway = await startTestGateway({
    keys: ['red', 'blue', 'quiet'].map((workspace) => ({ id: `of-${workspace}`, key: keyOf(workspace), workspace })),
    config: { workspaces: [{ id: 'quiet', record: { bodies: 'off' } }] },
  })
  const made = { id: 'red-viewer', owner: 'a test', role: 'viewer', workspace: 'red' }
  const { json } = await post(`${gateway.controlUrl}/api/v1/management-keys`, made, {
    headers: { authorization: `Bearer ${gateway.adminToken}` },
  })
  redToken = json.key
})
afterAll(() => gateway.close())

let traceId: string
beforeEach(() => {
  traceId = newTraceId()
})

const sendAs = (workspace: string, body: unknown, { headers = {} }: PostOptions = {}): Promise<WireReply> =>
  gateway.post('/v1/traces', body, { headers: { authorization: `Bearer ${keyOf(workspace)}`, ...headers } })
const spansAs = (workspace: string, spans: readonly GivenSpan[]): Promise<WireReply> =>
  sendAs(workspace, otlpJson(spans))
const traceAs = (token: string, path = traceId): Promise<WireReply> =>
  post(`${gateway.controlUrl}/api/v1/traces/${path}`, undefined, {
    method: 'GET',
    headers: { authorization: `Bearer ${token}` },
  })
const shown = async (): Promise<Json> => (await traceAs(gateway.adminToken)).json
const step = (): GivenSpan => ({ traceId, spanId: newSpanId() })

describe('spans of another workspace', () => {
  it('whose parent is forged stand on their own, and are nothing to those who see that trace', async () => {
    const [root, forged] = [newSpanId(), newSpanId()]
    const headers = { authorization: `Bearer ${keyOf('red')}`, traceparent: `00-${traceId}-${root}-01` }
    const question = { model: 'demo/echo', messages: [{ role: 'user', content: 'mine' }] }
    const call = await gateway.call(await gateway.post('/v1/chat/completions', question, { headers }))
    const ofCall = call.id.replaceAll('-', '').slice(16)
    await spansAs('red', [{ traceId, spanId: root, name: 'red root' }])
    await spansAs('blue', [
      { traceId, spanId: forged, parentSpanId: root, name: 'blue says' },
      { traceId, spanId: newSpanId(), parentSpanId: ofCall, name: 'blue says' },
      // The same id as a span of the other, and as its call.
      { traceId, spanId: root, name: 'blue says' },
      { traceId, spanId: ofCall, name: 'blue says' },
    ])
    const seen = await traceAs(redToken)
    expect(seen.text).not.toContain('blue')
    expect(seen.json.tree).toMatchObject([{ id: root, name: 'red root', children: [{ id: call.id, children: [] }] }])
    const all = (await shown()).tree
    expect(all.map(({ workspace, name }: Json) => name ?? workspace).sort()).toEqual([
      'blue says',
      'blue says',
      'red root',
    ])
    expect(all.find(({ name }: Json) => name === 'red root').children).toMatchObject([{ id: call.id, children: [] }])
  })

  it('are as those that are not there, whatever id is guessed and whatever the body says of its workspace', async () => {
    const attributes = { 'portcullis.workspace': 'red', workspace: 'red' }
    await sendAs('blue', otlpJson([{ ...step(), attributes }], { service: 'red' }), {
      headers: { 'x-portcullis-workspace': 'red' },
    })
    const [foreign, missing] = [await traceAs(redToken), await traceAs(redToken, newTraceId())]
    expect([foreign.status, foreign.json]).toEqual([missing.status, missing.json])
    expect(foreign.json.error.code).toBe('not_found')
    expect((await traceAs(redToken, `${traceId}?workspace=blue`)).json.error.code).toBe('permission_denied')
    expect((await traceAs(gateway.adminToken, `${traceId}?workspace=red`)).status).toBe(404)
    expect((await shown()).tree).toMatchObject([{ workspace: 'blue', key: 'of-blue' }])
  })
})

describe('spans of a workspace that keeps nothing of what is said', () => {
  it('have no text but those that are known to say how it went, not even in its files', async () => {
    const secret = 'the patient is called Anna'
    await spansAs('quiet', [
      {
        ...step(),
        status: { code: 2, message: secret },
        attributes: {
          'gen_ai.input.messages': secret,
          'some.new.framework.prompt': secret,
          'gen_ai.request.model': 'm-1',
          'gen_ai.response.finish_reasons': ['stop'],
          'embedding.vector': [0.1, 0.2],
          nested: { 'gen_ai.request.model': secret },
          'gen_ai.usage.input_tokens': 3,
          // A name that is known, with what nobody would call so.
          'gen_ai.tool.name': secret.repeat(100),
        },
        events: [{ name: 'gen_ai.choice', attributes: { message: secret, index: 0 } }],
      },
    ])
    const [span] = (await shown()).tree
    expect(span).toMatchObject({
      hasContent: false,
      dropped: 7,
      isError: true,
      attributes: {
        'gen_ai.request.model': 'm-1',
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.usage.input_tokens': 3,
      },
      events: [{ name: 'gen_ai.choice', attributes: { index: 0 } }],
    })
    const { DatabaseSync } = await import('node:sqlite')
    const database = new DatabaseSync(`${gateway.directory}/data/calls.db`, { readOnly: true })
    const [row] = database.prepare('SELECT * FROM spans WHERE trace_id = ?').all(traceId)
    database.close()
    expect(JSON.stringify(row)).not.toContain('Anna')
  })
})

describe('what was said in a span', () => {
  it('is for those who may read what was said in calls, and who read it stands in the audit log', async () => {
    const made = { id: 'red-developer', owner: 'a test', role: 'developer', workspace: 'red' }
    const { json } = await post(`${gateway.controlUrl}/api/v1/management-keys`, made, {
      headers: { authorization: `Bearer ${gateway.adminToken}` },
    })
    const spanId = newSpanId()
    const events = [{ name: 'choice', attributes: { index: 1, text: 'event of red' } }]
    const attributes = { 'input.value': 'said in red', size: 2 }
    await spansAs('red', [{ traceId, spanId, attributes, events, status: { code: 2, message: 'fault of red' } }])
    await spansAs('blue', [{ traceId, spanId, attributes: { 'input.value': 'said in blue' } }])
    const path = `${traceId}/spans/${spanId}`
    const read = await traceAs(json.key, path)
    expect(read.json).toMatchObject({
      id: spanId,
      workspace: 'red',
      attributes: { size: 2 },
      content: {
        attributes: { 'input.value': 'said in red' },
        events: { 0: { text: 'event of red' } },
        status: 'fault of red',
      },
    })
    expect((await traceAs(redToken, path)).json.error.code).toBe('permission_denied')
    expect((await traceAs(json.key, `${path}?workspace=blue`)).json.error.code).toBe('permission_denied')
    const ofBlue = await traceAs(gateway.adminToken, `${path}?workspace=blue`)
    expect(ofBlue.json.content).toEqual({ attributes: { 'input.value': 'said in blue' } })
    expect((await traceAs(gateway.adminToken, `${traceId}/spans/${newSpanId()}`)).json.error.code).toBe('not_found')
    const audit = await gateway.control('/api/v1/audit?limit=200')
    expect(audit.json.data.filter(({ action }: Json) => action === 'span-read')).toMatchObject([
      { actor: 'management-key:red-developer', subject: `${traceId}/${spanId}`, details: { workspace: 'red' } },
      { actor: 'admin-token', subject: `${traceId}/${spanId}`, details: { workspace: 'blue' } },
    ])
  })

  it('goes with the person, with all of the trace, and the certificate says how many spans', async () => {
    const attributes = { 'input.value': 'of Anna' }
    await spansAs('red', [
      { ...step(), attributes },
      { ...step(), attributes: { ...attributes, 'user.id': 'anna' } },
    ])
    await spansAs('blue', [{ ...step(), attributes: { 'user.id': 'anna' } }])
    const { json } = await post(
      `${gateway.controlUrl}/api/v1/erasures`,
      { workspace: 'red', user: 'anna' },
      { headers: { authorization: `Bearer ${gateway.adminToken}` } },
    )
    expect(json).toMatchObject({ calls: 0, spans: 2, heldSpans: 0 })
    expect((await shown()).tree).toMatchObject([{ workspace: 'blue' }])
  })
})

describe('what a key sends as spans', () => {
  it('is refused without a key, with a strange one, and as what it is not, in the form of OTLP', async () => {
    const none = await post(`${gateway.url}/v1/traces`, otlpJson([step()]))
    expect([none.status, none.json]).toEqual([401, { code: 16, message: expect.any(String) }])
    const strange = await post(`${gateway.url}/v1/traces`, Buffer.from([1, 2, 3]), {
      headers: { authorization: 'Bearer pk-nobody', 'content-type': 'application/x-protobuf' },
    })
    expect([strange.status, strange.headers['content-type']]).toEqual([401, 'application/x-protobuf'])
    // Field 1, a number: 16.
    expect([...strange.body.subarray(0, 2)]).toEqual([8, 16])
    for (const [headers, status] of [
      [{ 'content-type': 'text/plain' }, 415],
      [{ 'content-encoding': 'br' }, 415],
      [{ 'content-encoding': 'gzip' }, 400],
      [{ 'content-type': 'application/x-protobuf' }, 400],
    ] as const) {
      const reply = await sendAs('red', otlpJson([step()]), { headers })
      expect([headers, reply.status]).toEqual([headers, status])
      expect(reply.headers['content-type']).toBe(
        headers['content-type'] === 'application/x-protobuf' ? 'application/x-protobuf' : 'application/json',
      )
    }
    for (const body of [
      '',
      '[]',
      '{"resourceSpans":7}',
      '{"resourceSpans":[7]}',
      '{"resourceSpans":[{"scopeSpans":[[]]}]}',
      '{"x":',
    ])
      expect([body, (await sendAs('red', body)).status]).toEqual([body, 400])
    expect((await traceAs(gateway.adminToken)).status).toBe(404)
  })

  it('is not unpacked beyond a bound, and what is too large as it is sent is not read', async () => {
    const bomb = gzipSync(Buffer.alloc(128 * 2 ** 20))
    const reply = await sendAs('red', bomb, { headers: { 'content-encoding': 'gzip' } })
    expect([reply.status, reply.json.message]).toEqual([413, expect.stringContaining('when it is unpacked')])
    const grown = gzipSync(Buffer.alloc(8 * 2 ** 20 + 1, ' '))
    expect((await sendAs('red', grown, { headers: { 'content-encoding': 'gzip' } })).status).toBe(413)
    const large = await sendAs('red', Buffer.alloc(9 * 2 ** 20, ' '))
    expect(large.status).toBe(413)
    // It goes on.
    expect((await spansAs('red', [step()])).status).toBe(200)
  })

  it('is taken up to ten thousand spans, and the others are said to be refused', async () => {
    const span = `{"traceId":"${traceId}","spanId":"`
    const spans = Array.from({ length: 1_000_000 }, (_, index) => `{"spanId":"${index}"}`)
    spans[0] = `${span}${newSpanId()}"}`
    const body = gzipSync(
      `{"resourceSpans":[{"scopeSpans":[{"spans":[${spans
        .join(',')
        .slice(0, 7 * 2 ** 20)
        .replace(/,[^,]*$/, '')}]}]}]}`,
    )
    const reply = await sendAs('red', body, { headers: { 'content-encoding': 'gzip' } })
    expect(reply.status).toBe(200)
    const { rejectedSpans, errorMessage } = reply.json.partialSuccess
    expect(Number(rejectedSpans)).toBeGreaterThan(300_000)
    expect(errorMessage).toMatch(/At most 10000 spans/)
    expect((await shown()).tree).toHaveLength(1)
  })

  it('is kept up to so many bytes in a minute, for each key, and calls go on', async () => {
    const limited = await startTestGateway({
      limits: { maxSpanBytesPerMinute: 2000 },
      keys: [{ id: 'other', key: keyOf('other'), workspace: 'default' }],
    })
    try {
      const send = (headers = {}): Promise<WireReply> =>
        limited.post('/v1/traces', otlpJson([{ ...step(), attributes: { text: 'x'.repeat(1500) } }]), { headers })
      expect([(await send()).status, (await send()).status]).toEqual([200, 200])
      const refused = await send()
      expect([refused.status, refused.json.code]).toEqual([429, 8])
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(1)
      // A bomb costs what was unpacked of it, though nothing of it is kept.
      const authorization = `Bearer ${keyOf('other')}`
      expect((await send({ authorization })).status).toBe(200)
      const headers = { authorization, 'content-encoding': 'gzip' }
      expect((await limited.post('/v1/traces', gzipSync(Buffer.alloc(9 * 2 ** 20)), { headers })).status).toBe(413)
      const waits = await send({ authorization })
      expect([waits.status, Number(waits.headers['retry-after']) > 3600]).toEqual([429, true])
      const question = { model: 'demo/echo', messages: [{ role: 'user', content: 'Hello' }] }
      expect((await limited.post('/v1/chat/completions', question)).status).toBe(200)
    } finally {
      await limited.close()
    }
  })

  it('has bounds for each part of a span', async () => {
    const deep = (depth: number): unknown => (depth === 0 ? 'end' : { in: deep(depth - 1) })
    const wide = (depth: number): unknown => (depth === 0 ? 'x' : Array.from({ length: 200 }, () => wide(depth - 1)))
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`number.${index}`, index]))
    const [wideId, manyId] = [newSpanId(), newSpanId()]
    await spansAs('red', [
      {
        traceId,
        spanId: wideId,
        name: 'n'.repeat(5000),
        attributes: { long: 'x'.repeat(100_000), deep: deep(40), wide: wide(2), __proto__: 'kept' },
        events: Array.from({ length: 200 }, () => ({ name: 'e' })),
      },
      { traceId, spanId: manyId, startMs: 1, attributes: many },
    ])
    const [first, second] = (await shown()).tree
    expect(first.name).toHaveLength(256)
    expect(first.events).toHaveLength(64)
    expect(Object.keys(second.attributes)).toHaveLength(128)
    expect([first.dropped, second.dropped]).toEqual([137, 372])
    const { DatabaseSync } = await import('node:sqlite')
    const database = new DatabaseSync(`${gateway.directory}/data/calls.db`, { readOnly: true })
    const row = database.prepare('SELECT content FROM spans WHERE span_id = ?').get(wideId)
    database.close()
    expect(String(row?.['content']).length).toBeLessThan(40_000)
  })

  it('may nest as deep as it likes: nothing of it is followed', async () => {
    const json = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"${traceId}","spanId":"${newSpanId()}","attributes":[{"key":"a","value":${'{"arrayValue":{"values":['.repeat(100_000)}${']}}'.repeat(100_000)}}]}]}]}]}`
    expect([200, 400]).toContain((await sendAs('red', json)).status)
    // Lengths that end where the body ends, in one another: `AnyValue` of a list of one `AnyValue`, and so on.
    let value: Buffer = Buffer.alloc(0)
    const field = (number: number, inner: Buffer): Buffer => {
      const length: number[] = []
      for (let left = inner.length; ; left = Math.floor(left / 128)) {
        length.push((left & 127) | (left > 127 ? 128 : 0))
        if (left <= 127) break
      }
      return Buffer.concat([Buffer.from([number * 8 + 2, ...length]), inner])
    }
    for (let depth = 0; depth < 3000; depth++) value = field(5, field(1, value))
    const attribute = field(9, Buffer.concat([field(1, Buffer.from('deep')), field(2, value)]))
    const ids = [field(1, Buffer.from(traceId, 'hex')), field(2, Buffer.from(newSpanId(), 'hex'))]
    const body = field(1, field(2, field(2, Buffer.concat([...ids, attribute]))))
    const headers = { 'content-type': 'application/x-protobuf' }
    expect((await sendAs('red', body, { headers })).status).toBe(200)
    // Groups, which no message of OTLP has.
    expect((await sendAs('red', Buffer.alloc(2 ** 20, 0x0b), { headers })).status).toBe(400)
    expect((await spansAs('red', [step()])).status).toBe(200)
  })

  it('makes no tree without end, and none that is too deep to be shown', async () => {
    const ids = Array.from({ length: 3000 }, newSpanId)
    const chain = ids.map((spanId, index) => ({
      traceId,
      spanId,
      ...(index === 0 ? {} : { parentSpanId: ids[index - 1] ?? '' }),
    }))
    const [one, other, self] = [newSpanId(), newSpanId(), newSpanId()]
    const circle = [
      { traceId, spanId: one, parentSpanId: other, startMs: 10 },
      { traceId, spanId: other, parentSpanId: one, startMs: 11 },
      { traceId, spanId: self, parentSpanId: self, startMs: 12 },
    ]
    await spansAs('red', [...chain, ...circle])
    // So many may be stored later than a reader waits.
    const roots = async (): Promise<unknown> => (await shown()).tree?.map(({ id }: Json) => id)
    await expect.poll(roots, { timeout: 10_000 }).toEqual([ids[0], one, self])
    const { tree } = await shown()
    const count = (nodes: readonly Json[]): number =>
      nodes.reduce((sum: number, { children }) => sum + 1 + count(children), 0)
    expect(count(tree)).toBe(3003)
    const depth = (nodes: readonly Json[]): number =>
      nodes.length === 0 ? 0 : 1 + Math.max(...nodes.map(({ children }) => depth(children)))
    expect(depth(tree)).toBe(64)
  })

  it('comes from a program that is out of its mind: times and numbers of any kind', async () => {
    const attributes = { 'gen_ai.usage.input_tokens': -5, 'gen_ai.usage.output_tokens': 1e300, 'user.id': '' }
    const long = otlpJson([step()]) as Json
    Object.assign(long.resourceSpans[0].scopeSpans[0].spans[0], {
      startTimeUnixNano: '1',
      endTimeUnixNano: String(2n ** 64n - 1n),
    })
    expect((await sendAs('red', long)).status).toBe(200)
    expect((await shown()).tree[0].durationMs).toBeGreaterThan(1e12)
    traceId = newTraceId()
    const odd = otlpJson([{ ...step(), kind: 99, attributes, startMs: -8.64e15 / 1000 }]) as Json
    const [span] = odd.resourceSpans[0].scopeSpans[0].spans
    span.startTimeUnixNano = '99999999999999999999'
    span.endTimeUnixNano = 'never'
    expect((await sendAs('red', odd)).status).toBe(200)
    const trace = await shown()
    expect(trace).toMatchObject({ inputTokens: 0, costUsd: 0, durationMs: 0 })
    expect(trace.tree).toMatchObject([
      { kind: 'internal', inputTokens: null, outputTokens: null, user: null, durationMs: 0 },
    ])
  })
})

describe('a search in spans', () => {
  const search = (token: string, query: string): Promise<WireReply> =>
    post(`${gateway.controlUrl}/api/v1/spans?${query}`, undefined, {
      method: 'GET',
      headers: { authorization: `Bearer ${token}` },
    })

  it('finds those of the own workspace, and says nothing of what was said to who may not read it', async () => {
    const said = { 'gen_ai.input.messages': 'a very private word' }
    await spansAs('red', [{ ...step(), name: 'red step', attributes: said }])
    await spansAs('blue', [{ ...step(), name: 'blue step', attributes: said }])
    const own = await search(redToken, `trace=${traceId}`)
    expect(own.json.data.map(({ name }: Json) => name)).toEqual(['red step'])
    expect(own.text).not.toContain('private')
    expect((await search(redToken, `trace=${traceId}&workspace=blue`)).status).toBe(403)
    expect((await search(redToken, `trace=${traceId}&q=private`)).json.data).toEqual([])
    expect((await search(gateway.adminToken, `trace=${traceId}&q=private`)).json.data).toHaveLength(2)
    for (const wrong of ['cursor=x', 'limit=1000', 'colour=red', `q=${'x'.repeat(201)}`, 'from=yesterday'])
      expect([wrong.slice(0, 20), (await search(gateway.adminToken, wrong)).status]).toEqual([wrong.slice(0, 20), 400])
    const { data } = (await gateway.control('/api/v1/audit?limit=200')).json
    const looked = data.filter(({ action }: Json) => action === 'calls-searched')
    expect(looked).toMatchObject([{ details: { in: 'spans', found: 2 } }])
    expect(JSON.stringify(data)).not.toContain('private')
  })
})
