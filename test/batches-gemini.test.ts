import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { type GeminiBed, startGeminiBed } from './support/gemini-bed.ts'

let bed: GeminiBed
let client: OpenAI
beforeAll(async () => {
  bed = await startGeminiBed()
  client = new OpenAI({ baseURL: `${bed.gateway.url}/v1`, apiKey: bed.gateway.key, maxRetries: 0 })
})
afterAll(() => bed.close())

const line = (customId: string, url: string, body: object) =>
  JSON.stringify({ custom_id: customId, method: 'POST', url, body })

/** Each look is one more request: batches are worked off behind the back of whoever made them. */
async function over(endpoint: string, lines: readonly string[]): Promise<OpenAI.Batch> {
  const content = await toFile(Buffer.from(lines.join('\n')), 'in.jsonl')
  const file = await client.files.create({ file: content, purpose: 'batch' })
  let batch = await client.batches.create({
    input_file_id: file.id,
    endpoint: endpoint as '/v1/chat/completions',
    completion_window: '24h',
  })
  while (batch.status !== 'completed') batch = await client.batches.retrieve(batch.id)
  return batch
}

async function linesOf(id: string | null | undefined): Promise<Json[]> {
  const text = await (await client.files.content(id ?? '')).text()
  return text
    .trimEnd()
    .split('\n')
    .map((one) => JSON.parse(one))
}

it.each([
  ['/v1/chat/completions', '/v1beta/openai/chat/completions', { object: 'chat.completion' }],
  ['/v1/messages', '/v1beta/models/gemini-3-flash-preview:generateContent', { type: 'message', role: 'assistant' }],
])('a batch of %s is worked off with Gemini models, line by line', async (endpoint, asked, answer) => {
  bed.reset()
  const messages = [{ role: 'user', content: 'Hello' }]
  const models = ['bright', 'gemini-mock/gemini-3-flash-preview']
  const batch = await over(
    endpoint,
    models.map((model) => line(model, endpoint, { model, max_tokens: 50, messages })),
  )
  expect(batch.request_counts).toEqual({ total: 2, completed: 2, failed: 0 })
  expect(batch.usage?.input_tokens).toBeGreaterThan(0)
  const lines = await linesOf(batch.output_file_id)
  expect(lines.map(({ custom_id: id }) => id).sort()).toEqual([...models].sort())
  for (const { response } of lines) expect(response.body).toMatchObject(answer)
  expect(bed.gemini.requests.map(({ path }) => path)).toEqual([asked, asked])
})
