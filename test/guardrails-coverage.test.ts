import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { clientEndpoints, clientQuestions, rawPrefix, socketEndpoints } from '../src/server/client-paths.ts'
import { feedbackPath } from '../src/server/data-plane/paths/serve-feedback.ts'
import { keptReplyPaths } from '../src/server/data-plane/paths/serve-kept-reply.ts'
import { spansPath } from '../src/server/data-plane/paths/serve-spans.ts'
import { startTestbed } from './support/testbed.ts'

const guide = readFileSync(new URL('../docs/guides/guardrails-coverage.md', import.meta.url), 'utf8')
const rows = guide
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .flatMap((line) => line.split('|')[1]?.match(/`[^`]+`/g) ?? [])
  .map((pattern) => new RegExp(`^${pattern.slice(1, -1).split('*').map(RegExp.escape).join('.*')}$`))
/** Prefixes of vendors lead to the same. */
const plain = (path: string) => path.replace(/^\/(?:openai|anthropic|gemini|bedrock|ollama|cohere|vertex)(?=\/)/, '')
const unnamed = (paths: readonly string[]) => paths.filter((path) => !rows.some((row) => row.test(plain(path))))

it('the guide says of each path where guardrails look', () => {
  const tables = [clientEndpoints(), socketEndpoints(), clientQuestions(), keptReplyPaths]
  expect(unnamed([...tables.flatMap(({ paths }) => paths), feedbackPath, spansPath, `${rawPrefix}a`])).toEqual([])
})

it('a path that no row names is found out', () => {
  expect(unnamed(['/v1/videos', '/v1/messages/odd'])).toEqual(['/v1/videos', '/v1/messages/odd'])
})

it('batches that are worked off here are judged line by line', async () => {
  const secret = 'AKIAQ3EGTPXVZ5NHWL2M'
  const bed = await startTestbed({
    config: {
      guardrails: [{ id: 'no-keys', detector: 'secrets', state: 'enforce' }],
      inspection: { preset: 'off' },
    },
  })
  const line = (custom_id: string, content: string) =>
    JSON.stringify({
      custom_id,
      method: 'POST',
      url: '/v1/chat/completions',
      body: { model: 'fast', messages: [{ role: 'user', content }] },
    })
  const file = await bed.gateway.post(
    '/v1/files',
    `--b\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n--b\r\ncontent-disposition: form-data; name="file"; filename="in.jsonl"\r\n\r\n${line('good', 'Hi')}\n${line('bad', secret)}\r\n--b--\r\n`,
    { headers: { 'content-type': 'multipart/form-data; boundary=b' } },
  )
  const made = await bed.gateway.post('/v1/batches', {
    input_file_id: file.json.id,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
  })
  const ask = (path: string) => bed.gateway.post(path, undefined, { method: 'GET' })
  await expect
    .poll(async () => (await ask(`/v1/batches/${made.json.id}`)).json.status, { timeout: 20_000 })
    .toBe('completed')
  const { json } = await ask(`/v1/batches/${made.json.id}`)
  expect(json.request_counts).toEqual({ total: 2, completed: 1, failed: 1 })
  expect((await ask(`/v1/files/${json.error_file_id}/content`)).text).toContain('guardrail_denied')
  expect(bed.openai.requests.map(({ body }) => body.toString()).join()).not.toContain(secret)
  await bed.close()
})
