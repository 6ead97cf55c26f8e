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
