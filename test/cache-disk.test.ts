import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { type ChildGateway, startChildGateway } from './support/child-gateway.ts'
import { type Json, post, type WireReply } from './support/client.ts'
import { type MockProvider, startMockProvider } from './support/mock-provider.ts'
import { vendorError } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const states = (...replies: { headers: Readonly<Record<string, unknown>> }[]): unknown[] =>
  replies.map(({ headers }) => headers['x-portcullis-cache'])
const messages = [{ role: 'user', content: 'Who goes there?' }]

/** How many answers are in the file. */
function rowsOf(directory: string): number {
  try {
    const database = new DatabaseSync(join(directory, 'cache.db'), { readOnly: true, timeout: 1000 })
    try {
      return Number(database.prepare('SELECT count(*) AS rows FROM entry').get()?.['rows'])
    } finally {
      database.close()
    }
  } catch {
    return 0
  }
}

describe('answers on disk', () => {
  const key = 'pk-cache-disk-test-0123456789abcdefghijk'
  let folder: string
  let data: string
  let openai: MockProvider
  let gateway: ChildGateway
  const start = (): Promise<ChildGateway> =>
    startChildGateway({
      dataDirectory: data,
      args: ['--workers', '2', '--config', join(folder, 'portcullis.yaml')],
      environment: { PORTCULLIS_KEY: key },
    })
  const stop = async (): Promise<void> => {
    gateway.process.kill('SIGTERM')
    await gateway.exited
  }
  /** Each on a connection of its own, which goes to either worker by chance. */
  const ask = (path: string, body: Json): Promise<WireReply> =>
    post(gateway.url + path, body, { headers: { authorization: `Bearer ${key}`, connection: 'close' } })
  const stored = async (rows: number): Promise<void> => {
    while (rowsOf(data) < rows) await post(`${gateway.url}/healthz`, undefined, { method: 'GET' })
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portcullis-cache-'))
    data = join(folder, 'data')
    openai = await startMockProvider()
    const account = { id: 'main', provider: 'openai', baseUrl: `${openai.origin}/v1`, apiKey: 'sk-test' }
    await writeFile(
      join(folder, 'portcullis.yaml'),
      stringify({
        providers: [{ ...account, allowPrivateNetwork: true }],
        models: { fast: { target: 'main/gpt-5-mini' }, vectors: { target: 'main/text-embedding-3-small' } },
        cache: { exact: { ttlSeconds: 3600, disk: { maxMegabytes: 16 } } },
      }),
    )
    gateway = await start()
  }, 90_000)
  afterAll(async () => {
    await stop()
    await openai.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('are found by every worker, and by the next start: whole, as a stream, in another dialect, byte for byte', async () => {
    const chat = { model: 'fast', messages, max_completion_tokens: 100 }
    const streamed = { ...chat, stream: true, seed: 1 }
    const vectors = { model: 'vectors', input: 'text' }
    const first = [
      await ask('/v1/chat/completions', chat),
      await ask('/v1/chat/completions', streamed),
      await ask('/v1/embeddings', vectors),
    ]
    expect(states(...first)).toEqual(['miss', 'miss', 'miss'])
    await stored(3)
    // From now on an answer can only be one that was kept. A busy machine may be too slow for a look: a miss, and a fault here.
    openai.script(() => vendorError(500))
    const untilHit = async (path: string, body: Json): Promise<WireReply> => {
      for (;;) {
        const reply = await ask(path, body)
        if (reply.status === 200) return reply
      }
    }
    // By chance, so many in a row that both workers have had one.
    for (let inARow = 0; inARow < 24; )
      inARow = (await ask('/v1/chat/completions', chat)).status === 200 ? inARow + 1 : 0
    await stop()
    gateway = await start()
    const later = [
      await untilHit('/v1/chat/completions', chat),
      await untilHit('/v1/chat/completions', streamed),
      await untilHit('/v1/embeddings', vectors),
    ]
    expect(states(...later)).toEqual(['hit', 'hit', 'hit'])
    expect(later.map(({ text }) => text)).toEqual(first.map(({ text }) => text))
    expect(later.map(({ headers }) => headers['content-type'])).toEqual(
      first.map(({ headers }) => headers['content-type']),
    )
    const other = await untilHit('/v1/messages', { model: 'fast', messages, max_tokens: 100 })
    expect(states(other)).toEqual(['hit'])
    expect(other.json.content[0].text).toBe(first[0]?.json.choices[0].message.content)
    openai.reset()
  })

  it('that are damaged cost no call anything: /readyz says so, and a new file is made when that one is away', async () => {
    await stop()
    await writeFile(join(data, 'cache.db'), 'no database, and long enough to be read as one. '.repeat(200))
    gateway = await start()
    let question = 0
    const untilReadyzSays = async (isSaid: (readyz: Json) => boolean): Promise<void> => {
      for (;;) {
        const content = `question ${question++}`
        const reply = await ask('/v1/chat/completions', { model: 'fast', messages: [{ role: 'user', content }] })
        expect([reply.status, ...states(reply)]).toEqual([200, 'miss'])
        const { status, json } = await post(`${gateway.url}/readyz`, undefined, { method: 'GET' })
        expect([status, json.ready]).toEqual([200, true])
        if (isSaid(json)) return
      }
    }
    await untilReadyzSays(({ reasons }) => /cache\.db is damaged .*without it\./.test(String(reasons)))
    await rm(join(data, 'cache.db'))
    await untilReadyzSays(({ status }) => status === 'ok')
    await stored(1)
  })
})

describe('a file that cannot be used', () => {
  let bed: Testbed
  beforeEach(async () => {
    bed = await startTestbed({
      // A busy machine must not make it refuse.
      limits: { maxEventLoopDelayMs: 60_000 },
      config: {
        cache: { exact: { ttlSeconds: 60, disk: {} } },
        workspaces: [{ id: 'quiet', record: { bodies: 'off' } }],
      },
      keys: [{ id: 'quiet', key: 'pk-test-quiet-0123456789abcdefghijklmnop', workspace: 'quiet', models: ['*'] }],
    })
  })
  afterEach(() => bed.close())

  let question = 0
  const ask = (headers: Record<string, string> = {}): Promise<WireReply> =>
    bed.gateway.post(
      '/v1/chat/completions',
      { model: 'fast', messages: [{ role: 'user', content: `question ${question++}` }] },
      { headers: { authorization: `Bearer ${bed.gateway.key}`, ...headers } },
    )
  const directory = (): string => join(bed.gateway.directory, 'data')
  const readyzSays = async (reason: RegExp | 'ok'): Promise<void> => {
    for (;;) {
      expect((await ask()).status).toBe(200)
      const { status, json } = await bed.gateway.get('/readyz')
      expect([status, json.ready]).toEqual([200, true])
      if (reason === 'ok' ? json.status === 'ok' : json.reasons.some((text: string) => reason.test(text))) return
    }
  }

  it('as it is locked costs no call anything, which /readyz says until it is free', async () => {
    await readyzSays('ok')
    const database = new DatabaseSync(join(directory(), 'cache.db'))
    database.exec('BEGIN EXCLUSIVE')
    await readyzSays(/^cache\.db is locked by another process; .*without it\.$/)
    database.exec('ROLLBACK')
    database.close()
    await readyzSays('ok')
  })

  it('keeps nothing of a workspace whose bodies are not recorded', async () => {
    const before = await ask({ authorization: 'Bearer pk-test-quiet-0123456789abcdefghijklmnop' })
    expect(states(before)).toEqual(['miss'])
    const after = await ask()
    expect(states(after)).toEqual(['miss'])
    while (rowsOf(directory()) === 0) await bed.gateway.get('/healthz')
    expect(rowsOf(directory())).toBe(1)
  })
})
