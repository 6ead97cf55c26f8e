import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../wire/json.ts'
import { madeThings, mayMakeThings } from './made-things.ts'

const ids = (reply: JsonObject) => madeThings(reply).map(({ kind, id }) => `${kind} ${id}`)

describe('what a reply says that a provider has made', () => {
  it('is a container and the files of its runs', () => {
    const output = { type: 'bash_code_execution_output', file_id: 'file_1' }
    const content = [{ type: 'bash_code_execution_tool_result', content: { type: 'x', content: [output] } }]
    expect(ids({ type: 'message', container: { id: 'container_1' }, content }).sort()).toEqual([
      'container container_1',
      'file file_1',
    ])
    const annotation = { type: 'container_file_citation', container_id: 'cntr_1', file_id: 'cfile_1' }
    const item = { type: 'message', content: [{ type: 'output_text', annotations: [annotation] }] }
    expect(ids({ output: [{ type: 'code_interpreter_call', container_id: 'cntr_2' }, item] }).sort()).toEqual([
      'container cntr_1',
      'container cntr_2',
      'file cfile_1',
    ])
  })

  it.each<[string, JsonObject]>([
    [
      'a call of a tool',
      { content: [{ type: 'tool_use', input: { container_id: 'c', type: 'x_output', file_id: 'f' } }] },
    ],
    [
      'a server of a stranger',
      { output: [{ type: 'mcp_list_tools', x: { container_id: 'c', container: { id: 'd' } } }] },
    ],
    ['the request that is repeated', { tools: [{ type: 'code_interpreter', container_id: 'c' }] }],
    ['a citation of a store', { annotations: [{ type: 'file_citation', file_id: 'f' }] }],
    ['results of a search', { results: [{ type: 'x_output', file_id: 'f' }] }],
  ])('is not what stands in %s', (_, reply) => {
    expect(ids(reply)).toEqual([])
  })

  it('is looked for only where the request has tools of the provider', () => {
    expect(mayMakeThings({ tools: [{ type: 'function' }, { name: 'x' }, { type: 'custom' }] })).toBe(false)
    expect(mayMakeThings({ tools: [{ type: 'code_execution_20250825' }] })).toBe(true)
    expect(mayMakeThings({ container: 'c' })).toBe(true)
    expect(mayMakeThings({})).toBe(false)
  })
})
