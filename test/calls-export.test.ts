import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { tableFromIPC } from 'apache-arrow'
import { readParquet } from 'parquet-wasm/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parquetColumns, parquetExport } from '../src/catalog/exports/parquet.ts'
import type { CallDetails } from '../src/core/record/call-store.ts'
import { type Json, post } from './support/client.ts'
import { commandLine } from './support/command-line.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'

const redKey = 'pk-test-red-0123456789abcdefghijklmnop'
let gateway: TestGateway
let redDeveloper: string
let viewer: string

/** By the reader of Apache's own implementation in Rust. */
function rowsOf(file: Uint8Array): readonly Json[] {
  const table = tableFromIPC(readParquet(file).intoIPCStream())
  return table.toArray().map((row: Json) => row.toJSON())
}

const ask = async (content: string, key = gateway.key, model = 'demo/echo'): Promise<Json> => {
  const body = { model, messages: [{ role: 'user', content }], metadata: { team: 'search' } }
  const headers = { authorization: `Bearer ${key}` }
  return await gateway.call(await gateway.post('/v1/chat/completions', body, { headers }))
}
const exported = (query: string, token = gateway.adminToken) =>
  post(`${gateway.controlUrl}/api/v1/calls/export?${query}`, undefined, {
    method: 'GET',
    headers: { authorization: `Bearer ${token}` },
  })

beforeAll(async () => {
  gateway = await startTestGateway({ keys: [{ id: 'red', key: redKey, workspace: 'red' }] })
  const manager = async (id: string, fields: object): Promise<string> => {
    const body = { id, owner: 'x', ...fields }
    const headers = { authorization: `Bearer ${gateway.adminToken}` }
    return (await post(`${gateway.controlUrl}/api/v1/management-keys`, body, { headers })).json.key
  }
  redDeveloper = await manager('red-developer', { role: 'developer', workspace: 'red' })
  viewer = await manager('viewer', { role: 'viewer' })
})
afterAll(() => gateway.close())

describe('an export of calls', () => {
  it('as Parquet says what the record says, to another reader', async () => {
    const answered = await ask('Grüße 🏰')
    const failed = await ask('no', gateway.key, 'demo/error-503')
    const reply = await exported('format=parquet&key=team-a')
    expect(reply.headers['content-type']).toBe('application/vnd.apache.parquet')
    const rows = rowsOf(reply.body)
    expect(rows).toHaveLength(2)
    expect(Object.keys(rows[0])).toEqual(parquetColumns.map(({ name }) => name))
    const [second, first] = rows
    expect(first).toMatchObject({
      id: answered.id,
      workspace: 'default',
      key: 'team-a',
      model: 'echo',
      stream: false,
      status: 200,
      error_code: null,
      input_tokens: BigInt(answered.inputTokens),
      cost_usd: answered.costUsd,
      duration_ms: answered.durationMs,
      is_erased: false,
    })
    expect(new Date(Number(first.started_at)).toISOString()).toBe(answered.startedAt)
    expect(JSON.parse(first.input)).toEqual(answered.input)
    expect(JSON.parse(first.output)).toEqual(answered.output)
    expect(JSON.parse(first.metadata)).toEqual({ team: 'search' })
    expect(second).toMatchObject({ id: failed.id, status: 503, error_code: failed.errorCode, output_tokens: null })
  })

  it('as JSONL has a line for each, of those that the filters find and no more than `max`', async () => {
    const lines = (await exported('key=team-a')).text.trim().split('\n')
    expect(lines.map((line) => JSON.parse(line).status)).toEqual([503, 200])
    expect((await exported('key=team-a&max=1')).text.trim().split('\n')).toHaveLength(1)
    expect((await exported('model=nothing-of-this')).text).toBe('')
    expect(rowsOf((await exported('format=parquet&model=nothing-of-this')).body)).toEqual([])
    for (const wrong of ['format=csv', 'max=0', 'limit=5', 'cursor=x', 'status=fine', 'colour=red'])
      expect([wrong, (await exported(wrong)).status]).toEqual([wrong, 400])
  })

  it('is of the own workspace, for those who may read prompts, and in the audit log', async () => {
    const { id } = await ask('crimson', redKey)
    const own = (await exported('', redDeveloper)).text.trim().split('\n')
    expect(own.map((line) => JSON.parse(line).id)).toEqual([id])
    expect((await exported('workspace=default', redDeveloper)).status).toBe(403)
    expect((await exported('', viewer)).status).toBe(403)
    const { data } = (await gateway.control('/api/v1/audit?limit=200')).json
    const entries = data.filter(({ action }: Json) => action === 'calls-exported')
    expect(entries.at(-1)).toMatchObject({
      actor: 'management-key:red-developer',
      details: { format: 'jsonl', workspace: 'red', max: 10_000 },
    })
  })

  it('is written by the command too', async () => {
    const file = join(gateway.directory, 'calls.parquet')
    const { close } = commandLine(() => gateway.directory, {})
    close()
    const main = join(import.meta.dirname, '..', 'src', 'cli', 'main.ts')
    const command = `"${process.execPath}" "${main}" calls export --format parquet --data "${join(gateway.directory, 'data')}" > "${file}"`
    await promisify(execFile)('sh', ['-c', command])
    expect(rowsOf(await readFile(file))).toHaveLength(3)
  })
})

it('a Parquet file is written in groups as calls come, and what cannot be told is told as nothing', async () => {
  const call = await gateway.call(await gateway.post('/v1/chat/completions', { model: 'demo/echo', messages: [] }))
  const encoder = parquetExport.open()
  const parts: Uint8Array[] = []
  const input = 'x'.repeat(3 << 20)
  for (let number = 0; number < 7; number++) {
    const tokens = number === 0 ? 1e300 : number === 1 ? 2.6 : null
    const wild = { ...(call as CallDetails), id: `call-${number}`, input, inputTokens: tokens, user: 'a\ud800b' }
    parts.push(encoder.push(wild) ?? new Uint8Array())
  }
  // The head of the file, and then one group for each three of these.
  expect(parts.map((part) => part.length > 100)).toEqual([false, false, true, false, false, true, false])
  parts.push(encoder.end())
  const rows = rowsOf(Buffer.concat(parts))
  expect(rows.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5, 6].map((number) => `call-${number}`))
  expect(rows.slice(0, 3).map((row) => row.input_tokens)).toEqual([9007199254740991n, 3n, null])
  expect(rows.every((row) => JSON.parse(row.input) === input && row.user === 'a\ufffdb')).toBe(true)
})
