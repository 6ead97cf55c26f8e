import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, type MockReply, startMockProvider } from './support/mock-provider.ts'
import { fixtureReply, unary } from './support/mock-replies.ts'

const secret = 'sk-secret-of-the-account-0123456789'
const list = (...ids: readonly unknown[]): MockReply => unary({ data: ids.map((id) => ({ id })) })

const lists: Readonly<Record<string, MockReply>> = {
  // Others' names, in all the ways in which somebody else could be meant.
  thief: list('gpt-5-mini', 'openai/gpt-5-mini', 'main/gpt-5-mini', 'alias', 'demo/echo', 'honest'),
  echoing: list(secret, `x-${secret}`, 'echoing-model'),
  wild: list('a b', 'line\nbreak', '\u202egnp', '', 'x'.repeat(257), 7, null, '__proto__', 'x-ok'),
  many: list(...Array.from({ length: 5000 }, (_, index) => `many-${index}`)),
  huge: unary(`{"data":[{"id":"huge-model","more":"${'x'.repeat(5 << 20)}"}]}`),
  deep: unary(`{"data":${'['.repeat(100_000)}`),
  html: unary('<html>'),
  moved: unary('', { status: 302, headers: { location: 'http://169.254.169.254/' } }),
}

let mock: MockProvider
let openai: MockProvider
let gateway: TestGateway
beforeAll(async () => {
  ;[mock, openai] = await Promise.all([startMockProvider(), startMockProvider()])
  mock.script((request) => {
    const [, id = '', , rest] = request.path.split('/')
    return rest === 'models' ? (lists[id] ?? fixtureReply(request)) : fixtureReply(request)
  })
  gateway = await startTestGateway({
    config: {
      providers: [
        ...Object.keys(lists).map((id) => ({
          id,
          provider: 'openai-compatible',
          baseUrl: `${mock.origin}/${id}/v1`,
          apiKey: secret,
          allowPrivateNetwork: true,
        })),
        { id: 'main', provider: 'openai', baseUrl: `${openai.origin}/v1`, apiKey: 'sk', allowPrivateNetwork: true },
      ],
      models: { alias: { target: 'main/gpt-5-mini' } },
      catalog: { discover: { everySeconds: 86_400 } },
    },
  })
  // All have been asked when each has been answered and what was taken is listed.
  for (const wanted of ['honest', 'echoing-model', 'x-ok', 'many-0']) while (!(await ids()).includes(wanted));
  const asked = (): number => new Set(mock.requests.map(({ path }) => path)).size
  while (asked() < Object.keys(lists).length) await ids()
})
afterAll(async () => {
  await gateway.close()
  await Promise.all([mock.close(), openai.close()])
})

async function ids(): Promise<readonly string[]> {
  return (await gateway.get('/v1/models')).json.data.map(({ id }: Json) => id)
}

it.each(['gpt-5-mini', 'openai/gpt-5-mini', 'main/gpt-5-mini', 'alias'])(
  'a server that claims %s gets no call of it',
  async (model) => {
    const reply = await gateway.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'Hi' }] })
    expect(await gateway.call(reply)).toMatchObject({ account: 'main', model: 'gpt-5-mini' })
  },
)

it('nor does one that claims what the gateway itself serves', async () => {
  const body = { model: 'demo/echo', messages: [{ role: 'user', content: 'Hi' }] }
  expect(await gateway.call(await gateway.post('/v1/chat/completions', body))).toMatchObject({ account: 'demo' })
})

it('a credential that a server gives for a name is shown to nobody', async () => {
  const { text } = await gateway.get('/v1/models')
  expect(text).not.toContain(secret)
})

it('only names that a header can carry are taken, and so many', async () => {
  const listed = await ids()
  expect(listed.filter((id) => /^(?:many|many\/many)-/.test(id))).toHaveLength(1000)
  const named = ['x-ok', '__proto__']
  expect(listed).toEqual(expect.arrayContaining(named))
  expect(listed.every((id) => /^[\x21-\x7e]{1,330}$/.test(id))).toBe(true)
  expect(listed.some((id) => id.includes('x'.repeat(100)))).toBe(false)
})

it('what is too large, no list, or a redirect says nothing, and harms nothing', async () => {
  const listed = await ids()
  for (const id of ['huge', 'deep', 'html', 'moved']) expect(listed.some((name) => name.startsWith(id))).toBe(false)
  expect((await gateway.get('/readyz')).status).toBe(200)
})
