import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject, JsonValue } from '../wire/json.ts'
import { writtenNames } from '../wire/reads-one-way.ts'
import { namedThings } from './named-things.ts'

const idsOf = (body: JsonObject, onlyUsed = false) =>
  namedThings(body).things.flatMap(({ id, isUsed }) => (isUsed || !onlyUsed ? [id] : []))

/** As some clients write: letters of a name as escapes, in other cases. */
const spelling = (name: string): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom('plain', 'upper', 'escape'), { minLength: name.length, maxLength: name.length })
    .map((how) =>
      [...name]
        .map((letter, index) =>
          how[index] === 'escape'
            ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
            : how[index] === 'upper'
              ? letter.toUpperCase()
              : letter,
        )
        .join(''),
    )

describe('the finder of names', () => {
  it('finds an id under any spelling of its field, however deep', () => {
    const fields = fc.constantFrom('file_id', 'fileUri', 'file_uri', 'vector_store_id', 'cachedContent', 'container')
    fc.assert(
      fc.property(
        fields.chain(spelling),
        fc.array(fc.constantFrom('list', 'object'), { maxLength: 50 }),
        (name, way) => {
          const inner = `{"${name}":"thing-1"}`
          const text = way.reduce(
            (held, kind) => (kind === 'list' ? `[1,${held}]` : `{"a":0,"content":${held}}`),
            inner,
          )
          expect(idsOf({ held: JSON.parse(text) as JsonValue })).toEqual(['thing-1'])
        },
      ),
    )
  })

  it('finds nothing in a body without such fields, and counts its names as they stand in the text', () => {
    const words = fc.stringMatching(/^[b-z]{1,4}$/)
    fc.assert(
      fc.property(fc.dictionary(words, fc.jsonValue({ maxDepth: 4 })), (read) => {
        const body = JSON.parse(JSON.stringify(read)) as JsonObject
        const { names } = namedThings(body)
        expect(names).toBe(writtenNames(Buffer.from(JSON.stringify(body))))
      }),
    )
  })

  it('reads nesting that would end a recursion', () => {
    const text = `${'{"a":['.repeat(100_000)}{"file_id":"deep"}${']}'.repeat(100_000)}`
    expect(idsOf(JSON.parse(text) as JsonObject)).toEqual(['deep'])
  })

  it.each<[string, JsonObject, string[]]>([
    ['a file of Chat Completions', { messages: [{ content: [{ type: 'file', file: { file_id: 'a' } }] }] }, ['a']],
    ['a file of the Responses API', { input: [{ content: [{ type: 'input_file', file_id: 'a' }] }] }, ['a']],
    ['a mask', { tools: [{ type: 'image_generation', input_image_mask: { file_id: 'a' } }] }, ['a']],
    [
      'files of a container',
      { tools: [{ type: 'code_interpreter', container: { type: 'auto', file_ids: ['a', 'b'] } }] },
      ['a', 'b'],
    ],
    ['a container', { tools: [{ type: 'code_interpreter', container: 'c' }] }, ['c']],
    ['a container of Anthropic', { container: { id: 'c', skills: [{ type: 'anthropic', skill_id: 'pptx' }] } }, ['c']],
    ['a skill', { container: { skills: [{ type: 'custom', skill_id: 'skill_1' }] } }, ['skill_1']],
    [
      'a container of a shell',
      { tools: [{ type: 'shell', environment: { type: 'container_reference', container_id: 'c' } }] },
      ['c'],
    ],
    ['stores', { tools: [{ type: 'file_search', vector_store_ids: ['v', 'w'] }] }, ['v', 'w']],
    ['a conversation', { conversation: { id: 'v' } }, ['v']],
    ['a response', { previous_response_id: 'r' }, ['r']],
    [
      'a document of Anthropic',
      { messages: [{ content: [{ type: 'document', source: { type: 'file', file_id: 'a' } }] }] },
      ['a'],
    ],
    ['an upload of Anthropic', { messages: [{ content: [{ type: 'container_upload', file_id: 'a' }] }] }, ['a']],
    ['a request among others', { requests: [{ params: { container: 'c' } }] }, ['c']],
    [
      'a file of Gemini',
      {
        contents: [
          { parts: [{ fileData: { fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/x-1' } }] },
        ],
      },
      ['x-1'],
    ],
    ['a cache', { cachedContent: 'projects/p/locations/l/cachedContents/7' }, ['7']],
    [
      'a file of Qwen',
      { messages: [{ role: 'system', content: 'fileid://file-1,fileid://file-2' }] },
      ['file-1', 'file-2'],
    ],
    ['a batch of Gemini', { batch: { input_config: { file_name: 'files/b1' } } }, ['b1']],
    ['a batch of Mistral', { input_files: ['a'] }, ['a']],
    ['data of an evaluation', { data_source: { source: { type: 'file_id', id: 'a' } } }, ['a']],
  ])('%s is used', (_, body, ids) => {
    expect(idsOf(body, true).sort()).toEqual(ids)
  })

  it.each<[string, JsonObject]>([
    ['the arguments of a tool', { messages: [{ content: [{ type: 'tool_use', input: { file_id: 'a' } }] }] }],
    ['a schema', { tools: [{ input_schema: { properties: { x: { examples: [{ file_id: 'a' }] } } } }] }],
    ['metadata', { metadata: { file_id: 'a', conversation: 'b' } }],
    ['a citation', { input: [{ content: [{ annotations: [{ type: 'file_citation', file_id: 'a' }] }] }] }],
    [
      'the output of an earlier turn',
      { messages: [{ content: [{ type: 'bash_code_execution_output', file_id: 'a' }] }] },
    ],
    ['an earlier call of a tool', { input: [{ type: 'code_interpreter_call', container_id: 'c' }] }],
    ['results of a search', { input: [{ type: 'file_search_call', results: [{ file_id: 'a' }] }] }],
  ])('%s only tells an id', (_, body) => {
    expect(idsOf(body)).not.toEqual([])
    expect(idsOf(body, true)).toEqual([])
  })

  it('the name that a file has at its owner’s is no id', () => {
    for (const filename of ['notes.pdf', 'files/notes.pdf', '']) expect(idsOf({ filename })).toEqual([])
  })

  it('a second type does not make a mention of a use', () => {
    for (const other of ['Type', 'TYPE', 't_ype'])
      expect(idsOf({ a: { type: 'x_output', [other]: 'input_file', file_id: 'a' } }, true)).toEqual(['a'])
  })

  it('an address that is not of the provider names nothing that it keeps', () => {
    for (const fileUri of ['gs://bucket/a.pdf', 'https://www.youtube.com/watch?v=1', 'https://files.example/files/a'])
      expect(idsOf({ fileUri })).toEqual([])
    const host = 'generativelanguage.googleapis.com'
    for (const fileUri of [
      'files/a',
      ' files/a ',
      `https://${host.toUpperCase()}/v1/files/a?x=1`,
      `https://x@${host}:443/v1beta/files/a:download#y`,
    ])
      expect(idsOf({ fileUri })).toEqual(['a'])
    expect(idsOf({ fileUri: `https://${host}:99999/files/a` })).toHaveLength(1)
  })
})
