import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliBed, startCliBed, teamKey } from './support/cli-bed.ts'
import { type Json, post, type WireReply } from './support/client.ts'
import { newSpanId, newTraceId, otlpJson } from './support/spans.ts'

let bed: CliBed
beforeAll(async () => {
  bed = await startCliBed()
})
afterAll(() => bed.close())

const send = (spans: Parameters<typeof otlpJson>[0], options = {}): Promise<WireReply> =>
  post(`${bed.gateway.url}/v1/traces`, otlpJson(spans, options), { headers: { authorization: `Bearer ${teamKey}` } })

async function shown(id: string): Promise<Json> {
  const { code, stdout } = await bed.control('traces', 'show', id, '--json')
  expect(code).toBe(0)
  return JSON.parse(stdout)
}

describe('spans that a program sends', () => {
  it('are in the trace of calls that have a name of their own for it', async () => {
    const [traceId, root] = [newTraceId(), newSpanId()]
    const headers = { traceparent: `00-${traceId}-${root}-01`, 'x-portcullis-trace-id': 'run 9' }
    const { id } = await bed.recorded(() => bed.ask('Hello', { headers }))
    await send([{ traceId, spanId: root }])
    expect((await shown('run 9')).tree).toMatchObject([{ id: root, traceId, children: [{ id, children: [] }] }])
    expect((await shown(traceId)).tree).toMatchObject([{ id: root, children: [{ id }] }])
    expect((await shown(traceId)).calls).toMatchObject([{ id, traceId: 'run 9', parentTraceId: traceId }])
    expect((await shown(traceId.toUpperCase())).tree).toMatchObject([{ id: root, children: [] }])
  })

  it('are below the call where a provider was told of the trace', async () => {
    const [traceId, inner] = [newTraceId(), newSpanId()]
    const { id } = await bed.recorded(() =>
      bed.ask('Hello', { headers: { traceparent: `00-${traceId}-${newSpanId()}-01` } }),
    )
    // As `traceparent` has it for the provider.
    await send([{ traceId, spanId: inner, parentSpanId: id.replaceAll('-', '').slice(16), name: 'prefill' }])
    expect((await shown(traceId)).tree).toMatchObject([{ id, children: [{ id: inner, name: 'prefill' }] }])
    expect((await bed.control('traces', 'show', traceId)).stdout).toMatch(/^\d+ + {2}prefill \(agent\) +1\.0$/m)
  })

  it('stand in one tree with the calls that they made', async () => {
    const [traceId, root, tool, step] = [newTraceId(), newSpanId(), newSpanId(), newSpanId()]
    const began = Date.now()
    const headers = { traceparent: `00-${traceId}-${step}-01` }
    const call = await bed.recorded(() => bed.ask('Hello', { model: 'demo/echo', headers }))
    const sent = await send(
      [
        { traceId, spanId: step, parentSpanId: root, name: 'think', startMs: 1, endMs: 50 },
        {
          traceId,
          spanId: tool,
          parentSpanId: root,
          name: 'execute_tool weather',
          kind: 3,
          startMs: 60,
          endMs: 90.5,
          status: { code: 2, message: 'no such city' },
          attributes: {
            'gen_ai.operation.name': 'execute_tool',
            'gen_ai.tool.name': 'weather',
            'gen_ai.tool.call.arguments': '{"city":"Atlantis"}',
            'error.type': 'not_found',
            attempts: 3,
          },
        },
        {
          traceId,
          spanId: root,
          name: 'invoke_agent',
          endMs: 100,
          attributes: { 'gen_ai.usage.input_tokens': 7, 'gen_ai.response.model': 'm-1', 'user.id': 'anna' },
        },
      ],
      { began },
    )
    expect(sent).toMatchObject({ status: 200, json: {} })
    const trace = await shown(traceId)
    expect(trace).toMatchObject({ id: traceId, isWhole: true, errors: 0 })
    expect(trace.inputTokens).toBe(trace.calls[0].inputTokens)
    expect(trace.tree).toMatchObject([
      {
        type: 'span',
        id: root,
        name: 'invoke_agent',
        service: 'agent',
        scope: 'a.framework',
        kind: 'internal',
        durationMs: 100,
        model: 'm-1',
        inputTokens: 7,
        user: 'anna',
        key: 'environment',
        workspace: 'default',
        children: [
          { id: step, children: [{ type: 'call', id: call.id, children: [] }] },
          {
            id: tool,
            kind: 'client',
            isError: true,
            durationMs: 30.5,
            operation: 'execute_tool',
            attributes: { 'gen_ai.tool.name': 'weather', 'error.type': 'not_found', attempts: 3 },
            hasContent: true,
          },
        ],
      },
    ])
    expect(trace.calls).toMatchObject([{ id: call.id, parentSpanId: step }])
    expect(JSON.stringify(trace)).not.toMatch(/Atlantis|no such city/)
    const direct = await bed.cli('traces', 'show', traceId, '--json', '--data', bed.dataDirectory)
    expect(JSON.parse(direct.stdout)).toEqual(trace)
    const { stdout } = await bed.control('traces', 'show', traceId)
    expect(stdout).toMatch(
      new RegExp(
        [
          '^0 +invoke_agent \\(agent\\) +100\\.0$',
          '^1 +  think \\(agent\\) +49\\.0$',
          `^\\d+ +    demo/echo ${call.id} +\\d+\\.\\d +200$`,
        ].join('\n'),
        'm',
      ),
    )
    expect(stdout).toMatch(/^60 +execute_tool weather \(agent\) +30\.5 +error +not_found$/m)
  })
})

describe('a search in spans', () => {
  it('finds them by name, attribute, trace and state, with the command and through the API', async () => {
    const [traceId, plan, tool] = [newTraceId(), newSpanId(), newSpanId()]
    await send([
      { traceId, spanId: plan, name: 'plan the raid' },
      {
        traceId,
        spanId: tool,
        name: 'execute_tool drawbridge',
        startMs: 5,
        status: { code: 2 },
        attributes: { retries: 3, 'gen_ai.input.messages': 'what nobody else may read' },
      },
    ])
    const spans = async (...args: string[]): Promise<string[]> => {
      const { code, stdout } = await bed.control('traces', 'spans', '--json', '--trace', traceId, ...args)
      expect(code).toBe(0)
      return stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line).id)
    }
    while ((await spans()).length < 2);
    expect(await spans()).toEqual([tool, plan])
    expect(await spans('--name', 'RAID')).toEqual([plan])
    expect(await spans('--q', '"retries":3')).toEqual([tool])
    expect(await spans('--q', 'nobody else')).toEqual([tool])
    expect(await spans('--status', 'error')).toEqual([tool])
    expect(await spans('--to', '2000-01-01')).toEqual([])
    expect((await bed.control('traces', 'spans', '--trace', traceId)).stdout).toMatch(/plan the raid +agent/)
    expect((await bed.cli('traces', 'spans', '--name', 'raid', '--data', bed.dataDirectory)).stdout).toContain(plan)
    for (const wrong of [
      ['--trace', 'short'],
      ['--status', 'fine'],
      ['--limit', '0'],
    ])
      expect((await bed.control('traces', 'spans', ...wrong)).code).toBe(2)
  })
})
