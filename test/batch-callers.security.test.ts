/** The calls of a batch are those of whoever its head names. */
import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Json, WireReply } from './support/client.ts'
import { unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const secret = 'AKIAQ3EGTPXVZ5NHWL2M'
const requiringKey = 'pk-of-requiring-0123456789abcdefghij'
const limitedKey = 'pk-of-limited-0123456789abcdefghijkl'
const guardrail = (id: string, fields: object) => ({
  ...{ id, detector: 'secrets', points: ['input', 'artifact'], state: 'enforce' },
  ...fields,
})

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({
    config: {
      inspection: { preset: 'off' },
      guardrails: [guardrail('agents', { agents: ['support-*'] }), guardrail('users', { users: ['mallory'] })],
      budgets: [{ id: 'of-agent', match: { keys: ['limited'], agents: ['planner'] }, requests: 1, per: 'day' }],
    },
    keys: [
      { id: 'requiring', key: requiringKey, workspace: 'default', models: ['*'], requireMetadata: ['agent'] },
      { id: 'limited', key: limitedKey, workspace: 'default', models: ['*'] },
    ],
  })
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

type Headers = Readonly<Record<string, string>>
const named = (said: object): Headers => ({ 'x-portcullis-metadata': JSON.stringify(said) })
const messages = [{ role: 'user', content: `Use ${secret}.` }]
const chat = '/v1/chat/completions'
const clientOf = (apiKey: string) => new OpenAI({ baseURL: `${bed.gateway.url}/v1`, apiKey, maxRetries: 0 })

/** What came of the one line of a batch. */
async function lineOf(headers: Headers, { key = bed.gateway.key, ...more }: Json = {}): Promise<Json> {
  const client = clientOf(key)
  const body = { model: 'fast', messages, ...more['line'] }
  const line = JSON.stringify({ custom_id: 'one', method: 'POST', url: chat, body })
  const file = await client.files.create(
    { file: await toFile(Buffer.from(line), 'in.jsonl'), purpose: 'batch' },
    { headers: named({ agent: 'uploader' }) },
  )
  const asked = { input_file_id: file.id, endpoint: chat, completion_window: '24h', ...more['head'] } as const
  const made = await client.batches.create(asked, { headers })
  for (;;) {
    const batch = await client.batches.retrieve(made.id)
    if (!['completed', 'failed'].includes(batch.status)) continue
    const text = await (await client.files.content(batch.output_file_id ?? batch.error_file_id ?? '')).text()
    return JSON.parse(text).response
  }
}
const codeOf = ({ status_code: status, body }: Json): unknown => body.error?.code ?? status

describe('a line of a batch that is worked off here', () => {
  it('is judged by the agent that the head names', async () => {
    expect(codeOf(await lineOf(named({ agent: 'Support-bot' })))).toBe('guardrail_denied')
    expect(codeOf(await lineOf({ 'x-portkey-metadata': '{"agent":"support-bot"}' }))).toBe('guardrail_denied')
    expect(codeOf(await lineOf({}, { head: { metadata: { agent: 'support-bot' } } }))).toBe('guardrail_denied')
    expect(codeOf(await lineOf(named({ agent: 'planner' })))).toBe(200)
    expect(codeOf(await lineOf({}))).toBe(200)
  })

  it('is judged by the user that the head names, or it itself', async () => {
    expect(codeOf(await lineOf(named({ _user: 'mallory' }), { line: { user: 'ada' } }))).toBe('guardrail_denied')
    expect(codeOf(await lineOf({}, { line: { user: 'Mallory' } }))).toBe('guardrail_denied')
    expect(codeOf(await lineOf(named({ _user: 'ada' })))).toBe(200)
  })

  it('is by an agent of any letters', async () => {
    expect(codeOf(await lineOf({}, { head: { metadata: { agent: 'support-\u0436' } } }))).toBe('guardrail_denied')
    expect(codeOf(await lineOf({}, { head: { metadata: { agent: 'планировщик' } } }))).toBe(200)
  })

  it('has the metadata that its key asks for, and is on record as of its agent', async () => {
    const reply = await lineOf(named({ agent: 'planner', team: 'search' }), { key: requiringKey })
    expect(codeOf(reply)).toBe(200)
    const call = await bed.gateway.call({ headers: { 'x-portcullis-call-id': reply['request_id'] } })
    expect(call.metadata).toEqual({ agent: 'planner', team: 'search' })
  })

  it('is under the budgets of its agent', async () => {
    expect(codeOf(await lineOf(named({ agent: 'planner' }), { key: limitedKey }))).toBe(200)
    const body = { model: 'fast', messages: [{ role: 'user', content: 'Hi' }] }
    const headers = { authorization: `Bearer ${limitedKey}`, ...named({ agent: 'Planner' }) }
    const reply = await bed.gateway.post(chat, body, { headers })
    expect(reply.headers['x-portcullis-error']).toBe('rate_limited')
  })
})

describe('a message batch', () => {
  const path = '/v1/messages/batches'
  const requests = (model: string) => [{ custom_id: 'one', params: { model, max_tokens: 10, messages } }]
  const create = async (model: string, headers: Headers): Promise<WireReply> =>
    await bed.gateway.post(path, { requests: requests(model) }, { headers })

  it('that is worked off here is judged by the agent that its head names', async () => {
    const made = await create('fast', named({ agent: 'support-bot' }))
    for (;;) {
      const { json } = await bed.gateway.get(`${path}/${made.json.id}`)
      if (json.processing_status === 'ended') break
    }
    const results = await bed.gateway.get(`${path}/${made.json.id}/results`)
    expect(JSON.parse(String(results.body)).result).toMatchObject({ type: 'errored' })
    expect(String(results.body)).toContain('guardrail')
    expect(bed.openai.requests).toEqual([])
  })

  it('at an account is judged as by any agent, as nobody there knows whose its calls are', async () => {
    bed.anthropic.reply(unary({ id: 'msgbatch_1', type: 'message_batch', processing_status: 'in_progress' }))
    for (const headers of [named({ agent: 'support-bot' }), named({ agent: 'planner' })])
      expect((await create('clever', headers)).headers['x-portcullis-error']).toBe('guardrail_denied')
    expect(bed.anthropic.requests).toEqual([])
  })
})
