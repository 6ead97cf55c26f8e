import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { compileConfig } from '../src/server/config/compile.ts'
import { type DetectorMock, type DetectorQuestion, startDetectorMock } from './support/detector-mock.ts'
import { refusingOrigin } from './support/mock-provider.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
let mock: DetectorMock
let other: DetectorMock
beforeAll(async () => {
  ;[mock, other] = await Promise.all([startDetectorMock(), startDetectorMock()])
})
afterAll(async () => {
  await Promise.all([mock.close(), other.close()])
})

const guardrail = (given: object = {}, settings: object = {}): object => ({
  id: 'own',
  detector: 'webhook',
  points: ['input'],
  action: 'deny',
  state: 'enforce',
  settings: { url: `${mock.origin}/inspect`, secret: 'key-of-both', allowPrivateNetwork: true, ...settings },
  ...given,
})
async function start(guardrails: readonly object[], inspection: object = {}): Promise<void> {
  bed = await startTestbed({ config: { inspection: { preset: 'off', ...inspection }, guardrails } })
}
const ask = (content = 'Hi there') =>
  bed.gateway.post('/v1/chat/completions', { model: 'fast', messages: [{ role: 'user', content }] })

type Answer = Parameters<DetectorMock['answer']>[0]
const hostile: readonly (readonly [string, Answer, string])[] = [
  ['an error', (_question, response) => void response.writeHead(500).end('{"findings":[]}'), 'failed'],
  [
    'a redirect',
    (_question, response) => void response.writeHead(307, { location: `${other.origin}/elsewhere` }).end(),
    'failed',
  ],
  ['something else', () => ({ ok: true }), 'failed'],
  ['no JSON', (_question, response) => void response.end('<html>words of the detector</html>'), 'failed'],
  ['findings that are none', () => ({ findings: [{ category: 7 }] }), 'failed'],
  ['nothing, for long', () => undefined, 'timed-out'],
  [
    'words without end',
    (_question, response) => {
      const write = (): void => {
        while (response.write('words of the detector '.repeat(500)));
        response.once('drain', write)
      }
      write()
    },
    'failed',
  ],
  ['a cut', (_question, response) => void response.socket?.destroy(), 'failed'],
  ['too many findings', () => ({ findings: Array.from({ length: 1001 }, () => ({ rule: 'r' })) }), 'failed'],
]

describe('a remote detector that answers with', () => {
  beforeAll(() => start([guardrail({}, { timeoutMs: 300 })]))
  afterAll(() => bed.close())

  it.each(hostile)('%s lets nothing pass', async (_name, answer, fault) => {
    bed.reset()
    mock.answer(answer)
    const reply = await ask()
    expect([reply.status, reply.json.error.code]).toEqual([503, 'guardrail_unavailable'])
    expect(bed.openai.requests).toHaveLength(0)
    expect(other.asked).toHaveLength(0)
    const call = await bed.gateway.call(reply)
    expect(call.decisions).toMatchObject([{ guardrail: 'own', fault, findings: [] }])
    expect(JSON.stringify(call)).not.toContain('words of the detector')
    expect(reply.text).not.toContain('words of the detector')
  })

  it('says which guardrail could not look, when to ask again, and that it is well again', async () => {
    const ready = async () => (await bed.gateway.get('/readyz')).json
    mock.answer((_question, response) => void response.writeHead(500).end())
    await ask('Are you there?')
    await ask('Is anybody there?')
    const reply = await ask('Where are you?')
    const id = `${reply.headers['x-portcullis-call-id']}:input`
    expect(reply.headers).toMatchObject({
      'x-portcullis-decision': `deny; id="${id}"; fault="failed"`,
      'retry-after': '2',
    })
    expect(await ready()).toMatchObject({
      ready: true,
      status: 'degraded',
      // Strangers may read it: they are not told which, and so not what passes meanwhile.
      reasons: ['A guardrail could not look at the last texts; the log names it.'],
    })
    mock.answer(() => ({ findings: [] }))
    await ask('Are you there again?')
    expect(await ready()).toMatchObject({ status: 'ok', reasons: [] })
  })

  it('a span that leads nowhere has found something in the whole text', async () => {
    mock.answer(() => ({ findings: [{ rule: 'r', span: { start: 5, end: 5_000_000 } }] }))
    const call = await bed.gateway.call(await ask('odd'))
    expect(call.decisions).toMatchObject([{ findings: [{ span: { start: 0, end: 3 } }] }])
  })
})

