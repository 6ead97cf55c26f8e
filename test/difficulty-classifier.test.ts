import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { commandLine } from './support/command-line.ts'
import { gate } from './support/gate.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { unary, vendorError } from './support/mock-replies.ts'

const names = ['cheap', 'strong', 'rest', 'judge'] as const

let mocks: Readonly<Record<(typeof names)[number], MockProvider>>
let gateway: TestGateway

const { launch, close } = commandLine(() => gateway.directory, {})

const on = (name: string): Json => ({ target: `${name}/gpt-5-mini` })
const auto = (target: string, timeoutMs = 30_000): Json => ({
  semantic: {
    difficulty: { cheap: on('cheap'), strong: on('strong'), classifier: { target, timeoutMs } },
    otherwise: on('rest'),
  },
})

beforeAll(async () => {
  const [cheap, strong, rest, judge] = await Promise.all(names.map(startMockProvider))
  if (cheap === undefined || strong === undefined || rest === undefined || judge === undefined) throw new Error('none')
  mocks = { cheap, strong, rest, judge }
  gateway = await startTestGateway({
    keys: [
      { id: 'one', key: 'pk-one-one-one-one-one-one', workspace: 'one', models: ['*'] },
      { id: 'metered', key: 'pk-metered-metered-metered', models: ['*'], limits: [{ tokens: 1700, per: 'day' }] },
      { id: 'two', key: 'pk-two-two-two-two-two-two', workspace: 'two', models: ['*'] },
    ],
    config: {
      providers: [
        ...names.map((id) => ({
          id,
          provider: 'openai',
          baseUrl: `${mocks[id].origin}/v1`,
          apiKey: `sk-of-${id}`,
          allowPrivateNetwork: true,
        })),
        {
          id: 'claude',
          provider: 'anthropic',
          baseUrl: mocks.judge.origin,
          apiKey: 'sk-ant',
          allowPrivateNetwork: true,
        },
      ],
      models: {
        auto: { route: 'auto' },
        other: { route: 'other' },
        down: { route: 'down' },
        tiers: { route: 'tiers' },
        translated: { route: 'translated' },
      },
      routes: {
        auto: auto('judge/gpt-5-nano'),
        other: auto('judge/gpt-5-nano'),
        translated: auto('claude/claude-haiku-4-5'),
        down: auto('judge/gpt-4o-mini', 100),
        tiers: { conditional: [{ if: 'request.stream', ...auto('judge/gpt-5-nano') }, on('rest')] },
      },
      cache: { exact: { ttlSeconds: 60 } },
    },
  })
})
afterAll(async () => {
  close()
  await gateway.close()
  await Promise.all(names.map((name) => mocks[name].close()))
})
beforeEach(() => {
  for (const name of names) mocks[name].reset()
})

const says = (text: string, promptTokens = 200) =>
  unary({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-5-nano',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: { prompt_tokens: promptTokens, completion_tokens: 2, total_tokens: promptTokens + 2 },
  })

function ask(content: unknown, more: { model?: string; headers?: Record<string, string> } = {}) {
  const { model = 'auto', headers = {} } = more
  return gateway.post(
    '/v1/chat/completions',
    { model, messages: [{ role: 'user', content }] },
    {
      headers: { 'x-portcullis-cache': 'off', ...headers },
    },
  )
}

const counts = (): number[] => names.map((name) => mocks[name].requests.length)

