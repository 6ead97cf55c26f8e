import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Json, WireReply } from './support/client.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const deafKey = 'pk-test-deaf-0123456789abcdefghijklmnopqr'
const quietKey = 'pk-test-quiet-0123456789abcdefghijklmnopq'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({
    config: {
      record: { baggage: ['tenant', 'team', '__proto__'] },
      workspaces: [
        { id: 'quiet', record: { bodies: 'off' } },
        { id: 'deaf', record: { baggage: [] } },
      ],
      routes: {
        'by-tenant': {
          conditional: [
            { if: 'metadata.tenant == "gold"', target: 'openai-mock/gpt-5' },
            { target: 'openai-mock/gpt-5-mini' },
          ],
        },
      },
      models: { fast: { target: 'openai-mock/gpt-5-mini' }, tenants: { route: 'by-tenant' } },
    },
    keys: [
      { id: 'quiet', key: quietKey, workspace: 'quiet', models: ['*'] },
      { id: 'deaf', key: deafKey, workspace: 'deaf', models: ['*'] },
    ],
  })
})
afterAll(() => bed.close())

const messages = [{ role: 'user', content: 'Who goes there?' }]

async function ask(headers: Readonly<Record<string, string>>, more: object = {}): Promise<WireReply> {
  // Node writes a head as UTF-8 when its body is a text.
  const body = Buffer.from(JSON.stringify({ model: 'fast', messages, ...more }))
  const reply = await bed.gateway.post('/v1/chat/completions', body, { headers })
  expect(reply.status).toBe(200)
  return reply
}

async function found(filters: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { status, json } = await bed.gateway.control(`/api/v1/calls?${new URLSearchParams(filters)}`)
  expect(status).toBe(200)
  return json.data.map(({ id }: Json) => id)
}

