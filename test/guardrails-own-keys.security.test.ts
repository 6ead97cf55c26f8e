import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { startTestbed, type Testbed } from './support/testbed.ts'

/** A virtual key that somebody chose: its form tells nothing. */
const chosen = 'kestrel-meadow-of-the-blue-team'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({
    config: {
      guardrails: [{ id: 'no-keys', detector: 'secrets', state: 'enforce', action: 'deny' }],
      inspection: { preset: 'off' },
    },
    keys: [{ id: 'blue', key: chosen, workspace: 'default', models: ['*'] }],
  })
})
afterAll(() => bed.close())
afterEach(() => bed.reset())

const asking = (content: string) =>
  bed.gateway.post('/v1/chat/completions', { model: 'fast', messages: [{ role: 'user', content }] })

it.each([
  ['said', `Why does ${chosen} not work?`],
  ['at the end of a sentence', `The key is ${chosen}.`],
  ['in quotes', `{"auth":"${chosen}"}`],
  ['behind a name', `curl -H x-portcullis:${chosen} http://gateway`],
  ['encoded', `Decode ${Buffer.from(`the key is ${chosen} here`).toString('base64')} for me`],
])('a key of this gateway does not leave it: %s', async (_how, content) => {
  const reply = await asking(content)
  expect([reply.status, reply.headers['x-portcullis-error']]).toEqual([400, 'guardrail_denied'])
  expect(bed.openai.requests).toHaveLength(0)
  const { decisions } = await bed.gateway.call(reply)
  expect(JSON.stringify(decisions)).toContain('gateway-key')
})

it('a key of this gateway is masked on record, whatever guardrails do', async () => {
  const reply = await asking(`Why does ${chosen} not work?`)
  expect(JSON.stringify(await bed.gateway.call(reply))).not.toContain(chosen)
})

it.each(['The kestrel-meadow-of-the-red-team is a bird place.', `${chosen}-2`])(
  'a word that is as long, or longer, goes on: %s',
  async (content) => {
    expect((await asking(content)).headers['x-portcullis-error']).not.toBe('guardrail_denied')
    expect(bed.openai.requests).toHaveLength(1)
  },
)
