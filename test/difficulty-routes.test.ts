import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { commandLine } from './support/command-line.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { vendorError } from './support/mock-replies.ts'

const names = ['cheap', 'strong', 'rest'] as const

let mocks: Readonly<Record<(typeof names)[number], MockProvider>>
let gateway: TestGateway

const { launch, close } = commandLine(() => gateway.directory, {})

const on = (name: string): Json => ({ target: `${name}/gpt-5-mini` })

beforeAll(async () => {
  const [cheap, strong, rest] = await Promise.all([startMockProvider(), startMockProvider(), startMockProvider()])
  mocks = { cheap, strong, rest }
  gateway = await startTestGateway({
    config: {
      providers: names.map((id) => ({
        id,
        provider: 'openai',
        baseUrl: `${mocks[id].origin}/v1`,
        apiKey: `sk-of-${id}`,
        allowPrivateNetwork: true,
      })),
      models: { auto: { route: 'auto' } },
      routes: {
        auto: {
          semantic: {
            difficulty: { cheap: { fallback: [on('cheap'), on('strong')] }, strong: on('strong'), strongShare: 0.3 },
            otherwise: on('rest'),
          },
        },
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

const poem = 'Write a short poem about the first snow of the year'
const problem = `A train leaves at 9:40 with a speed of 80 km per hour, and a second one 25 minutes later at 110 km per hour. After how
many minutes does the second train overtake the first, and what is the total distance that both have gone by then?`

const off = { 'x-portcullis-cache': 'off' }

function ask(content: unknown, more: Json = {}) {
  const body = { model: 'auto', messages: [{ role: 'user', content }], ...more }
  return gateway.post('/v1/chat/completions', body, { headers: off })
}

describe('a route by difficulty', () => {
  it.each([
    [poem, 'cheap', /^route\.semantic\[cheap\]: difficulty 0\.\d{3}, threshold 0\.\d{3}: creative -/],
    [problem, 'strong', /^route\.semantic\[strong\]: difficulty 0\.\d{3}, threshold 0\.\d{3}: /],
    ['Kannst du mir bitte ein Gedicht schreiben?', 'rest', /^route\.otherwise: not in English, or not known to be$/],
    ['パスワードを忘れました', 'rest', /^route\.otherwise: not in English/],
    ['', 'rest', /^route\.otherwise: no words$/],
  ])('sends %j to %s, and the record says why', async (text, account, step) => {
    const reply = await ask(text)
    expect(reply.status).toBe(200)
    const call = await gateway.call(reply)
    expect(call.account).toBe(account)
    expect(call.routing.steps.at(0)).toMatch(step)
  })

  it('knows nothing of pictures', async () => {
    const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }
    const call = await gateway.call(await ask([{ type: 'text', text: poem }, picture]))
    expect(call.account).toBe('rest')
    expect(call.routing.steps).toEqual(['route.otherwise: more than text'])
  })

  it('sends a follow-up where the question before went, in each of the dialects', async () => {
    const messages = [
      { role: 'user', content: problem },
      { role: 'assistant', content: 'After 67 minutes.' },
      { role: 'user', content: [{ type: 'text', text: 'And if the first one stops for a while?' }] },
    ]
    const reply = await gateway.post('/v1/messages', { model: 'auto', max_tokens: 9, messages })
    expect((await gateway.call(reply)).account).toBe('strong')
  })

  it('goes to the next target of the chosen plan when one fails', async () => {
    mocks.cheap.script(() => vendorError(500))
    const reply = await ask(poem)
    expect(reply.status).toBe(200)
    expect((await gateway.call(reply)).account).toBe('strong')
  })

  it('is told before a call is made', async () => {
    const response = await fetch(`${gateway.controlUrl}/api/v1/routes/explain`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ route: 'auto', messages: [{ role: 'user', content: problem }] }),
    })
    const told = (await response.json()) as Json
    expect(told['steps']).toEqual([expect.stringMatching(/^route\.semantic\[strong\]: difficulty 0\.\d{3}/)])
    expect(mocks.strong.requests).toEqual([])
    const listed = await gateway.control('/api/v1/routes')
    expect(listed.text).toContain('"name":"strong"')
  })
})

describe('portcullis routes difficulty', () => {
  const told = async (...more: string[]): Promise<string> => {
    const data = join(gateway.directory, 'data')
    const { stdout, stderr } = await launch(['routes', 'difficulty', '--data', data, ...more]).ended
    expect(stderr).toBe('')
    return stdout
  }

  it('tells which threshold sends which share of recorded calls to the strong model', async () => {
    const since = new Date().toISOString()
    const hard = [problem, problem.replaceAll('train', 'ship')]
    const easy = [poem, 'Suggest a name for a cat', 'Write a haiku about the rain', 'Tell me a joke about a poem']
    for (const text of [...hard, ...easy, 'Bitte ein Gedicht', '']) await gateway.call(await ask(text))
    const measured = JSON.parse(await told('--from', since, '--json'))
    expect(measured).toMatchObject({ calls: 6, otherwise: 2, skipped: 0 })
    const thresholds: { strongShare: number; threshold: number }[] = measured.thresholds
    const at = thresholds.find(({ strongShare }) => strongShare === 0.3)?.threshold ?? 0
    const listed = await gateway.control(`/api/v1/calls?from=${since}`)
    const scores: number[] = listed.json.data
      .flatMap(({ routing }: Json) => /difficulty (0\.\d+)/.exec(routing.steps[0])?.[1] ?? [])
      .map(Number)
    expect(scores.filter((score) => score >= at)).toHaveLength(2)
    expect(await told('--from', since)).toMatch(
      /^6 calls have a difficulty; 2 would go to `otherwise`; 0 could not be read\.\n\n[\s\S]*^30 % +0\.\d{4}$/m,
    )
  })

  it('says so when no call has one', async () => {
    expect(await told('--from', '2090-01-01')).toBe(
      '0 calls have a difficulty; 0 would go to `otherwise`; 0 could not be read.\n',
    )
  })
})
