import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Json, WireReply } from './support/client.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { fixture, unary } from './support/mock-replies.ts'

const keys = {
  stranger: 'pk-test-stranger-0123456789abcdefghijklm',
  quiet: 'pk-test-quiet-0123456789abcdefghijklmnopqr',
}
const question = { role: 'user', content: 'Who goes there?' }
const include = ['reasoning.encrypted_content']

let gateway: TestGateway
let first: MockProvider
let second: MockProvider

beforeAll(async () => {
  ;[first, second] = await Promise.all([startMockProvider(), startMockProvider()])
  const account = (id: string, { origin }: MockProvider) => ({
    id,
    provider: 'openai',
    baseUrl: `${origin}/v1`,
    apiKey: `sk-of-${id}-0123456789`,
    allowPrivateNetwork: true,
  })
  gateway = await startTestGateway({
    keys: [
      { id: 'stranger', key: keys.stranger, workspace: 'other', models: ['*'] },
      { id: 'quiet', key: keys.quiet, workspace: 'quiet', models: ['*'] },
    ],
    config: {
      workspaces: [{ id: 'other' }, { id: 'quiet', record: { bodies: 'off' } }],
      providers: [account('first', first), account('second', second)],
      models: { safe: { route: 'safe' } },
      routes: { safe: { fallback: [{ target: 'first/gpt-5' }, { target: 'second/gpt-5' }] } },
    },
  })
})
afterAll(async () => {
  await gateway.close()
  await Promise.all([first.close(), second.close()])
})
beforeEach(() => {
  first.reset()
  second.reset()
})

function ask(key: string, body: Json): Promise<WireReply> {
  const headers = { authorization: `Bearer ${key}` }
  return gateway.post('/v1/responses', { store: false, include, ...body }, { headers })
}

async function madeBySecond(key: string, piece: string): Promise<void> {
  const whole: Json = JSON.parse(fixture('openai/response.json').toString())
  second.reply(unary({ ...whole, output: [itemOf(piece), ...whole.output] }))
  await ask(key, { model: 'second/gpt-5', input: [question] })
  second.reset()
}

function itemOf(piece: string): Json {
  return { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: piece }
}

describe('who made a piece of encrypted reasoning', () => {
  it('is nothing that another workspace can find out', async () => {
    const piece = 'gAAAAABof-the-owner=='
    await madeBySecond(gateway.key, piece)
    const input = [question, itemOf(piece), question]
    const theirs = await ask(keys.stranger, { model: 'safe', input })
    expect([theirs.status, theirs.headers['x-portcullis-provider']]).toEqual([200, 'openai'])
    expect([first.requests.length, second.requests.length]).toEqual([1, 0])
    expect(first.requests[0]?.json).toMatchObject({ input })
    const ours = await ask(gateway.key, { model: 'safe', input })
    expect([ours.status, second.requests.length]).toEqual([200, 1])
  })

  it('cannot be asked for as if it were the id of a response', async () => {
    const piece = 'gAAAAABfor-an-id=='
    await madeBySecond(gateway.key, piece)
    const mark = createHash('sha256').update(`default\n${piece}`).digest('base64url')
    const never = createHash('sha256').update('default\nnever made').digest('base64url')
    for (const key of [gateway.key, keys.stranger]) {
      const [reply, none] = await Promise.all(
        [mark, never].map((id) =>
          ask(key, { model: 'safe', previous_response_id: `reasoning ${id}`, input: 'x' }).then(({ status, text }) => [
            status,
            text.replaceAll(id, '…'),
          ]),
        ),
      )
      expect(reply).toEqual(none)
    }
    const read = await gateway.get(`/v1/responses/${encodeURIComponent(`reasoning ${mark}`)}`)
    expect(read.status).toBe(404)
  })

  it('lies on the disk without the reasoning itself, and not at all for a workspace that records nothing', async () => {
    const [ours, quiet] = ['gAAAAABon-the-disk==', 'gAAAAABin-memory-only==']
    await madeBySecond(gateway.key, ours)
    await madeBySecond(keys.quiet, quiet)
    const files = ['replies.db', 'replies.db-wal'].map((name) => readFileSync(join(gateway.directory, 'data', name)))
    const bytes = Buffer.concat(files).toString('latin1')
    const markOf = (text: string): string => createHash('sha256').update(text).digest('base64url')
    expect(bytes).toContain(markOf(`default\n${ours}`))
    expect([bytes.includes(ours), bytes.includes(markOf(`quiet\n${quiet}`))]).toEqual([false, false])
    await ask(keys.quiet, { model: 'safe', input: [question, itemOf(quiet)] })
    expect([first.requests.length, second.requests.length]).toEqual([0, 1])
  })

  it('does not hold up the gateway for a body of very many pieces', async () => {
    const input = Array.from({ length: 40_000 }, (_, index) => itemOf(`gAAAAAB${index}`))
    const reply = await ask(gateway.key, { model: 'safe', input })
    expect([reply.status, first.requests.length]).toEqual([200, 1])
  })
})
