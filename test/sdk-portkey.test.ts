import { Portkey } from 'portkey-ai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { heldReply, unary, vendorError } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

/** The official package, of which only the base URL is ours. */
function portkey(options: Readonly<Record<string, unknown>> = {}): Portkey {
  return new Portkey({ apiKey: bed.gateway.key, baseURL: `${bed.gateway.url}/v1`, maxRetries: 0, ...options })
}

const messages = [{ role: 'user' as const, content: 'Who goes there?' }]
const answer = 'Grüße aus dem Torhaus 🏰 — alles ruhig.'

async function faultOf(run: Promise<unknown>): Promise<unknown> {
  return await run.then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe('the official package of Portkey', () => {
  it('gets a whole answer from the account that its provider names', async () => {
    const reply = await portkey({ provider: '@openai-mock' }).chat.completions.create({ model: 'gpt-5-mini', messages })
    expect(reply.choices?.[0]?.message?.content).toBe(answer)
    expect(bed.openai.requests[0]?.json).toMatchObject({ model: 'gpt-5-mini', messages })
    expect(reply.getHeaders()).toMatchObject({
      'last-used-option-index': 'config',
      'retry-attempt-count': '0',
      'cache-status': 'DISABLED',
      provider: 'openai',
    })
  })

  it('gets a stream', async () => {
    const client = portkey({ provider: 'openai', traceID: 'trace-7' })
    const chunks = await client.chat.completions.create({ model: 'gpt-5-mini', messages, stream: true })
    let text = ''
    for await (const chunk of chunks) text += chunk.choices[0]?.delta?.content ?? ''
    expect(text).toBe(answer)
  })

  it('chooses by its metadata and is retried, as its config says', async () => {
    const config = {
      retry: { attempts: 2 },
      strategy: {
        mode: 'conditional',
        // biome-ignore lint/suspicious/noThenProperty: Portkey's word.
        conditions: [{ query: { 'metadata.tier': { $eq: 'paid' } }, then: 'strong' }],
        default: 'cheap',
      },
      targets: [
        { name: 'cheap', provider: '@anthropic-mock' },
        { name: 'strong', provider: '@openai-mock' },
      ],
    }
    bed.openai.reply(vendorError(503), vendorError(503))
    const client = portkey({ config, metadata: { tier: 'paid' } })
    const reply = await client.chat.completions.create({ model: 'gpt-5-mini', messages })
    expect(reply.choices?.[0]?.message?.content).toBe(answer)
    expect(reply.getHeaders()).toMatchObject({
      'last-used-option-index': 'config.targets[1]',
      'retry-attempt-count': '2',
    })
    expect(bed.anthropic.requests).toHaveLength(0)
  })

  it('names the account in the model', async () => {
    const reply = await portkey().chat.completions.create({ model: '@anthropic-mock/claude-sonnet-4-5', messages })
    expect(reply.choices?.[0]?.message?.content).toBe(answer)
    expect(bed.anthropic.requests[0]?.json).toMatchObject({ model: 'claude-sonnet-4-5' })
  })

  it('reaches a virtual key by its slug', async () => {
    const reply = await portkey({ virtualKey: 'anthropic-mock' }).chat.completions.create({
      model: 'claude-sonnet-4-5',
      messages,
    })
    expect(reply.choices?.[0]?.message?.content).toBe(answer)
    expect(bed.anthropic.requests).toHaveLength(1)
  })

  it('falls back by its config, each target with parameters of its own', async () => {
    bed.openai.reply(vendorError(503))
    const config = {
      strategy: { mode: 'fallback' },
      override_params: { temperature: 0.25 },
      targets: [
        { provider: '@openai-mock' },
        { virtualKey: 'anthropic-mock', overrideParams: { model: 'claude-sonnet-4-5', max_tokens: 77 } },
      ],
    }
    const reply = await portkey({ config }).chat.completions.create({ model: 'gpt-5-mini', messages })
    expect(reply.choices?.[0]?.message?.content).toBe(answer)
    expect(reply.getHeaders()).toMatchObject({ 'last-used-option-index': 'config.targets[1]', provider: 'anthropic' })
    expect(bed.openai.requests[0]?.json).toMatchObject({ model: 'gpt-5-mini', temperature: 0.25 })
    expect(bed.anthropic.requests[0]?.json).toMatchObject({ model: 'claude-sonnet-4-5', max_tokens: 77 })
  })

  it('gets embeddings', async () => {
    const reply = await portkey({ provider: 'openai' }).embeddings.create({
      model: 'text-embedding-3-small',
      input: 'A gate.',
    })
    expect(reply.data?.length).toBeGreaterThan(0)
    expect(bed.openai.requests[0]?.path).toBe('/v1/embeddings')
  })

  it('lists the models that its key may use', async () => {
    const { data } = await portkey().models.list()
    expect(data).toContainEqual(expect.objectContaining({ id: 'fast' }))
  })

  it('meets the errors of providers and of the gateway with their status', async () => {
    const client = portkey({ provider: '@openai-mock' })
    for (const status of [400, 401, 429, 500]) {
      bed.openai.reply(vendorError(status))
      const fault = await faultOf(client.chat.completions.create({ model: 'gpt-5-mini', messages }))
      expect(fault).toMatchObject({ status, message: expect.stringContaining('The mock says no.') })
    }
    const fault = await faultOf(
      portkey({ provider: '@nowhere' }).chat.completions.create({ model: 'gpt-5-mini', messages }),
    )
    expect(fault).toMatchObject({ status: 404, message: expect.stringContaining('nowhere') })
  })

  it('does not repeat a call that failed: the reply has a trace id', async () => {
    bed.openai.script(() => vendorError(500))
    const client = portkey({ provider: '@openai-mock', maxRetries: 1 })
    expect(await faultOf(client.chat.completions.create({ model: 'gpt-5-mini', messages }))).toMatchObject({
      status: 500,
    })
    expect(bed.openai.requests).toHaveLength(1)
  })

  it('is told when the time that it gave an attempt is over', async () => {
    const held = heldReply()
    bed.openai.reply(held.reply)
    const client = portkey({ provider: '@openai-mock', requestTimeout: 20 })
    const fault = await faultOf(client.chat.completions.create({ model: 'gpt-5-mini', messages }))
    expect(fault).toMatchObject({ status: 408, message: expect.stringContaining('20ms') })
    expect(await (await held.arrived).request.ended).toBe('aborted')
    held.release(unary({}))
  })
})
