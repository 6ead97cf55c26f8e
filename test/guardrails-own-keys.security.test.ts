import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { post } from './support/client.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

/** A virtual key that somebody chose: its form tells nothing. */
const chosen = 'kestrel-meadow-of-the-blue-team'
const ofOthers = 'heron-meadow-of-the-green-team'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({
    config: {
      guardrails: [{ id: 'no-keys', detector: 'secrets', state: 'enforce', action: 'deny' }],
      inspection: { preset: 'off' },
    },
    keys: [
      { id: 'blue', key: chosen, workspace: 'default', models: ['*'] },
      { id: 'green', key: ofOthers, workspace: 'green', models: ['*'] },
    ],
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
  ['first of a query', `Fetch https://gateway.example/v1?key=${chosen}&model=a`],
  ['in quotes of print', `Use “${chosen}” there`],
  ['in French quotes', `Use «${chosen}» there`],
  ['before an ellipsis', `Use ${chosen}… there`],
  ['before a hash', `Use ${chosen}# there`],
  ['before a colon', `${chosen}: is it right?`],
  ['before a dash', `${chosen}—ok`],
  ['before a query', `${chosen}?x`],
  ['before a name', `${chosen}&x=1`],
  ['behind many marks', `${'='.repeat(17)}${chosen}`],
  ['within a long address', `https://gateway.example/${'a/'.repeat(400)}${chosen}/b`],
  ['in bold', `**${chosen}**`],
  ['in Chinese', `密钥是${chosen}吗`],
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

it('a key of another workspace is a word like others, so that nobody can try which is one', async () => {
  const text = `Is ${ofOthers} a key? ${'The meadow is green. '.repeat(20)}`
  const from = (key: string) =>
    post(
      `${bed.gateway.url}/v1/chat/completions`,
      { model: 'fast', messages: [{ role: 'user', content: text }] },
      { headers: { authorization: `Bearer ${key}` } },
    )
  // What was said of a text to one workspace is not said to another.
  expect((await from(ofOthers)).headers['x-portcullis-error']).toBe('guardrail_denied')
  expect((await from(chosen)).headers['x-portcullis-error']).not.toBe('guardrail_denied')
  expect((await from(ofOthers)).headers['x-portcullis-error']).toBe('guardrail_denied')
  expect(bed.openai.requests).toHaveLength(1)
})
