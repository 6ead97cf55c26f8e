import { afterAll, describe, expect, it } from 'vitest'
import { type DetectorFolder, detectorFolder } from './support/detector-files.ts'
import { startDetectorMock } from './support/detector-mock.ts'
import { sessionBed } from './support/session-bed.ts'
import { answer, kinds } from './support/session-events.ts'

const folders: DetectorFolder[] = []
// Hooks run from the last to the first: the gateways that read them have ended by then.
afterAll(async () => {
  for (const { remove } of folders) await remove()
})
const bed = sessionBed()

it('an answer waits for a detector that asks somebody else, in order, also one that is refused by it', async () => {
  const detector = await startDetectorMock()
  detector.answer(({ body }) => {
    const { text } = JSON.parse(body)
    return { findings: String(text).includes('Nightfall') ? [{ rule: 'project' }] : [] }
  })
  const settings = { url: `${detector.origin}/inspect`, allowPrivateNetwork: true }
  await bed.open([{ id: 'own', detector: 'webhook', points: ['output'], action: 'deny', state: 'enforce', settings }])
  const said = answer('The weather is fine.')
  bed.say(...said)
  expect(kinds(await bed.heard())).toEqual(kinds(said))
  bed.say(...answer('It is Nightfall.'))
  const got = await bed.heard()
  expect(JSON.stringify(got)).not.toContain('Nightfall')
  expect(got.at(-1)).toMatchObject({ type: 'response.done', response: { status: 'failed' } })
  await detector.close()
})

describe('a detector of a file, in a session', () => {
  const own = async (action: string, more: object = {}): Promise<void> => {
    const files = await detectorFolder()
    folders.push(files)
    const code = `export default {
      name: 'own', span: 40,
      detect(text) {
        if (text.includes('endless')) for (;;);
        return Array.from(text.matchAll(/TCK-\\d{6}/g), ({ index }) => ({ span: { start: index, end: index + 10 } }))
      },
    }`
    const settings = { file: await files.write('own.js', code), timeoutMs: 2000 }
    await bed.open([{ id: 'own', detector: 'local', points: ['output'], action, state: 'enforce', settings, ...more }])
  }

  it('has its word on answers before they are given', async () => {
    await own('deny')
    const said = answer('The weather is fine.')
    bed.say(...said)
    expect(kinds(await bed.heard())).toEqual(kinds(said))
    bed.say(...answer('See TCK-004711.'))
    const got = await bed.heard()
    expect(JSON.stringify(got)).not.toContain('004711')
    expect(got.at(-1)).toMatchObject({ type: 'response.done', response: { status: 'failed' } })
  })

  it('takes out what it finds', async () => {
    await own('redact')
    bed.say(...answer('See TCK-004711, please.'))
    const got = JSON.stringify(await bed.heard())
    expect(got).toContain('[OWN]')
    expect(got).not.toContain('004711')
  })

  it('lets no answer pass that it does not come to an end with, said again or not', async () => {
    await own('deny')
    for (let turn = 0; turn < 3; turn++) {
      bed.say(...answer(`It is endless.`))
      const got = await bed.heard()
      expect(JSON.stringify(got)).not.toContain('endless')
      expect(got.at(-1)).toMatchObject({ type: 'response.done', response: { status: 'failed' } })
    }
  })

  it('lets no message of a client pass, which cannot wait for it', async () => {
    await own('deny', { points: ['input'] })
    const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello there' }] }
    bed.socket.send(JSON.stringify({ type: 'conversation.item.create', item }))
    expect(JSON.parse(await bed.messages.take())).toMatchObject({ type: 'error', error: { code: 'guardrail_denied' } })
  })
})