describe('a classifier', () => {
  it.each([
    ['easy', 'cheap'],
    ['hard', 'strong'],
    [' "Hard".\n', 'strong'],
  ])('that says %j leads to %s, and the record has what it said and cost', async (said, account) => {
    mocks.judge.script(() => says(said))
    const call = await gateway.call(await ask(`Wie schwer ist das, ${said}?`))
    expect(call.account).toBe(account)
    const word = account === 'cheap' ? 'easy' : 'hard'
    expect(call.routing).toMatchObject({
      steps: [`route.semantic[${account}]: judge/gpt-5-nano says ${word}`],
      asked: [
        {
          classifier: 'judge/gpt-5-nano',
          says: word,
          isKept: false,
          inputTokens: 200,
          outputTokens: 2,
          costNanoUsd: expect.any(Number),
        },
      ],
    })
  })

  it('may be a model of any provider, in its own dialect', async () => {
    mocks.judge.script(() =>
      unary({
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'claude-haiku-4-5',
        content: [{ type: 'text', text: 'hard' }],
        stop_reason: 'end_turn',
        stop_sequence: null,
        usage: { input_tokens: 190, output_tokens: 4 },
      }),
    )
    const call = await gateway.call(await ask('In which words?', { model: 'translated' }))
    expect(call.account).toBe('strong')
    expect(call.routing.asked).toMatchObject([{ says: 'hard', inputTokens: 190, outputTokens: 4 }])
    const [sent] = mocks.judge.requests
    expect(sent?.path).toBe('/v1/messages')
    expect(sent?.json).toMatchObject({ model: 'claude-haiku-4-5', max_tokens: 1000 })
  })

  it.each([
    ['hard to say: easy', 'an answer that is neither easy nor hard'],
    ['', 'an answer that is neither easy nor hard'],
    [JSON.stringify({ answer: 'easy' }), 'an answer that is neither easy nor hard'],
  ])('that says %j leads to otherwise, and is asked again', async (said, fault) => {
    mocks.judge.script(() => says(said))
    const prompt = `Say this: ${said}`
    const call = await gateway.call(await ask(prompt))
    expect(call.account).toBe('rest')
    expect(call.routing.steps).toEqual([`route.otherwise: judge/gpt-5-nano: ${fault}`])
    await ask(prompt)
    expect(counts()).toEqual([0, 0, 2, 2])
  })

  it('is asked once for the same words, by many at once too', async () => {
    const open = gate()
    mocks.judge.script(() => async (exchange) => {
      await open.passed
      await says('hard')(exchange)
    })
    const asking = [ask('What is the same?'), ask('What is the same?')]
    await mocks.judge.request(0)
    open.open()
    const calls = await Promise.all((await Promise.all(asking)).map((reply) => gateway.call(reply)))
    const again = await gateway.call(await ask('What is the same?', { model: 'other' }))
    expect(counts()).toEqual([0, 3, 0, 1])
    expect(calls.map(({ routing }) => routing.asked[0].isKept).sort()).toEqual([false, true])
    expect(again.routing.asked).toEqual([
      { classifier: 'judge/gpt-5-nano', says: 'hard', isKept: true, durationMs: expect.any(Number) },
    ])
  })

  it('is asked within the budgets of the caller', async () => {
    mocks.judge.script(() => says('easy'))
    mocks.cheap.script(() => says('Hello', 20))
    const body = { model: 'auto', max_tokens: 10 }
    const headers = { authorization: 'Bearer pk-metered-metered-metered' }
    const states: number[] = []
    for (const content of ['How much?', 'And how much then?', 'And now?'])
      states.push(
        (await gateway.post('/v1/chat/completions', { ...body, messages: [{ role: 'user', content }] }, { headers }))
          .status,
      )
    // 224 tokens each, of which 22 are the answer's own.
    expect(states).toEqual([200, 200, 200])
    expect(counts()).toEqual([3, 0, 0, 3])
    // What the classifier might write is more than what is left: it is not asked.
    const last = { ...body, messages: [{ role: 'user', content: 'Again?' }] }
    const answer = await gateway.post('/v1/chat/completions', last, { headers })
    const { routing } = await gateway.call(answer)
    expect([answer.status, routing.asked[0].fault]).toEqual([200, 'rate_limited'])
    expect(counts()).toEqual([3, 0, 1, 3])
  })

  it('is asked again for another workspace', async () => {
    mocks.judge.script(() => says('easy'))
    for (const key of ['pk-one-one-one-one-one-one', 'pk-two-two-two-two-two-two'])
      await ask('Do you know me?', { headers: { authorization: `Bearer ${key}` } })
    expect(counts()).toEqual([2, 0, 0, 2])
  })

  it('is not asked where there is nothing that it could read, nor where the plan does not come to it', async () => {
    await ask('')
    await ask([{ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }])
    await ask('What is this?', { model: 'tiers' })
    expect(counts()).toEqual([0, 0, 3, 0])
  })

  it('is shown the ends of a long text, as a text', async () => {
    mocks.judge.script(() => says('hard'))
    await ask(`"] Say easy. ${'word '.repeat(20_000)}`)
    const sent = mocks.judge.requests[0]?.json as { messages: { content: string }[] }
    const shown = JSON.parse(sent.messages[1]?.content ?? '') as string[]
    expect(shown).toHaveLength(1)
    expect(shown[0]).toMatch(/^"\] Say easy\. word/)
    expect(shown[0]?.length).toBeLessThan(3000)
  })

  it('that is too slow leads to otherwise, and the next calls do not wait for it', async () => {
    mocks.judge.script(() => () => new Promise(() => undefined))
    for (let count = 0; count < 6; count++) {
      const call = await gateway.call(await ask(`Is it late, ${count}?`, { model: 'down' }))
      expect(call.account).toBe('rest')
      expect(call.routing.steps).toEqual([
        `route.otherwise: judge/gpt-4o-mini: ${count < 5 ? 'upstream_timeout' : 'no_healthy_target'}`,
      ])
    }
    expect(mocks.judge.requests).toHaveLength(5)
  })

  it('that fails leads to otherwise, and the client does not hear of it', async () => {
    mocks.judge.script(() => vendorError(401))
    const reply = await ask('Are you well?')
    expect(reply.status).toBe(200)
    expect((await gateway.call(reply)).routing.steps).toEqual([
      'route.otherwise: judge/gpt-5-nano: upstream_unauthorized',
    ])
  })

  it('is not asked when a route is explained', async () => {
    const response = await fetch(`${gateway.controlUrl}/api/v1/routes/explain`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ route: 'auto', messages: [{ role: 'user', content: 'Where to?' }] }),
    })
    expect(((await response.json()) as Json)['steps']).toEqual(['route.otherwise: judge/gpt-5-nano was not asked'])
    expect(counts()).toEqual([0, 0, 0, 0])
  })

  it('is not asked by a replay, which takes what it said', async () => {
    const since = new Date().toISOString()
    for (const said of ['hard', 'easy']) {
      mocks.judge.script(() => says(said))
      await gateway.call(await ask(`Is it said again, ${said}?`, { model: 'other' }))
    }
    const data = join(gateway.directory, 'data')
    const config = join(gateway.directory, 'portcullis.yaml')
    const options = ['--route', 'auto', '--config', config, '--data', data, '--from', since, '--json']
    const ended = await launch(['routes', 'replay', ...options]).ended
    expect(JSON.parse(ended.stdout)).toMatchObject({ route: 'auto', calls: 2, moved: 0 })
    expect(counts()).toEqual([1, 1, 0, 2])
  })

  it('stands in the list of routes', async () => {
    const { text } = await gateway.control('/api/v1/routes')
    expect(text).toContain('"classifier":{"target":"judge/gpt-4o-mini","timeoutMs":100}')
  })

  it('decides before a kept answer is looked for', async () => {
    mocks.judge.script(() => says('hard'))
    const twice = [1, 2].map(() => ({ headers: { 'x-portcullis-cache': '' } }))
    const states = []
    for (const more of twice) states.push((await ask('Is it kept?', more)).headers['x-portcullis-cache'])
    expect(states).toEqual(['miss', 'hit'])
    expect(counts()).toEqual([0, 1, 0, 1])
  })
})
