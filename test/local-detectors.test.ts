import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { startCliBed } from './support/cli-bed.ts'
import { type Json, post, type WireReply } from './support/client.ts'
import { type DetectorFolder, detecting, detectorFolder, ticketDetector } from './support/detector-files.ts'
import { liveStream, stream, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let files: DetectorFolder
let bed: Testbed
beforeEach(async () => {
  files = await detectorFolder()
})
afterEach(async () => {
  await bed?.close()
  await files.remove()
})

async function start(text: string, more: object = {}, settings: object = {}, name = 'own.ts'): Promise<void> {
  const file = await files.write(name, text)
  const guardrail = {
    id: 'own',
    detector: 'local',
    state: 'enforce',
    settings: { file, timeoutMs: 10_000, ...settings },
    ...more,
  }
  bed = await startTestbed({ config: { inspection: { preset: 'off' }, guardrails: [guardrail] } })
}
const says = (content: string, more: object = {}): Json => ({
  model: 'fast',
  messages: [{ role: 'user', content }],
  ...more,
})
const ask = (content: string, more: object = {}): Promise<WireReply> =>
  bed.gateway.post('/v1/chat/completions', says(content, more))
const codeOf = ({ headers }: WireReply): unknown => headers['x-portcullis-error'] ?? 'passed'
const answer = (content: string): Json => ({
  id: 'c',
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
})

describe('a detector of a file', () => {
  it('refuses what it finds, and says what and where', async () => {
    await start(ticketDetector)
    expect(codeOf(await ask('See TCK-47.'))).toBe('passed')
    const refused = await ask('See TCK-004711.')
    expect([refused.status, codeOf(refused)]).toEqual([400, 'guardrail_denied'])
    const { decisions } = await bed.gateway.call(refused)
    expect(decisions).toMatchObject([
      {
        guardrail: 'own',
        detector: 'local',
        findings: [{ rule: 'ticket-number', category: 'custom', score: 1, span: { start: 4, end: 14 } }],
      },
    ])
  })

  it('takes out what it finds, to the letter', async () => {
    await start(ticketDetector, { action: 'redact' })
    await ask('😀 See TCK-004711 and TCK-004712.')
    expect(bed.openai.requests[0]?.json).toMatchObject({
      messages: [{ content: '😀 See [TICKET_NUMBER] and [TICKET_NUMBER].' }],
    })
  })

  it('looks at answers, whole and as a stream that flows', async () => {
    await start(ticketDetector, { action: 'redact', points: ['output'] })
    bed.openai.script(() => unary(answer('It is TCK-004711.')))
    expect((await ask('Hi')).json.choices[0].message.content).toBe('It is [TICKET_NUMBER].')
    const chunk = (content: string): string =>
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content } }] })}\n\n`
    const chunks = ['It is T', 'CK-', '00', '47', '11, and so on.'].map(chunk)
    bed.openai.script(() => stream([...chunks, 'data: [DONE]\n\n']))
    const { text } = await ask('Hi', { stream: true })
    const said = Array.from(text.matchAll(/"content":"([^"]*)"/g), ([, part]) => part).join('')
    expect(said).toBe('It is [TICKET_NUMBER], and so on.')
  })

  it('gets its options, the point, and the conversation where that is said', async () => {
    const body = `
      const { point, options, conversation } = context
      return [{ rule: [point, options.word, String(conversation?.instructions)].join('_') }]`
    await start(
      detecting(body),
      { action: 'allow', points: ['output'] },
      { options: { word: 'w' }, sendConversation: true },
    )
    const messages = [
      { role: 'system', content: 'brief' },
      { role: 'user', content: 'Hi' },
    ]
    const { decisions } = await bed.gateway.call(await ask('', { messages }))
    expect(decisions[0].findings.map(({ rule }: Json) => rule)).toEqual(['output_w_brief'])
  })

  it('may be JavaScript, and import modules of Node', async () => {
    const head = "import { createHash } from 'node:crypto'"
    const body = "return createHash('sha256').update(text).digest('hex').startsWith('2cf24d') ? [{}] : []"
    await start(detecting(body, head), {}, {}, 'own.mjs')
    expect(codeOf(await ask('hello'))).toBe('guardrail_denied')
    expect(codeOf(await ask('Hello'))).toBe('passed')
  })

  it('is asked once about a text that it knows', async () => {
    await start(detecting('seen += 1; return [{ rule: "seen" + seen }]', 'let seen = 0'), { action: 'allow' })
    for (const _ of [1, 2]) {
      const { decisions } = await bed.gateway.call(await ask('Hello'))
      expect(decisions[0].findings[0].rule).toBe('seen1')
    }
  })

  it('looks at long texts to their ends, in parts', async () => {
    await start(ticketDetector)
    const filler = 'word '.repeat(40_000)
    for (const at of [0, 65_530, 199_990])
      expect(codeOf(await ask(`${filler.slice(0, at)}TCK-004711 ${filler.slice(at)}`))).toBe('guardrail_denied')
    expect(codeOf(await ask(filler))).toBe('passed')
  })

  it('judges at POST /api/v1/inspect', async () => {
    await start(ticketDetector, { action: 'redact' })
    const headers = { authorization: `Bearer ${bed.gateway.adminToken}` }
    const body = { texts: ['See TCK-004711.'], by: 'gateway' }
    const { json } = await post(`${bed.gateway.controlUrl}/api/v1/inspect`, body, { headers })
    expect(json.results[0]).toMatchObject({
      decision: { effect: 'redact', text: 'See [TICKET_NUMBER].' },
      findings: [{ detector: 'local', rule: 'ticket-number', span: { start: 4, end: 14 } }],
    })
  })
})

describe('a file that cannot be used', () => {
  it.each([
    ['is no TypeScript', 'export default {\n  name: "a",\n  detect(text {} }\n', /own\.ts: Line 3: .+/],
    [
      'has types that are more than types',
      'enum Kind { A }\nexport default { name: "a", detect() {} }',
      /own\.ts: .*enum/i,
    ],
    ['throws', 'const a = 1\nthrow new Error("no list")', /own\.ts: Line 2: Error: no list/],
    ['has no default export', 'export const detect = () => []', /no object/],
    ['has no detect', 'export default { name: "a" }', /no function `detect`/],
    ['has no name', 'export default { detect() {} }', /no `name`/],
    ['has a name with blanks', 'export default { name: "a b", detect() {} }', /`name` takes/],
    ['has an odd span', 'export default { name: "a", span: 0.5, detect() {} }', /`span`/],
    ['imports a neighbour', 'import "./words.ts"', /imports "\.\/words\.ts"/],
    ['ends the process', 'process.exit(0)', /ended while it was loaded/],
    ['is empty', '', /no object/],
  ])('as it %s is a fault of the configuration, at its place', async (_why, text, sentence) => {
    const fault: Error = await start(text).then(
      () => new Error('It was used.'),
      (thrown) => thrown,
    )
    expect(fault.message).toMatch(/^\d+:\d+ /)
    expect(fault.message).toMatch(sentence)
  })
})

describe('a file that changes', () => {
  it('is taken over, and one that is broken leaves the one before in use', async () => {
    await start(ticketDetector)
    expect(codeOf(await ask('TCK-004711'))).toBe('guardrail_denied')
    await files.write('own.ts', ticketDetector.replaceAll('TCK', 'REQ'))
    while (codeOf(await ask('REQ-004711')) === 'passed');
    expect(codeOf(await ask('TCK-004711'))).toBe('passed')
    await files.write('own.ts', 'export default {')
    const reasons = async (): Promise<readonly string[]> => (await bed.gateway.control('/readyz')).json.reasons
    while ((await reasons()).length === 0);
    expect(codeOf(await ask('REQ-004712'))).toBe('guardrail_denied')
    await files.write('own.ts', ticketDetector)
    while (codeOf(await ask('TCK-004713')) === 'passed');
    expect(await reasons()).toEqual([])
  })

  it('of the configuration is another detector', async () => {
    await start(ticketDetector)
    const other = await files.write('other.ts', ticketDetector.replaceAll('TCK', 'REQ'))
    const config = parse(await readFile(bed.gateway.configPath, 'utf8'))
    config.guardrails[0].settings.file = other
    await bed.gateway.configure(config)
    while (codeOf(await ask('REQ-004711')) === 'passed');
    expect(codeOf(await ask('TCK-004711'))).toBe('passed')
  })
})

describe('the command line', () => {
  const config = (settings: object, state = 'enforce'): string =>
    JSON.stringify({
      guardrails: [{ id: 'own', detector: 'local', points: ['input'], state, settings }],
      inspection: { preset: 'off' },
    })

  it('checks a file, inspects with it, and tries it on calls on record', async () => {
    const cli = await startCliBed()
    try {
      await files.write('own.ts', ticketDetector)
      const good = await files.write('good.yaml', config({ file: 'own.ts', timeoutMs: 10_000 }))
      expect((await cli.cli('config', 'check', good)).code).toBe(0)
      await files.write('broken.ts', 'export default {\n  nam e: 1\n}')
      const bad = await files.write('bad.yaml', config({ file: 'broken.ts' }))
      const checked = await cli.cli('config', 'check', bad)
      expect(checked.code).toBe(1)
      expect(checked.stderr).toMatch(/bad\.yaml:1:\d+ broken\.ts: Line 2: SyntaxError/)

      const text = await files.write('text.txt', 'See TCK-004711.')
      const inspected = await cli.cli('inspect', text, '--config', good, '--json')
      expect(inspected.code).toBe(1)
      expect(JSON.parse(inspected.stdout)).toMatchObject({
        decision: { effect: 'deny', guardrails: ['own'] },
        findings: [{ detector: 'local', rule: 'ticket-number', span: { start: 4, end: 14 } }],
      })

      const { id } = await cli.recorded(() => cli.ask('See TCK-004711.'))
      await cli.recorded(() => cli.ask('See nothing.'))
      const replayed = await cli.cli('policy', 'replay', '--config', good, '--data', cli.dataDirectory, '--json')
      expect(JSON.parse(replayed.stdout)).toMatchObject({
        guardrails: [{ guardrail: 'own', detector: 'local', calls: { before: 0, after: 1 } }],
        changed: [{ id, before: 'allow', after: 'deny', guardrail: 'own' }],
      })
    } finally {
      await cli.close()
    }
  })
})

describe('where texts pass', () => {
  it.each<[string, string, Json]>([
    ['a body of Responses', '/v1/responses', { model: 'fast', input: 'TCK-004711' }],
    [
      'a body of Messages',
      '/v1/messages',
      { model: 'clever', max_tokens: 9, messages: [{ role: 'user', content: 'TCK-004711' }] },
    ],
    ['embeddings', '/v1/embeddings', { model: 'openai-mock/text-embedding-3-small', input: ['a', 'TCK-004711'] }],
    ['a raw request', '/p/openai-mock/videos', { prompt: 'TCK-004711' }],
  ])('it looks: %s', async (_where, path, body) => {
    await start(ticketDetector)
    expect(codeOf(await bed.gateway.post(path, body))).toBe('guardrail_denied')
    expect(bed.openai.requests.length + bed.anthropic.requests.length).toBe(0)
  })

  it('it looks: a batch', async () => {
    await start(ticketDetector)
    const params = { model: 'clever', max_tokens: 9, messages: [{ role: 'user', content: 'See TCK-004711.' }] }
    const reply = await bed.gateway.post('/v1/messages/batches', { requests: [{ custom_id: 'a', params }] })
    expect([reply.status, codeOf(reply)]).toEqual([400, 'guardrail_denied'])
  })
})

it('a stream that began under the file before is looked at by that file to its end', async () => {
  await start(ticketDetector, { action: 'redact', points: ['output'] })
  const chunk = (content: string): string =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content } }] })}\n\n`
  const live = liveStream()
  bed.openai.script(() => live.reply)
  const opening = bed.gateway.stream('/v1/chat/completions', says('Hi', { stream: true }))
  await live.send(chunk('It begins '))
  await live.send(chunk('with more words than are held back. '))
  const reading = await opening
  await reading.until('It begins')
  await files.write('own.ts', ticketDetector.replaceAll('TCK', 'REQ'))
  const inspected = async (): Promise<number> => {
    const headers = { authorization: `Bearer ${bed.gateway.adminToken}` }
    const body = { texts: ['REQ-004711'], by: 'gateway' }
    const { json } = await post(`${bed.gateway.controlUrl}/api/v1/inspect`, body, { headers })
    return json.results[0].findings.filter(({ detector }: Json) => detector === 'local').length
  }
  while ((await inspected()) === 0);
  await live.send(chunk('TCK-004711'))
  await live.send(chunk(' and REQ-004711.'))
  await live.send('data: [DONE]\n\n')
  await live.end()
  const text = String(await reading.whole())
  expect(text).toContain('[TICKET_NUMBER]')
  expect(text).toContain('REQ-004711')
})
