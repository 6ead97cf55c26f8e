/** Rules that the settings of a detector name are rules like any other: of guardrails, of exceptions, of errors. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestbed, type Testbed } from './support/testbed.ts'

const keyOf = (id: string): string => `pk-of-${id}-0123456789abcdefghij`
const patterns = [
  { name: 'ticket', pattern: 'TCK-\\d{4}' },
  { name: 'project', pattern: 'Nightfall', category: 'confidential' },
]
const topics = [{ name: 'rivals', terms: ['Globex'] }, { terms: ['Initech'] }]
const leave = (rule: string) => [{ owner: 'ada@example.com', expires: '2999-01-31', rules: [rule] }]
/** One key for each guardrail, so that one gateway has them all. */
const guarded: Readonly<Record<string, object>> = {
  only: { detector: 'regex', settings: { patterns }, rules: ['ticket'] },
  but: { detector: 'regex', settings: { patterns }, exceptions: leave('ticket') },
  kind: { detector: 'regex', settings: { patterns }, categories: ['confidential'] },
  topics: { detector: 'topics', settings: { topics }, rules: ['topic'] },
  rivals: { detector: 'topics', settings: { topics }, exceptions: leave('rivals') },
}

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({
    config: {
      inspection: { preset: 'off' },
      guardrails: Object.entries(guarded).map(([id, fields]) => ({
        ...{ id, points: ['input'], state: 'enforce', keys: [id], ...fields },
      })),
    },
    keys: Object.keys(guarded).map((id) => ({ id, key: keyOf(id), workspace: 'default', models: ['*'] })),
  })
})
afterAll(() => bed.close())

it.each([
  ['only', 'See TCK-4711.', 400],
  ['only', 'What is Nightfall?', 200],
  ['but', 'See TCK-4711.', 200],
  ['but', 'What is Nightfall?', 400],
  ['kind', 'See TCK-4711.', 200],
  ['kind', 'What is Nightfall?', 400],
  ['topics', 'Ask Globex.', 200],
  ['topics', 'Ask Initech.', 400],
  ['rivals', 'Ask Globex.', 200],
  ['rivals', 'Ask Initech.', 400],
])('a rule of the settings is one of the guardrail: %s of "%s"', async (key, content, status) => {
  const body = { model: 'openai-mock/gpt-5-mini', messages: [{ role: 'user', content }] }
  const reply = await bed.gateway.post('/v1/chat/completions', body, {
    headers: { authorization: `Bearer ${keyOf(key)}` },
  })
  expect(reply.status).toBe(status)
})
