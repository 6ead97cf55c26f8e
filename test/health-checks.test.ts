import { readFile, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandLine } from './support/command-line.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, type ReceivedRequest, startMockProvider } from './support/mock-provider.ts'
import { fixtureReply, heldReply, unary, vendorError } from './support/mock-replies.ts'

const quick = { everyMs: 100, failures: 2 }
const messages = [{ role: 'user', content: 'x' }]

let first: MockProvider
let second: MockProvider
let gateway: TestGateway

beforeEach(async () => {
  ;[first, second] = await Promise.all([startMockProvider(), startMockProvider()])
})
afterEach(async () => {
  await gateway.close()
  await Promise.all([first.close(), second.close()])
})

async function start(health: object, more: { readonly provider?: string; readonly second?: object } = {}) {
  const account = (id: string, { origin }: MockProvider) => ({
    id,
    provider: more.provider ?? 'openai-compatible',
    baseUrl: `${origin}/v1`,
    apiKey: `sk-of-${id}`,
    allowPrivateNetwork: true,
  })
  gateway = await startTestGateway({
    config: {
      providers: [
        { ...account('first', first), health },
        { ...account('second', second), ...more.second },
      ],
      models: { safe: { route: 'safe' } },
      routes: { safe: { fallback: [{ target: 'first/m' }, { target: 'second/m' }] } },
    },
  })
}

const isCheck = ({ method }: ReceivedRequest): boolean => method === 'GET'
const calls = ({ requests }: MockProvider): number => requests.filter((request) => !isCheck(request)).length
const checks = ({ requests }: MockProvider): readonly ReceivedRequest[] => requests.filter(isCheck)
const ask = () => gateway.post('/v1/chat/completions', { model: 'safe', messages })
const models = unary({ object: 'list', data: [{ id: 'm', object: 'model' }] })

/** Answers checks like this, and calls well. */
function checksGet(mock: MockProvider, reply: () => ReturnType<typeof unary>): void {
  mock.script((request) => (isCheck(request) ? reply() : fixtureReply(request)))
}

async function explained() {
  const reply = await gateway.control('/api/v1/routes')
  return reply.json.data[0].targets[0].health[0]
}

async function pausedBecomes(why: string | null): Promise<void> {
  while ((await explained()).paused !== why) await first.request(first.requests.length)
}

describe('an account whose health is checked', () => {
  it('is passed by while its checks fail, before a call has met the fault, and asked again when one succeeds', async () => {
    let reply = vendorError(503)
    checksGet(first, () => reply)
    await start(quick)
    await pausedBecomes('check-failed')
    const answer = await ask()
    expect(answer.status).toBe(200)
    expect([calls(first), calls(second)]).toEqual([0, 1])
    expect((await gateway.call(answer)).routing.candidates).toMatchObject([
      { account: 'first', passedOver: 'check-failed' },
      { account: 'second', place: 1 },
    ])
    const [check] = checks(first)
    expect(check?.path).toBe('/v1/models')
    expect(check?.headers['authorization']).toBe('Bearer sk-of-first')
    expect((await gateway.get('/readyz')).status).toBe(200)
    const metrics = (await gateway.control('/metrics')).text
    expect(metrics).toContain('portcullis_health_check_failing{account="first"} 1')
    const { launch, close } = commandLine(() => gateway.directory, { PORTCULLIS_ADMIN_TOKEN: gateway.adminToken })
    const { stdout } = await launch(['routes', 'list', '--url', gateway.controlUrl]).ended
    close()
    expect(stdout).toMatch(/first\/m +closed +check +0/)
    reply = models
    await pausedBecomes(null)
    await ask()
    expect([calls(first), calls(second)]).toEqual([1, 1])
  })

  it('with an open breaker gets a call as soon as a check succeeds', async () => {
    // As long as calls fail, so do the checks: the pauses of the breaker get longer and longer.
    let isWell = false
    first.script((request) => (!isWell ? vendorError(500) : isCheck(request) ? models : fixtureReply(request)))
    await start({ ...quick, failures: 100 })
    for (let call = 0; call < 5; call++) await ask()
    expect((await explained()).circuit).toBe('open')
    isWell = true
    while ((await explained()).circuit === 'open') await first.request(first.requests.length)
    await ask()
    expect((await explained()).circuit).toBe('closed')
  })

  it('is there if it knows no list of models, or is just busy', async () => {
    const replies = [vendorError(404), vendorError(403), vendorError(429), vendorError(400)]
    checksGet(first, () => replies[checks(first).length % replies.length] ?? models)
    await start({ everyMs: 100, failures: 1 })
    await first.request(replies.length)
    expect((await explained()).paused).toBeNull()
  })

  it.each([
    ['an error', () => vendorError(404)],
    [
      'a redirect, which is not followed',
      () => unary('', { status: 302, headers: { location: `${second.origin}/x` } }),
    ],
  ])('at a path of its host fails with %s', async (_what, reply) => {
    checksGet(first, reply)
    await start({ ...quick, path: '/health' })
    await pausedBecomes('check-failed')
    expect(checks(first)[0]?.path).toBe('/health')
    expect(second.requests).toHaveLength(0)
  })

  it('fails when it does not answer in time, and the question is given up', async () => {
    const held = heldReply()
    checksGet(first, () => held.reply)
    await start({ ...quick, timeoutMs: 50, failures: 1 })
    expect(await (await first.request(0)).ended).toBe('aborted')
    await pausedBecomes('check-failed')
  })

  it('is asked for one token of a model where the file says so', async () => {
    await start({ ...quick, model: 'm' })
    expect((await first.request(0)).json).toMatchObject({ model: 'm', max_completion_tokens: 1 })
    const { data } = (await gateway.control('/api/v1/calls')).json
    expect(data).toEqual([])
  })

  it('is asked all the same when no other target is left: a check may be wrong', async () => {
    for (const mock of [first, second]) checksGet(mock, () => vendorError(500))
    await start({ ...quick, failures: 1 }, { second: { health: { ...quick, failures: 1 } } })
    await pausedBecomes('check-failed')
    const isOther = async () => (await gateway.control('/api/v1/routes')).json.data[0].targets[1].health[0].paused
    while ((await isOther()) !== 'check-failed') await second.request(second.requests.length)
    const reply = await ask()
    expect(reply.status).toBe(200)
    expect((await gateway.call(reply)).routing.steps.at(-1)).toContain('fails its health check')
  })

  it('is no longer passed by when the file no longer asks for checks', async () => {
    checksGet(first, () => vendorError(500))
    await start({ ...quick, failures: 1 })
    await pausedBecomes('check-failed')
    const text = await readFile(gateway.configPath, 'utf8')
    await writeFile(gateway.configPath, text.replace(/ +health:\n(?: {6}.*\n)+/, ''))
    while ((await explained()).paused !== null) await gateway.get('/readyz')
    await ask()
    expect(calls(first)).toBe(1)
  })
})
