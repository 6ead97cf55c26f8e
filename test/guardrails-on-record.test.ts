import { afterEach, describe, expect, it } from 'vitest'
import { chatEnd, chunk, guardrail, secret } from './support/guarded-chats.ts'
import { stream, unary } from './support/mock-replies.ts'
import { newSpanId, newTraceId, otlpJson } from './support/spans.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

let bed: Testbed
const start = async (guardrails: readonly object[], more: object = {}): Promise<void> => {
  bed = await startTestbed({ config: { guardrails, inspection: { preset: 'off' }, ...more } })
}
afterEach(() => bed.reset())

describe('scopes and exceptions', () => {
  afterEach(() => bed.close())
  const ask = () =>
    bed.gateway.post('/v1/chat/completions', { model: 'fast', messages: [{ role: 'user', content: secret }] })

  it('lets pass what somebody answers for, until it expires', async () => {
    const exception = { owner: 'ada@example.com', rules: ['aws-access-key'] }
    await start([guardrail({ exceptions: [{ ...exception, expires: '2999-01-01' }] })])
    const reply = await ask()
    expect(reply.status).toBe(200)
    expect((await bed.gateway.call(reply)).decisions).toMatchObject([
      { findings: [], exceptedBy: 'ada@example.com', exceptedRules: ['aws-access-key'] },
    ])
    expect(reply.headers['x-portcullis-decision']).toBeUndefined()
    const told = await bed.gateway.control('/api/v1/decisions?kind=guardrail')
    expect(told.json.data).toMatchObject([
      { effect: 'allow', state: 'enforce', reason: expect.stringContaining('ada@') },
    ])
    await bed.close()
    await start([guardrail({ exceptions: [{ ...exception, expires: '2020-01-01' }] })])
    expect((await ask()).status).toBe(400)
  })

  it('is on record with the rule that it let pass, beside what was redacted', async () => {
    const mail = { owner: 'ada@example.com', rules: ['email'], expires: '2999-01-01' }
    const other = { owner: 'bob@example.com', rules: ['iban'], expires: '2999-01-01' }
    await start([guardrail({ id: 'people', detector: 'pii', action: 'redact', exceptions: [other, mail] })])
    const content = 'Write to jane.miller@northwind-trading.com, who has the card 4242 4242 4242 4242.'
    const reply = await bed.gateway.post('/v1/chat/completions', {
      model: 'fast',
      messages: [{ role: 'user', content }],
    })
    expect(reply.status).toBe(200)
    const one = {
      findings: [{ rule: 'card' }],
      exceptedBy: 'ada@example.com',
      exceptedRules: ['email'],
    }
    expect((await bed.gateway.call(reply)).decisions).toMatchObject([one])
    const told = await bed.gateway.control('/api/v1/decisions?kind=guardrail')
    expect(told.json.data).toMatchObject([
      {
        ...one,
        effect: 'redact',
        reason: expect.stringContaining('An exception of ada@example.com let pass others: email.'),
      },
    ])
    expect(JSON.stringify(told.json.data)).not.toContain('jane.miller')
  })

  it('looks only where it is to', async () => {
    await start([
      guardrail({ models: ['clever*'] }),
      guardrail({ id: 'b', keys: ['somebody'] }),
      guardrail({ id: 'c', points: ['output'] }),
    ])
    expect((await ask()).status).toBe(200)
  })

  it('refuses a configuration that names what is not there', async () => {
    await expect(start([guardrail({ detector: 'secretz' })])).rejects.toThrow(/secretz.*secrets/)
    await expect(start([guardrail({ rules: ['aws-acces-key'] })])).rejects.toThrow(/aws-access-key/)
    await start([])
  })
})

describe('a guardrail in shadow', () => {
  afterEach(() => bed.close())
  const said = (content: string) => ({ model: 'fast', messages: [{ role: 'user', content }] })
  const answer = {
    id: 'c',
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: `Take ${secret}` } }],
  }
  const shadow = guardrail({ state: 'shadow', detector: 'words', settings: { forbidden: ['portcullis'] } })

  it('changes nothing, and says on record what it would have done', async () => {
    await start([shadow])
    bed.openai.reply(
      unary({ ...answer, choices: [{ index: 0, message: { role: 'assistant', content: 'The portcullis falls.' } }] }),
    )
    const reply = await bed.gateway.post('/v1/chat/completions', said('Raise the portcullis, please.'))
    expect(reply.status).toBe(200)
    expect(reply.headers['x-portcullis-decision']).toBeUndefined()
    const call = await bed.gateway.call(reply)
    expect(call.decisions).toMatchObject([
      {
        guardrail: 'no-keys',
        state: 'shadow',
        action: 'deny',
        point: 'input',
        findings: [{ path: '/messages/0/content' }],
      },
      { guardrail: 'no-keys', state: 'shadow', action: 'deny', point: 'output' },
    ])
    const { json } = await bed.gateway.control('/api/v1/decisions?kind=guardrail')
    expect(json.data[0]).toMatchObject({ state: 'shadow', effect: 'deny', without: { outcome: 'refused' } })
  })

  it('judges calls whose bodies are not kept while they are served', async () => {
    await start([shadow], { record: { bodies: 'off' } })
    const reply = await bed.gateway.post('/v1/chat/completions', said('Raise the portcullis, please.'))
    expect(reply.status).toBe(200)
    expect((await bed.gateway.call(reply)).decisions).toMatchObject([{ state: 'shadow', point: 'input' }])
    bed.openai.reply(stream([chunk('The portcullis '), chunk('falls.'), chatEnd]))
    const streamed = await bed.gateway.post('/v1/chat/completions', { ...said('Hi'), stream: true })
    expect((await bed.gateway.call(streamed)).decisions).toMatchObject([{ state: 'shadow', point: 'output' }])
  })

  it('is what a fresh install has, whose record holds no credentials', async () => {
    bed = await startTestbed()
    bed.openai.reply(unary(answer))
    const reply = await bed.gateway.post('/v1/chat/completions', said(`Use ${secret}.`))
    expect(bed.openai.requests[0]?.body.toString()).toContain(secret)
    expect(reply.text).toContain(secret)
    const call = await bed.gateway.call(reply)
    expect(JSON.stringify(call)).not.toContain(secret)
    expect(call.input.messages[0].content).toBe('Use [AWS_ACCESS_KEY].')
    await expect
      .poll(async () => (await bed.gateway.control('/api/v1/access')).json.dataCategories)
      .toContainEqual({ detector: 'secrets', category: 'credential', point: 'input', calls: 1 })
    expect(call.decisions).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ guardrail: 'secrets', state: 'shadow', action: 'redact', point: 'input' }),
        expect.objectContaining({ guardrail: 'secrets', state: 'shadow', action: 'redact', point: 'output' }),
      ]),
    )
  })
})

it('credentials in spans of programs are masked on record as those of calls are', async () => {
  bed = await startTestbed()
  const [traceId, spanId] = [newTraceId(), newSpanId()]
  const attributes = { 'gen_ai.prompt': `Use ${secret}.` }
  const sent = await bed.gateway.post('/v1/traces', otlpJson([{ traceId, spanId, attributes }]))
  expect(sent.status).toBe(200)
  await expect
    .poll(async () => (await bed.gateway.control(`/api/v1/traces/${traceId}/spans/${spanId}`)).text, {
      timeout: 20_000,
    })
    .toContain('Use [AWS_ACCESS_KEY].')
  expect((await bed.gateway.control(`/api/v1/traces/${traceId}/spans/${spanId}`)).text).not.toContain(secret)
  await bed.close()
})
