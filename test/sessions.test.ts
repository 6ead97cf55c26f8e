import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Json } from './support/client.ts'
import { type CommandLine, commandLine, type Ended } from './support/command-line.ts'
import { startTestGateway, type TestGateway } from './support/gateway.ts'

const parentSpanId = 'b7ad6b7169203331'
const traceOf = (digit: string): string => `00-${digit.repeat(32)}-${parentSpanId}-01`

let gateway: TestGateway
let commands: CommandLine
beforeAll(async () => {
  gateway = await startTestGateway({})
  commands = commandLine(() => import.meta.dirname, { PORTCULLIS_ADMIN_TOKEN: gateway.adminToken })
})
afterAll(async () => {
  commands.close()
  await gateway.close()
})

async function callOf(headers: Readonly<Record<string, string>>, model = 'demo/echo'): Promise<Json> {
  const body = { model, messages: [{ role: 'user', content: 'Hello' }] }
  return await gateway.call(await gateway.post('/v1/chat/completions', body, { headers }))
}

const cli = (...words: string[]): Promise<Ended> => commands.launch(words).ended
const control = (...words: string[]): Promise<Ended> => cli(...words, '--url', gateway.controlUrl)
const here = (...words: string[]): Promise<Ended> => cli(...words, '--data', join(gateway.directory, 'data'))

async function json(path: string): Promise<Json> {
  const { status, json } = await gateway.control(path)
  expect(status).toBe(200)
  return json
}

describe('a session', () => {
  it('has its traces with their calls, and what they took', async () => {
    const headers = { 'x-portcullis-session-id': 'talk 1/ü' }
    const first = await callOf({ ...headers, traceparent: traceOf('1') })
    const second = await callOf({ ...headers, traceparent: traceOf('2') }, 'nobody/x')
    const third = await callOf({ ...headers, traceparent: traceOf('1') })
    const alone = await callOf(headers)
    expect(first).toMatchObject({ sessionId: 'talk 1/ü', parentSpanId, traceId: '1'.repeat(32) })
    const session = await json(`/api/v1/sessions/${encodeURIComponent('talk 1/ü')}`)
    expect(session).toMatchObject({ id: 'talk 1/ü', calls: 4, errors: 1, isWhole: true, startedAt: first.startedAt })
    expect(session.inputTokens).toBe(first.inputTokens + third.inputTokens + alone.inputTokens)
    expect(session.traces.map(({ id, calls }: Json) => [id, calls.map((call: Json) => call.id)])).toEqual([
      ['1'.repeat(32), [first.id, third.id]],
      ['2'.repeat(32), [second.id]],
      [null, [alone.id]],
    ])
    const [direct, asked] = await Promise.all([
      here('sessions', 'show', 'talk 1/ü', '--json'),
      control('sessions', 'show', 'talk 1/ü', '--json'),
    ])
    expect(JSON.parse(direct.stdout)).toEqual(session)
    expect(JSON.parse(asked.stdout)).toEqual(session)
    const { data } = await json(`/api/v1/calls?${new URLSearchParams({ session: 'talk 1/ü', status: 'ok' })}`)
    expect(data.map(({ id }: Json) => id)).toEqual([alone.id, third.id, first.id])
  })

  it.each([
    [{ 'helicone-session-id': 'by header' }, 'by header'],
    [{ 'x-claude-code-session-id': 'of a tool' }, 'of a tool'],
    [{ baggage: 'user=u-1,session.id=by%20baggage%20%E2%82%AC;ttl=1' }, 'by baggage €'],
    [{ baggage: 'session.id=other', 'x-portcullis-session-id': 'ours first' }, 'ours first'],
  ])('is known by what clients of others send: %j', async (headers, sessionId) => {
    expect(await callOf(headers)).toMatchObject({ sessionId })
  })

  it('is listed where its newest call stands, page by page, each once', async () => {
    for (const session of ['old', 'young', 'old']) await callOf({ 'x-portcullis-session-id': `list ${session}` })
    const { stdout } = await here('sessions', 'list', '--limit', '2', '--json')
    const [old, young] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(old).toMatchObject({ id: 'list old', calls: 2, traces: 0, errors: 0, workspace: 'default' })
    expect(young).toMatchObject({ id: 'list young', calls: 1 })
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Json = await json(`/api/v1/sessions?${new URLSearchParams({ limit: '1', cursor })}`)
      seen.push(...page.data.map(({ id }: Json) => id))
      cursor = page.nextCursor
    }
    expect(seen.slice(0, 2)).toEqual(['list old', 'list young'])
    expect(new Set(seen).size).toBe(seen.length)
  })

  it('that nobody made is told, and so is a wrong use', async () => {
    const [there, direct, wrong, limit] = await Promise.all([
      control('sessions', 'show', 'nothing'),
      here('sessions', 'show', 'nothing'),
      cli('sessions', 'tell'),
      control('sessions', 'list', '--limit', '0'),
    ])
    expect([there.code, there.stderr]).toEqual([1, expect.stringContaining('There is no session with this id.')])
    expect([direct.code, direct.stderr]).toEqual([1, 'There is no session with the id nothing.\n'])
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('Use: portcullis sessions list')])
    expect(limit.stderr).toContain('`limit` is a whole number from 1 to 200.')
  })

  it('is printed with its traces', async () => {
    const { id } = await callOf({ 'x-portcullis-session-id': 'printed', traceparent: traceOf('7') })
    const { stdout } = await control('sessions', 'show', 'printed')
    expect(stdout).toMatch(/^session +printed\nstarted +\S+\nms +\d+\.\d\ncalls +1\nerrors +0\n/)
    expect(stdout).toMatch(new RegExp(`^trace 7{32} +\\d+\\.\\d *\n +demo/echo ${id} +\\d+\\.\\d +200`, 'm'))
  })
})
