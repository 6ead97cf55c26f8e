import { afterEach, describe, expect, it } from 'vitest'
import { allProviders } from '../src/server/checked-config.ts'
import { compileConfig } from '../src/server/config/compile.ts'
import type { Json } from './support/client.ts'
import { unary, vendorError } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed | undefined
afterEach(() => bed?.close())

const sameWorkspaceKey = 'pk-test-team-c-0123456789abcdefghijklmnop'
const says = (content: string): Json => ({ model: 'clever', messages: [{ role: 'user', content }], max_tokens: 50 })
const [one, other] = [says('How do I return my gadget?'), says('how can i return a gadget please')]

async function bedWith(semantic: Json, exact?: Json): Promise<Testbed> {
  bed = await startTestbed({
    config: { cache: { semantic, ...(exact === undefined ? {} : { exact }) } },
    keys: [{ id: 'team-c', key: sameWorkspaceKey, workspace: 'default', models: ['*'] }],
  })
  return bed
}

const ask = ({ gateway }: Testbed, body: Json, key?: string) =>
  gateway.post('/v1/messages', body, key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } })
const stateOf = async (...asked: Parameters<typeof ask>): Promise<unknown> =>
  (await ask(...asked)).headers['x-portcullis-cache']

/** Vectors as a server would make them: of the number of times that each letter stands in a text. */
function embeddings({ body }: { body: Buffer }): Json {
  const { input } = JSON.parse(body.toString()) as { input: string[] }
  return {
    object: 'list',
    data: input.map((text, index) => ({
      object: 'embedding',
      index,
      embedding: [...'abcdefghijklmnopqrstuvwxyz'].map((letter) => text.toLowerCase().split(letter).length - 1),
    })),
    usage: { prompt_tokens: 1, total_tokens: 1 },
  }
}

describe('the semantic cache', () => {
  it('in shadow lets the provider answer, and records what it would have answered with', async () => {
    const running = await bedWith({ state: 'shadow' })
    const first = await ask(running, one)
    const second = await ask(running, other)
    expect(second.headers['x-portcullis-cache']).toBe('miss')
    expect(running.anthropic.requests).toHaveLength(2)
    const call = await running.gateway.call(second)
    expect(call).toMatchObject({ cache: 'miss', cacheMatch: { id: first.headers['x-portcullis-call-id'] } })
    expect(call.costUsd).toBeGreaterThan(0)
  })

  it('keeps keys apart where the scope says so, and as the exact one does where it does not', async () => {
    const running = await bedWith({}, { ttlSeconds: 60, scope: 'key' })
    await ask(running, one)
    expect([await stateOf(running, other, sameWorkspaceKey), await stateOf(running, other)]).toEqual([
      'miss',
      'semantic',
    ])
  })

  it('asks more where the threshold does', async () => {
    const running = await bedWith({ threshold: 0.999 })
    await ask(running, one)
    expect(await stateOf(running, other)).toBe('miss')
  })

  it('forgets the oldest of more than it may keep', async () => {
    const running = await bedWith({ maxEntries: 1 })
    await ask(running, one)
    await ask(running, says('Where is the moon?'))
    expect(await stateOf(running, other)).toBe('miss')
  })

  it('takes vectors of an account with /embeddings, and knows synonyms by them', async () => {
    const running = await bedWith({ embedder: 'openai-mock/text-embedding-3-small', threshold: 0.5 })
    running.openai.script((request) => unary(embeddings(request)))
    await ask(running, says('end the membership'))
    expect(await stateOf(running, says('cancel this subscription'))).toBe('semantic')
    expect(await stateOf(running, says('do not cancel this subscription'))).toBe('miss')
    expect(running.openai.requests.map(({ path }) => path)).toEqual(Array(3).fill('/v1/embeddings'))
  })

  it.each([
    ['are refused', vendorError(500)],
    ['are none', unary({ data: 'x' })],
    ['are too few', unary({ data: [] })],
  ])('lets a call through where its vectors %s', async (_what, reply) => {
    const running = await bedWith({ embedder: 'openai-mock/text-embedding-3-small', threshold: 0.5 })
    running.openai.script(() => reply)
    expect((await ask(running, one)).status).toBe(200)
    expect(await stateOf(running, other)).not.toBe('semantic')
  })
})

describe('a configuration', () => {
  it.each([
    ['{ threshold: 2 }', 'threshold'],
    ['{ embedder: nobody/model, threshold: 0.9 }', 'The embedder is `lexical`, `account/model`'],
    ['{ embedder: openai/text-embedding-3-small }', '`calibrated` is known for the embedder `lexical` only'],
  ])('cache: { semantic: %s } is told what is wrong', (semantic, text) => {
    const file = `providers: [{ id: openai, provider: openai, apiKey: sk-x }]\ncache: { semantic: ${semantic} }`
    const { faults } = compileConfig(file, allProviders, {})
    expect(faults.map(({ message }) => message).join()).toContain(text)
  })
})
