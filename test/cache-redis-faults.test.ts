import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { WireReply } from './support/client.ts'
import { refusingOrigin } from './support/mock-provider.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed | undefined
let server: Server | undefined
const sockets = new Set<Socket>()
afterEach(async () => {
  await bed?.close()
  for (const socket of sockets) socket.destroy()
  server?.close()
})

/** A Redis as the script has it: gets what came, gives what goes back. */
async function scriptedRedis(script: (command: string) => string | undefined): Promise<string> {
  server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      // Commands come as arrays; several may come at once.
      for (const command of bytes.toString('latin1').split(/(?=\*\d+\r\n\$)/)) {
        const answer = script(command)
        if (answer !== undefined) socket.write(answer)
      }
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return `redis://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
}

const startWith = async (url: string): Promise<Testbed> => {
  bed = await startTestbed({
    limits: { maxEventLoopDelayMs: 60_000 },
    config: { cache: { exact: { ttlSeconds: 60, redis: { url } } } },
  })
  return bed
}

let question = 0
const ask = ({ gateway }: Testbed): Promise<WireReply> =>
  gateway.post('/v1/chat/completions', {
    model: 'fast',
    messages: [{ role: 'user', content: `question ${question++}` }],
  })

/** Each look is one more call, which must be answered. */
async function readyzSays(testbed: Testbed, reason: RegExp): Promise<void> {
  for (;;) {
    const reply = await ask(testbed)
    expect([reply.status, reply.headers['x-portcullis-cache']]).toEqual([200, 'miss'])
    const { status, json } = await testbed.gateway.get('/readyz')
    expect([status, json.ready]).toEqual([200, true])
    if (json.reasons?.some((text: string) => reason.test(text))) return
  }
}

describe('a Redis', () => {
  it('that is not there costs no call anything, and /readyz says so without its password', async () => {
    const url = (await refusingOrigin()).replace('http://', 'redis://:hunter2@')
    const testbed = await startWith(url)
    await readyzSays(testbed, /^Answers are looked for without Redis: it cannot be reached \(ECONNREFUSED\)\.$/)
    expect((await testbed.gateway.get('/readyz')).text).not.toContain('hunter2')
  })

  it('that takes commands and never answers is waited for once, not by every call', async () => {
    let looks = 0
    const url = await scriptedRedis((command) => {
      if (command.includes('GETRANGE')) {
        looks++
        return undefined
      }
      return '+OK\r\n'
    })
    const testbed = await startWith(url)
    await readyzSays(testbed, /does not answer in time/)
    const before = looks
    await Promise.all(Array.from({ length: 20 }, () => ask(testbed)))
    // It rests a second, and then one look is in vain.
    expect(looks - before).toBeLessThan(10)
  })

  it('that refuses what it is told is one without answers', async () => {
    const url = await scriptedRedis((command) =>
      /GETRANGE|SET|ZADD|ZREM|PEXPIRE/.test(command) ? '-OOM command not allowed: secret words\r\n' : '+OK\r\n',
    )
    const testbed = await startWith(url)
    await readyzSays(testbed, /^Answers are looked for without Redis: it refuses \(OOM\)\.$/)
  })

  it('that says something else than Redis costs no call anything', async () => {
    const url = await scriptedRedis(() => 'HTTP/1.1 400 Bad Request\r\n\r\n')
    const testbed = await startWith(url)
    await readyzSays(testbed, /^Answers are looked for without Redis/)
  })
})
