import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDetectorHosts } from '../src/server/local-detectors/detector-hosts.ts'
import type { Json, WireReply } from './support/client.ts'
import { type DetectorFolder, detectorFolder } from './support/detector-files.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

/** Done with a text that names them. */
const attacks = {
  'has no end': 'for (;;);',
  'backtracks without end': "return /^(a+)+$/.test('a'.repeat(40) + '!') ? [] : [{}]",
  'waits for what never comes': 'await new Promise(() => setInterval(() => {}, 5))',
  'answers late': 'await new Promise((done) => setTimeout(done, 600)); return []',
  'answers without end': 'return [{ get rule() { for (;;); } }]',
  'ends its process': 'process.exit(0)',
  'crashes its process': 'process.abort()',
  'ends its process from behind': 'process.reallyExit(0)',
  'leaves a rejection behind': 'Promise.reject(new Error(text)); await new Promise(setImmediate); return []',
  'leaves a fault behind':
    'setTimeout(() => { throw new Error(text) }, 0); await new Promise((done) => setTimeout(done, 5)); return []',
  'closes its pipe': 'fs.closeSync(3); return []',
  'writes an answer in advance': 'forge(1); return [{}]',
  'writes answers to what nobody asked': 'for (let number = 0; number < 1e5; number++) forge(number); return [{}]',
  'writes what is no message': "fs.writeSync(3, 'many words'); return []",
  'says that it is loaded, once more': "write({ type: 'ready', rule: 'again' }); return []",
  'announces four gigabytes': 'fs.writeSync(3, Buffer.from([255, 255, 255, 255])); return []',
  'throws the text': 'throw new Error(text)',
  'throws nothing': 'throw undefined',
  'finds a thousand and one': 'return Array.from({ length: 1001 }, () => ({}))',
  'answers with much': "return [{ rule: 'x'.repeat(5e6) }]",
  'answers in a circle': 'const list = []; list.push(list); return list',
  'answers with a number': 'return 1',
  'gives places before the text': 'return [{ span: { start: -1, end: 2 } }]',
  'gives places behind the text': 'return [{ span: { start: 0, end: 5e6 } }]',
  'gives places that are none': 'return [{ span: { start: NaN, end: NaN } }]',
  'gives halves of places': 'return [{ span: { start: 0.5, end: 2 } }]',
  'gives places the wrong way round': 'return [{ span: { start: 3, end: 1 } }]',
  'gives a score above 1': 'return [{ score: 7 }]',
  'gives a rule with a line break': "return [{ rule: 'a\\r\\nx-header: b' }]",
  'gives a long rule': "return [{ rule: 'a'.repeat(65) }]",
  'gives the text as its category': 'return [{ category: text }]',
  'plays with prototypes': `return JSON.parse('[{"__proto__":{"rule":"a"},"constructor":{"prototype":{"x":1}}}]')`,
  'has a toJSON of its own': 'return { toJSON: () => ({ length: 0 }) }',
}
const burdens = {
  'fills its heap with lists of big lists': 'const all = []; for (;;) all.push(new Array(1e6).fill(1))',
  'fills memory beside its heap': 'const all = []; for (;;) all.push(Buffer.alloc(1e7, 1))',
  'finds millions': 'return Array.from({ length: 3e6 }, () => ({}))',
}
const code = (named: Readonly<Record<string, string>>): string => `
import fs from 'node:fs'
function write(message) {
  const body = Buffer.from(JSON.stringify(message))
  const head = Buffer.alloc(4)
  head.writeUInt32LE(body.length)
  fs.writeSync(3, Buffer.concat([head, body]))
}
let asked = 0
const forge = (ahead) => write({ type: 'answered', number: asked + 1000 + ahead, findings: [] })
const attacks = { ${Object.entries(named)
  .map(([name, body]) => `${JSON.stringify(name)}: async (text) => { ${body} }`)
  .join(',\n')} }
export default {
  name: 'odd',
  detect(text) {
    console.log(text)
    if (text.includes('finds the text.')) return [{}]
    const name = Object.keys(attacks).find((one) => text.includes(one + '.'))
    return name === undefined ? [] : attacks[name](text)
  },
}
`

let files: DetectorFolder
let bed: Testbed
const log: string[] = []
beforeAll(async () => {
  files = await detectorFolder()
  const own = { file: await files.write('own.js', code(attacks)), timeoutMs: 300, cacheSeconds: 0 }
  const patient = { file: await files.write('patient.js', code(burdens)), timeoutMs: 10_000, cacheSeconds: 0 }
  const common = { detector: 'local', state: 'enforce', points: ['input'] }
  bed = await startTestbed({
    config: {
      inspection: { preset: 'off', timeoutMs: 20_000 },
      guardrails: [
        { id: 'own', ...common, settings: own },
        { id: 'patient', ...common, settings: patient },
      ],
    },
    log: (line) => void log.push(line),
  })
})
afterAll(async () => {
  await bed.close()
  await files.remove()
})

const secret = 'words-of-the-text'
const ask = (...contents: string[]): Promise<WireReply> =>
  bed.gateway.post('/v1/chat/completions', {
    model: 'fast',
    messages: contents.map((content) => ({ role: 'user', content })),
  })
const codeOf = ({ headers }: WireReply): unknown => headers['x-portcullis-error'] ?? 'passed'
/** Asks until the process is there again, and often enough for it to count as well. */
async function passes(): Promise<void> {
  while (codeOf(await ask(...Array.from({ length: 16 }, (_, index) => `quiet ${index}`))) !== 'passed');
}