describe('what a client says of a call', () => {
  it('names the agent, and it is found by that, by each of its tags, and by the code of its error', async () => {
    const metadata = { agent: 'planner-7', tags: 'nightly, batch-7' }
    const header = { 'x-portcullis-metadata': JSON.stringify(metadata) }
    const [first, second] = [await ask(header), await ask({}, { metadata: { agent: 'planner-8', tags: 'batch-7' } })]
    const [planned, other] = [await bed.gateway.call(first), await bed.gateway.call(second)]
    expect([planned.agent, other.agent]).toEqual(['planner-7', 'planner-8'])
    expect(await found({ agent: 'planner-7' })).toEqual([planned.id])
    expect([...(await found({ tag: 'batch-7' }))].sort()).toEqual([planned.id, other.id].sort())
    expect(await found({ tag: 'nightly', agent: 'planner-7', 'metadata.tags': 'nightly, batch-7' })).toEqual([
      planned.id,
    ])
    expect(await found({ tag: 'nightly', agent: 'planner-8' })).toEqual([])
    const refused = await bed.gateway.post('/v1/chat/completions', { model: 'no-such-model', messages })
    const { id } = await bed.gateway.call(refused)
    expect(await found({ errorCode: 'unknown_model' })).toEqual([id])
    expect(await found({ errorCode: 'rate_limited' })).toEqual([])
  })

  it('brings no control characters into the record: of a header they are refused, of a body they are blanks', async () => {
    const esc = String.fromCharCode(27)
    const red = `a${esc}[31mb`
    for (const metadata of [{ team: red }, { [red]: 'search' }, { agent: red }]) {
      const headers = { 'x-portcullis-metadata': JSON.stringify(metadata) }
      const refused = await bed.gateway.post('/v1/chat/completions', { model: 'fast', messages }, { headers })
      expect([refused.status, refused.json.error.message]).toEqual([
        400,
        '`x-portcullis-metadata` takes no control characters.',
      ])
    }
    const metadata = { team: red, agent: red, tags: `x, ${red}`, [red]: 'left out' }
    const call = await bed.gateway.call(await ask({}, { metadata, user: red }))
    const plain = 'a [31mb'
    expect(call).toMatchObject({
      agent: plain,
      user: plain,
      metadata: { team: plain, agent: plain, tags: `x, ${plain}` },
    })
    const { input: _, ...record } = call
    expect(JSON.stringify(record)).not.toContain('u001b')
  })

  it('is looked for between two times, of which the first stands first', async () => {
    const reply = await bed.gateway.control('/api/v1/calls?from=2026-12-01&to=2026-11-01')
    expect([reply.status, reply.json.error]).toMatchObject([
      400,
      { param: 'from', message: '`from` is after `to`: there is no call between them.' },
    ])
  })

  it('is on its record: metadata of body and header, the trace, and the end user', async () => {
    const headers = {
      'x-portcullis-metadata': Buffer.from('{"team":"search","city":"Zürich"}').toString('latin1'),
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    }
    const body = { metadata: { team: 'body', feature: 'recap' }, user: 'u-1' }
    const call = await bed.gateway.call(await ask(headers, body))
    expect(call).toMatchObject({
      metadata: { team: 'search', city: 'Zürich', feature: 'recap' },
      traceId: '0af7651916cd43dd8448eb211c80319c',
      user: 'u-1',
    })
    expect(bed.openai.requests.at(-1)?.json).toMatchObject(body)
  })

  it('is what it carries along as baggage, of names that the workspace wants, behind what is said for the call', async () => {
    const baggage = 'tenant=gold;secret=1, team = a%20team ,user=anna,session.id=talk,__proto__=x,tenant=second'
    const call = await bed.gateway.call(await ask({ baggage }))
    expect(call).toMatchObject({ sessionId: 'talk', user: null })
    expect(Object.entries(call.metadata).sort()).toEqual([
      ['__proto__', 'x'],
      ['team', 'a team'],
      ['tenant', 'gold'],
    ])
    expect(await found({ 'metadata.tenant': 'gold' })).toContain(call.id)
    const said = { baggage, 'x-portcullis-metadata': '{"team":"header"}' }
    const other = await bed.gateway.call(await ask(said, { metadata: { tenant: 'body', team: 'body' } }))
    expect(other.metadata).toMatchObject({ tenant: 'body', team: 'header' })
    expect((await bed.gateway.call(await ask({ baggage }, { model: 'tenants' }))).model).toBe('gpt-5')
    const ofQuiet = await ask({ baggage, authorization: `Bearer ${quietKey}` }, { metadata: { tenant: 'body' } })
    expect((await bed.gateway.call(ofQuiet)).metadata).toMatchObject({ tenant: 'gold' })
    const ofDeaf = await bed.gateway.call(await ask({ baggage, authorization: `Bearer ${deafKey}` }))
    expect(ofDeaf).toMatchObject({ metadata: {}, sessionId: 'talk' })
  })

  it('is cut, and as if it were not there, where baggage is larger than it may be', async () => {
    const long = await bed.gateway.call(await ask({ baggage: `tenant=${'x'.repeat(5000)}` }))
    expect(long.metadata.tenant).toHaveLength(512)
    const entries = Array.from({ length: 200 }, (_, index) => `e${index}=1`)
    for (const baggage of [
      `tenant=gold,${'y=1,'.repeat(3000)}`,
      ['tenant=gold', ...entries].join(),
      'tenant=%ff',
      'tenant=%zz',
      'tenant=gold%0d%0ax: y',
      'tenant=%1b%5b2J',
      'tenant=%c2%85',
      'tenant',
    ])
      expect((await bed.gateway.call(await ask({ baggage }))).metadata).toEqual({})
    const twice = await bed.gateway.call(await ask({ baggage: 'tenant=%00,tenant=%,tenant=gold,tenant=second' }))
    expect(twice.metadata).toEqual({ tenant: 'gold' })
    // What is meant for the record is kept before it.
    const texts = Object.fromEntries(Array.from({ length: 32 }, (_, index) => [`n${index}`, 'x']))
    const full = { baggage: 'tenant=gold', 'x-portcullis-metadata': JSON.stringify(texts) }
    expect((await bed.gateway.call(await ask(full))).metadata).toEqual(texts)
  })

  it('is nothing where it says nothing', async () => {
    const call = await bed.gateway.call(await ask({ traceparent: 'of nobody' }))
    expect(call).toMatchObject({ metadata: {}, traceId: null, user: null })
  })

  it('finds the call again, with other filters and page by page', async () => {
    const say = (metadata: object, traceId: string): Readonly<Record<string, string>> => ({
      'x-portcullis-metadata': JSON.stringify(metadata),
      'x-portcullis-trace-id': traceId,
    })
    const ids: string[] = []
    for (const step of ['1', '2', '3']) {
      const reply = await ask(say({ run: 'r 7', 'a.b=c': step, _user: `u-${step}` }, 'trace 7'))
      ids.unshift((await bed.gateway.call(reply)).id)
    }
    await bed.gateway.call(await ask(say({ run: 'r 8', 'a.b=c': '1' }, 'trace 8')))
    expect(await found({ 'metadata.run': 'r 7' })).toEqual(ids)
    expect(await found({ 'metadata.run': 'r 7', 'metadata.a.b=c': '2', model: 'fast' })).toEqual([ids[1]])
    expect(await found({ 'metadata.run': 'r 7', model: 'clever' })).toEqual([])
    expect(await found({ 'metadata.run': 'R 7' })).toEqual([])
    expect(await found({ 'metadata.run': 'r 7', workspace: 'quiet' })).toEqual([])
    expect(await found({ 'metadata.run': 'r 7', status: 'error' })).toEqual([])
    expect(await found({ trace: 'trace 7' })).toEqual(ids)
    expect(await found({ trace: 'trace 7', user: 'u-3', key: 'team-a' })).toEqual([ids[0]])
    const paged: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query = new URLSearchParams({ 'metadata.run': 'r 7', limit: '2', cursor })
      const { json } = await bed.gateway.control(`/api/v1/calls?${query}`)
      paged.push(...json.data.map(({ id }: Json) => id))
      cursor = json.nextCursor
    }
    expect(paged).toEqual(ids)
  })

  it('is bounded: a header is refused, and of a body no more is kept', async () => {
    const send = (metadata: object): Promise<WireReply> =>
      bed.gateway.post(
        '/v1/chat/completions',
        { model: 'fast', messages },
        {
          headers: { 'x-portcullis-metadata': JSON.stringify(metadata) },
        },
      )
    const many = Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`n${index}`, 'x']))
    for (const wrong of [many, { secret: 'y'.repeat(513) }, { ['n'.repeat(129)]: 'x' }]) {
      const reply = await send(wrong)
      expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([400, 'invalid_request'])
      expect(reply.json.error.message).not.toContain('yyy')
    }
    const more = { metadata: { ...many, long: 'y'.repeat(5000) }, user: 'z'.repeat(5000) }
    const call = await bed.gateway.call(await ask({ 'x-portcullis-metadata': '{"own":"1"}' }, more))
    expect(Object.keys(call.metadata)).toHaveLength(32)
    expect(call.metadata.own).toBe('1')
    expect(call.user).toBe('z'.repeat(512))
    const filters = Object.keys(many).map((name) => `metadata.${name}=x`)
    const reply = await bed.gateway.control(`/api/v1/calls?${filters.join('&')}`)
    expect([reply.status, reply.json.error.param]).toEqual([400, 'metadata'])
  })

  it('is kept where bodies are not, as far as it is no part of one', async () => {
    const headers = { authorization: `Bearer ${quietKey}`, 'x-portcullis-metadata': '{"team":"search"}' }
    const call = await bed.gateway.call(await ask(headers, { metadata: { case: 'of a patient' }, user: 'u-2' }))
    expect(call).toMatchObject({ metadata: { team: 'search' }, user: null, input: null })
    expect(JSON.stringify(call)).not.toContain('patient')
  })
})

