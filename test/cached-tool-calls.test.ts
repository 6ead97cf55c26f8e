import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Json, WireReply } from './support/client.ts'
import { fixture, stream, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({ config: { cache: { exact: { ttlSeconds: 60, include: ['tool-calls'] } } } })
})
afterAll(() => bed.close())
beforeEach(() => {
  bed.reset()
  bed.openai.script((request) => {
    const { tools, stream: isStream }: Json = request.json
    const file = isStream ? 'openai/chat-completion-tools.sse' : 'openai/chat-completion-tools.json'
    const called = fixture(file).toString().replaceAll('get_weather', tools[0].function.name)
    return isStream ? stream(Buffer.from(called)) : unary(Buffer.from(called))
  })
})

/** Longer than OpenAI takes them. */
const long = `mcp__${'knowledge_base_of_the_whole_company_'.repeat(2)}search`
const model = 'openai-mock/gpt-4.1'

function asAnthropic(name: string, content: string, isStream: boolean): Promise<WireReply> {
  const tools = [{ name, input_schema: { type: 'object', properties: {} } }]
  const messages = [{ role: 'user', content }]
  return bed.gateway.post('/v1/messages', { model, max_tokens: 50, tools, messages, stream: isStream })
}

function asOpenai(name: string, content: string, isStream: boolean): Promise<WireReply> {
  const tools = [{ type: 'function', function: { name, parameters: { type: 'object', properties: {} } } }]
  const messages = [{ role: 'user', content }]
  const usage = isStream ? { stream_options: { include_usage: true } } : {}
  return bed.gateway.post('/v1/chat/completions', {
    model,
    max_tokens: 50,
    tools,
    messages,
    stream: isStream,
    ...usage,
  })
}

const cacheOf = ({ headers }: WireReply): unknown => headers['x-portcullis-cache']

describe.each([false, true])('a kept call of a tool (as a stream: %s)', (isStream) => {
  it('is given again where the tool has the name that its client gave it', async () => {
    const ask = () => asAnthropic('get_weather', `short ${isStream}`, isStream)
    const [first, second] = [await ask(), await ask()]
    expect([cacheOf(first), cacheOf(second)]).toEqual(['miss', 'hit'])
    expect(second.text).toContain('"get_weather"')
  })

  it('never names a tool as only the provider knows it', async () => {
    const content = `long ${isStream}`
    const replies = [
      await asAnthropic(long, content, isStream),
      await asAnthropic(long, content, isStream),
      await asOpenai(long, content, isStream),
    ]
    for (const { status, text } of replies) {
      expect(status).toBe(200)
      expect(text).toContain(`"${long}"`)
    }
  })

  it('is given to a client that names the tool as the provider was told to', async () => {
    await asOpenai(long, `first ${isStream}`, isStream)
    const reply = await asAnthropic(long, `first ${isStream}`, isStream)
    expect(reply.text).toContain(`"${long}"`)
  })
})
