import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliBed, startCliBed } from './support/cli-bed.ts'
import type { Json } from './support/client.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const traceparent = `00-${traceId}-b7ad6b7169203331-01`

let bed: CliBed
beforeAll(async () => {
  bed = await startCliBed()
})
afterAll(() => bed.close())

/** Ids of calls of one trace, each on the record before the next one is made. */
async function callsOf(headers: Readonly<Record<string, string>>, models: readonly string[]): Promise<string[]> {
  const ids: string[] = []
  for (const model of models) ids.push((await bed.recorded(() => bed.ask('Hello', { model, headers }))).id)
  return ids
}

async function shown(id: string): Promise<Json> {
  const { code, stdout } = await bed.control('traces', 'show', id, '--json')
  expect(code).toBe(0)
  return JSON.parse(stdout)
}

describe('a trace', () => {
  it('has its calls in the order of their start, each with the time of its stages', async () => {
    const ids = await callsOf({ traceparent }, ['safe', 'nobody/x', 'demo/echo'])
    const trace = await shown(traceId)
    expect(trace).toMatchObject({ id: traceId, errors: 1, isWhole: true })
    expect(trace.calls.map(({ id }: Json) => id)).toEqual(ids)
    const [safe, refused, echo] = trace.calls
    expect(safe.stages).toEqual([
      { stage: 'gateway', name: null, durationMs: safe.overheadMs, status: null, errorCode: null },
      {
        stage: 'attempt',
        name: 'demo/error-503',
        durationMs: safe.attempts[0].durationMs,
        status: 503,
        errorCode: 'upstream_overloaded',
      },
      { stage: 'attempt', name: 'demo/echo', durationMs: safe.attempts[1].durationMs, status: 200, errorCode: null },
    ])
    expect(refused.stages.map(({ stage }: Json) => stage)).toEqual(['gateway'])
    expect(trace.startedAt).toBe(safe.startedAt)
    expect(echo.offsetMs).toBe(Date.parse(echo.startedAt) - Date.parse(safe.startedAt))
    expect(trace.durationMs).toBeGreaterThanOrEqual(echo.offsetMs + echo.durationMs)
    expect(trace.inputTokens).toBe(safe.inputTokens + echo.inputTokens)
    expect(trace.unpricedCalls).toBe([safe, echo].filter(({ costUsd }) => costUsd === null).length)
    const direct = await bed.cli('traces', 'show', traceId, '--json', '--data', bed.dataDirectory)
    expect(JSON.parse(direct.stdout)).toEqual(trace)
  })

  it('is printed as a tree', async () => {
    const [id] = await callsOf({ 'x-portcullis-trace-id': 'run 7/ü' }, ['safe'])
    const { stdout } = await bed.control('traces', 'show', 'run 7/ü')
    expect(stdout).toMatch(/^trace +run 7\/.+\nstarted +\S+\nms +\d+\.\d\nerrors +0\ntokens +\d+ in, \d+ out\nusd +\d/)
    expect(stdout).toMatch(
      new RegExp(
        [
          `^0 +safe ${id} +\\d+\\.\\d +200$`,
          '^ +gateway +\\d+\\.\\d$',
          '^ +attempt demo/error-503 +\\d+\\.\\d +503 +upstream_overloaded$',
          '^ +attempt demo/echo +\\d+\\.\\d +200$',
        ].join('\n'),
        'm',
      ),
    )
  })

  it('that nobody made is told, and so is a wrong use', async () => {
    const [there, here, wrong] = await Promise.all([
      bed.control('traces', 'show', 'nothing'),
      bed.cli('traces', 'show', 'nothing', '--data', bed.dataDirectory),
      bed.cli('traces', 'list'),
    ])
    expect([there.code, there.stderr]).toEqual([1, expect.stringContaining('There is no trace with this id.')])
    expect([here.code, here.stderr]).toEqual([1, 'There is no trace with the id nothing.\n'])
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringContaining('Use: portcullis traces show <id>, or portcullis traces spans'),
    ])
  })
})
