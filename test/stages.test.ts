import { afterAll, beforeAll, expect, it } from 'vitest'
import { fixture, heldReply, unary } from './support/mock-replies.ts'
import { startTestbed, type Testbed } from './support/testbed.ts'

const guardrails = [{ id: 'no-keys', detector: 'secrets', action: 'deny', state: 'enforce' }]
const messages = [{ role: 'user', content: 'What is a portcullis?' }]

let bed: Testbed
beforeAll(async () => {
  bed = await startTestbed({
    config: { guardrails, inspection: { preset: 'off' }, cache: { exact: { ttlSeconds: 60 } } },
  })
})
afterAll(() => bed.close())

async function stages(): Promise<Readonly<Record<string, { readonly count: number; readonly sum: number }>>> {
  const { text } = await bed.gateway.control('/metrics')
  const found = text.matchAll(/^portcullis_stage_ms_(count|sum)\{stage="(\w+)"\} (\S+)$/gm)
  const all: Record<string, { count: number; sum: number }> = {}
  for (const [, kind = '', stage = '', value] of found) {
    all[stage] ??= { count: 0, sum: 0 }
    Object.assign(all[stage], { [kind]: Number(value) })
  }
  return all
}

it('metrics say what each stage of calls took, and a provider that is slow is no overhead', async () => {
  expect((await stages())['upstream']).toBeUndefined()
  const held = heldReply()
  bed.openai.reply(held.reply)
  const asked = bed.gateway.post('/v1/chat/completions', { model: 'fast', messages })
  await held.arrived
  const since = performance.now()
  await bed.gateway.control('/api/v1/calls')
  const heldMs = performance.now() - since
  held.release(unary(fixture('openai/chat-completion.json')))
  const reply = await asked
  const call = await bed.gateway.call(reply)
  const times = await stages()
  expect(Object.keys(times).sort()).toEqual(
    ['authenticate', 'receive', 'parse', 'inspect', 'cache', 'route', 'encode', 'upstream', 'reply', 'record'].sort(),
  )
  for (const { count } of Object.values(times)) expect(count).toBe(1)
  expect(times['upstream']?.sum).toBeGreaterThanOrEqual(heldMs)
  const until = Object.entries(times).filter(([stage]) => stage !== 'record')
  expect(until.reduce((sum, [, stage]) => sum + stage.sum, 0)).toBeLessThanOrEqual(call.durationMs + 0.1)
})

it('an answer from the cache has no time at a provider, and a refused call ends where it was refused', async () => {
  const before = await stages()
  const reply = await bed.gateway.post('/v1/chat/completions', { model: 'fast', messages })
  expect(reply.headers['x-portcullis-cache']).toBe('hit')
  const refused = await bed.gateway.post(
    '/v1/chat/completions',
    { model: 'fast', messages },
    { headers: { authorization: 'Bearer pk-wrong' } },
  )
  expect(refused.status).toBe(401)
  const after = await stages()
  const more = (stage: string) => (after[stage]?.count ?? 0) - (before[stage]?.count ?? 0)
  expect(more('cache')).toBe(1)
  expect(more('upstream')).toBe(0)
  expect(more('authenticate')).toBe(2)
  expect(more('parse')).toBe(1)
})