describe('what a client of Portkey says of a call', () => {
  it('is on its record, the metadata of the header before that of the config', async () => {
    const config = {
      metadata: { team: 'config', tier: 'root' },
      strategy: { mode: 'fallback' },
      targets: [{ provider: '@down' }, { provider: '@openai-mock', metadata: { tier: 'second' } }],
    }
    const reply = await bed.gateway.post(
      '/v1/chat/completions',
      { model: 'gpt-5-mini', messages },
      {
        headers: {
          'x-portkey-config': JSON.stringify(config),
          'x-portkey-metadata': '{"_user":"u-9","team":"header"}',
          'x-portkey-trace-id': 'trace-9',
        },
      },
    )
    expect(reply.status).toBe(200)
    const call = await bed.gateway.call(reply)
    expect(call).toMatchObject({
      metadata: { _user: 'u-9', team: 'header', tier: 'second' },
      traceId: 'trace-9',
      user: 'u-9',
    })
    expect(await found({ 'metadata.tier': 'second', user: 'u-9', trace: 'trace-9' })).toEqual([call.id])
  })

  it.each([
    ['POST', '/p/openai-mock/anything'],
    ['GET', '/v1/files'],
    ['GET', '/v1/responses/resp_of_nobody'],
    ['POST', '/v1/embeddings'],
  ])('is on the record of %s %s too', async (method, path) => {
    const headers = { 'x-portkey-metadata': '{"team":"other"}', 'x-portkey-trace-id': `trace ${path}` }
    const body = method === 'GET' ? undefined : { model: 'openai-mock/x', input: 'Hi' }
    const reply = await bed.gateway.post(path, body, { method, headers })
    expect(await bed.gateway.call(reply)).toMatchObject({ metadata: { team: 'other' }, traceId: `trace ${path}` })
  })

  it.each(['[]', '{"n":1}', `{"secret":"${'y'.repeat(129)}"}`])('is refused as %s in a config', async (metadata) => {
    const reply = await bed.gateway.post(
      '/v1/chat/completions',
      { model: 'gpt-5-mini', messages },
      {
        headers: { 'x-portkey-config': `{"provider":"openai","metadata":${metadata}}` },
      },
    )
    expect(reply.status).toBe(400)
    expect(reply.json.error.message).toContain('`x-portkey-config.metadata` takes a JSON object of at most 32 texts')
    expect(reply.text).not.toContain('yyy')
  })
})