describe('a remote detector', () => {
  afterEach(() => bed.close())

  it('that could not look is on record with what was done, not with what its guardrail would do', async () => {
    await start([guardrail({ action: 'redact' })])
    mock.answer((_question, response) => void response.writeHead(500).end())
    const { id } = await bed.gateway.call(await ask())
    const { data } = (await bed.gateway.control(`/api/v1/decisions/${id}:input`)).json
    expect(data).toMatchObject([{ rule: 'own', effect: 'deny', reason: 'The detector "webhook" failed at input.' }])
  })

  it('that is not there lets nothing pass, unless failing open was chosen', async () => {
    const url = `${await refusingOrigin()}/inspect`
    await start([guardrail({}, { url })])
    expect((await ask()).status).toBe(503)
    await bed.close()
    await start([guardrail({}, { url })], { onError: 'allow' })
    expect((await ask()).status).not.toBe(503)
  })

  it('that only watches and is not there refuses nothing, and others look all the same', async () => {
    mock.answer(() => undefined)
    const regex = { id: 'r', detector: 'regex', points: ['input'], state: 'enforce' }
    await start([guardrail({ state: 'shadow' }), { ...regex, settings: { patterns: [{ pattern: 'zebra' }] } }], {
      timeoutMs: 200,
    })
    expect((await ask('Hi')).json.error?.code).not.toBe('guardrail_denied')
    expect((await ask('a zebra')).json.error?.code).toBe('guardrail_denied')
  })

  it('may not be in a private network unless that is said, whatever a reference or a name stands for', async () => {
    mock.answer(() => ({ findings: [] }))
    mock.reset()
    process.env['TEST_DETECTOR_URL'] = `${mock.origin.replace('127.0.0.1', 'localhost')}/inspect`
    await start([guardrail({}, { url: 'env:TEST_DETECTOR_URL', allowPrivateNetwork: false })])
    delete process.env['TEST_DETECTOR_URL']
    expect((await ask()).status).toBe(503)
    expect(mock.asked).toHaveLength(0)
  })

  it('is asked about every part of a long text', async () => {
    const questions: string[] = []
    let open = 0
    let most = 0
    mock.answer(({ body }: DetectorQuestion, response) => {
      most = Math.max(most, ++open)
      response.on('finish', () => open--)
      const { text } = JSON.parse(body)
      questions.push(text)
      const start = text.indexOf('Nightfall')
      return { findings: start < 0 ? [] : [{ rule: 'project', span: { start, end: start + 9 } }] }
    })
    await start([guardrail({}, { maxCharacters: 1000 })])
    // No two parts are alike: what was answered once is not asked again.
    const words = (count: number): string => Array.from({ length: count }, (_, index) => `word${index} `).join('')
    const before = words(1400)
    const call = await bed.gateway.call(await ask(`${before}Nightfall ${words(700)}`))
    expect(most).toBeLessThanOrEqual(4)
    expect(questions.length).toBeGreaterThan(15)
    expect(questions.every((text) => text.length <= 1000)).toBe(true)
    const found = call.decisions[0].findings.map(({ span }: { span: object }) => span)
    expect(found).toContainEqual({ start: before.length, end: before.length + 9 })
  })

  it('shows nobody its secret or its address', async () => {
    mock.answer(() => ({ findings: [] }))
    await start([guardrail()])
    const shown = await bed.gateway.control('/api/v1/config')
    expect(shown.text).not.toContain('key-of-both')
    expect(shown.text).not.toContain(mock.origin)
  })
})

const faultsOf = (settings: string): string => {
  const text = `guardrails:\n  - { id: a, detector: webhook, settings: ${settings} }\n`
  return compileConfig(text, [], {})
    .faults.map(({ message }) => message)
    .join('\n')
}

it.each([
  ['{ url: "http://example.com/x" }', /https/],
  ['{ url: "https://10.0.0.1/x" }', /private/],
  ['{ url: "https://169.254.169.254/x", allowPrivateNetwork: true }', /never allowed/],
  ['{ url: "https://metadata.google.internal/x", allowPrivateNetwork: true }', /never allowed/],
  ['{ url: "https://user:password@example.com/x" }', /user name or password/],
  ['{ url: "env:not a name" }', /names no environment variable/],
  ['{ url: "https://example.com/x", secret: "vault:x" }', /mount, path and field/],
  ['{}', /url|string/i],
])('refuses the settings %s', (settings, sentence) => {
  expect(faultsOf(settings)).toMatch(sentence)
})