describe('a detector of a file that', () => {
  it.each(Object.keys({ ...attacks, ...burdens }))(
    '%s lets nothing pass, and others are served again',
    async (name) => {
      await passes()
      bed.reset()
      const reply = await ask(`It ${name}. ${secret}`)
      expect([reply.status, codeOf(reply)]).toEqual([503, 'guardrail_unavailable'])
      expect(bed.openai.requests).toHaveLength(0)
      const { decisions }: Json = await bed.gateway.call(reply)
      expect(decisions).toMatchObject([{ detector: 'local', findings: [], fault: expect.any(String) }])
      await passes()
      expect({}).not.toHaveProperty('x')
      expect(log.join('\n') + JSON.stringify(reply.headers) + reply.text).not.toContain(secret)
    },
  )
})

describe('two texts at once', () => {
  it('get their own answers, where the first is late', async () => {
    let reply: WireReply
    do {
      await passes()
      const late = ask('It answers late. one')
      const found = ask('It finds the text. two')
      expect(codeOf(await late)).toBe('guardrail_unavailable')
      reply = await found
      // On a busy machine a restart may take longer than a text waits.
    } while (codeOf(reply) === 'guardrail_unavailable')
    expect(codeOf(reply)).toBe('guardrail_denied')
    const { decisions }: Json = await bed.gateway.call(reply)
    expect(decisions[0].findings).toMatchObject([{ rule: 'odd', span: { start: 0, end: 22 } }])
  })
})

describe('the process of a detector', () => {
  it('may reach nothing but its pipe', async () => {
    const file = await files.write('reach.js', reaching)
    const hosts = createDetectorHosts()
    process.env['TEST_SECRET_OF_GATEWAY'] = secret
    const server = createServer((socket) => void socket.destroy()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    try {
      const found = await hosts.ask(
        { name: 'reach.js', text: reaching },
        { text: 'x', point: 'input', options: { file, port } },
        { timeoutMs: 20_000 },
      )
      expect(found).toEqual([])
    } finally {
      delete process.env['TEST_SECRET_OF_GATEWAY']
      server.close()
      await hosts.close()
    }
  })

  it('has a queue that ends', async () => {
    const text = "export default { name: 'slow', detect: () => new Promise((done) => setTimeout(done, 1000, [])) }"
    const hosts = createDetectorHosts()
    const question = { text: 'x', point: 'input', options: {} } as const
    const all = Array.from({ length: 300 }, () =>
      hosts.ask({ name: 'slow.js', text }, question, { timeoutMs: 20_000 }).then(
        () => 'answered',
        ({ message }: Error) => message,
      ),
    )
    expect(await Promise.race(all.slice(280))).toBe('Too many texts wait for the detector of a file.')
    await hosts.close()
    expect(new Set(await Promise.all(all)).has('answered')).toBe(false)
  })

  it('is asked nothing by who has left', async () => {
    const text =
      "let asked = 0; export default { name: 'slow', detect: () => new Promise((done) => setTimeout(done, 50, ++asked)) }"
    const hosts = createDetectorHosts()
    const ask = (signal?: AbortSignal) =>
      hosts.ask({ name: 'slow.js', text }, { text: 'x', point: 'input', options: {} }, { timeoutMs: 20_000, signal })
    const leaving = new AbortController()
    const first = ask()
    const second = ask(leaving.signal)
    const third = ask()
    leaving.abort()
    await expect(second).rejects.toMatchObject({ code: 'client_closed' })
    expect([await first, await third]).toEqual([1, 2])
    await hosts.close()
  })
})

/** Names what it could do. */
const reaching = `
import { spawnSync } from 'node:child_process'
import dgram from 'node:dgram'
import fs from 'node:fs'
import net from 'node:net'
import { Worker } from 'node:worker_threads'

const settled = (emitter, good) =>
  new Promise((resolve, reject) => emitter.once(good, resolve).once('error', reject))
const refuse = () => { throw new Error('refused') }
const tries = ({ file, port }) => ({
  'read-file': () => fs.readFileSync(file),
  'read-self': () => fs.readFileSync(process.argv[1]),
  'read-machine': () => fs.readFileSync('/proc/self/status'),
  'look-around': () => fs.readdirSync('/'),
  'write-file': () => fs.writeFileSync(file + '.new', 'x'),
  'remove-file': () => fs.rmSync(file),
  'environment': () => Object.keys(process.env).length > 0 || refuse(),
  'program': () => spawnSync('/bin/true').error === undefined || refuse(),
  'thread': () => new Worker('0', { eval: true }),
  'addon': () => process.dlopen({ exports: {} }, file),
  'import': () => import(file),
  'data-url': () => import('data:text/javascript,0'),
  'connect': () => settled(net.connect(port, '127.0.0.1'), 'connect'),
  'fetch': () => fetch('http://127.0.0.1:' + port),
  'listen': () => settled(net.createServer().listen(0), 'listening'),
  'datagram': () => settled(dgram.createSocket('udp4').bind(0), 'listening'),
  'signal': () => process.kill(process.ppid, 0),
  'debugger': async () => (await import('node:inspector')).open(0),
})
export default {
  name: 'reach',
  async detect(text, { options }) {
    const findings = []
    for (const [rule, attempt] of Object.entries(tries(options))) {
      try {
        await attempt()
        findings.push({ rule })
      } catch {}
    }
    return findings
  },
}
`
