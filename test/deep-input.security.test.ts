import { afterAll, beforeAll, expect, it } from 'vitest'
import { fixture, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed()
})
afterAll(() => bed.close())

it('a body nested a hundred thousand deep does not stop the record for the calls behind it', async () => {
  const { usage: _, ...withoutUsage } = JSON.parse(fixture('openai/chat-completion.json').toString('utf8'))
  bed.openai.script(() => unary(JSON.stringify(withoutUsage)))
  const messages = '[{"role":"user","content":"x"}]'
  const deep = `{"model":"gpt-5-mini","messages":${messages},"system":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
  const first = await bed.gateway.post('/v1/chat/completions', deep)
  expect(first.status).toBe(200)
  const second = await bed.gateway.post('/v1/chat/completions', { model: 'gpt-5-mini', messages: JSON.parse(messages) })
  const call = await bed.gateway.call(second)
  expect(call.usageEstimated).toBe(true)
  const list = await bed.gateway.control('/api/v1/calls')
  expect(list.json.data.map(({ id }: { id: string }) => id)).toContain(first.headers['x-portcullis-call-id'])
})

it.each([150, 2000, 8000, 30_000])('the input of a call nested %i deep is answered at once', async (depth) => {
  const content = `${'['.repeat(depth)}${']'.repeat(depth)}`
  const body = `{"model":"gpt-5-mini","messages":${content}}`
  const reply = await bed.gateway.post('/v1/chat/completions', body)
  const call = await bed.gateway.call(reply)
  // Deeper than anything that a person writes: as text, which every reader can take.
  expect(call.input).toEqual(depth < 200 ? JSON.parse(body) : body)
})
