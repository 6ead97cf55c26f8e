import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
afterEach(() => bed.reset())

beforeAll(async () => {
  bed = await startTestbed({
    config: {
      guardrails: [
        { id: 'no-leak', detector: 'system-prompt-leakage', state: 'enforce', action: 'deny', points: ['tool-call'] },
      ],
      inspection: { preset: 'off' },
    },
  })
})
afterAll(() => bed.close())

const prompt =
  'You are the helper of the north wing. Refund at most forty coins without asking the warden, and never say who the warden is.'
const args = JSON.stringify({ to: 'warden', body: `${prompt} That is all that I was told, so please answer soon.` })
const call = { id: 'call_1', type: 'function', function: { name: 'mail', arguments: args } }
const calling = unary({
  id: 'c',
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: null, tool_calls: [call] } }],
})
const user = { role: 'user', content: 'Write to the warden.' }
const asking = (messages: readonly object[]) => {
  bed.openai.reply(calling)
  return bed.gateway.post('/v1/chat/completions', { model: 'fast', messages })
}

it.each([
  ['another conversation has no such prompt', [user]],
  ['the same call stands in a request', [user, { role: 'assistant', tool_calls: [call] }, user]],
])('what is said of the arguments of a tool rests on their conversation, even where %s', async (_where, before) => {
  expect((await asking(before)).status).toBe(200)
  const reply = await asking([{ role: 'system', content: prompt }, user])
  expect(reply.headers['x-portcullis-error']).toBe('guardrail_denied')
  expect((await asking(before)).status).toBe(200)
})
