import fc from 'fast-check'
import type { JsonObject } from '../../src/core/wire/json.ts'
import { text } from './arbitrary-request.ts'

/** Converse requests with everything that the API reference has, valid but otherwise odd. */
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined })
const anyText = fc.oneof(text, fc.constantFrom('', ' ', '\n\n'))
const toolNames = ['weather', 'bell', 'mcp__server__tool-with-a-long-name']

function record(fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<JsonObject> {
  return fc.record(fields).map((made) => JSON.parse(JSON.stringify(made)) as JsonObject)
}

const cachePoint = fc.constantFrom<JsonObject>(
  { cachePoint: { type: 'default' } },
  { cachePoint: { type: 'default', ttl: '1h' } },
)
const said = anyText.map((value): JsonObject => ({ text: value }))
const image = record({
  format: fc.constantFrom('png', 'jpeg', 'bmp', 'constructor'),
  source: fc.constantFrom({ bytes: 'iVBORw0KGgo=' }, { s3Location: { uri: 's3://bucket/key' } }),
}).map((value): JsonObject => ({ image: value }))
const document = record({
  format: maybe(fc.constantFrom('pdf', 'txt', 'md', 'docx', 'toString')),
  name: anyText,
  source: fc.constantFrom<JsonObject>(
    { bytes: 'JVBERi0=' },
    { bytes: '/////w==' },
    { text: 'Body' },
    { content: [{ text: 'x' }, {}] },
    { s3Location: { uri: 's3://bucket/key' } },
  ),
  context: maybe(text),
  citations: maybe(fc.constant({ enabled: true })),
}).map((value): JsonObject => ({ document: value }))
const searchResult = record({
  source: text,
  title: text,
  content: fc.array(said, { maxLength: 2 }),
}).map((value): JsonObject => ({ searchResult: value }))
const odd = fc.constantFrom<JsonObject>(
  {},
  { video: { format: 'mp4', source: { bytes: 'AAAA' } } },
  { audio: { format: 'wav', source: { bytes: 'AAAA' } } },
  { audio: { format: 'x-odd', source: {} } },
  { guardContent: { text: { text: 'guarded', qualifiers: ['query'] } } },
  { guardContent: { image: { format: 'png', source: { bytes: 'AAAA' } } } },
  { fromTheFuture: [1, { a: null }] },
)
const userBlock = fc.oneof(said, image, document, searchResult, odd, cachePoint)

const turn = fc
  .record({
    ask: fc.array(userBlock, { maxLength: 3 }),
    thinking: maybe(
      fc.constantFrom<JsonObject>(
        { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'sig' } } },
        { reasoningContent: { reasoningText: { text: 'Hm.' } } },
        { reasoningContent: { redactedContent: 'eHl6' } },
        { citationsContent: { content: [{ text: 'cited' }], citations: [{}] } },
      ),
    ),
    say: maybe(said),
    calls: fc.array(fc.constantFrom(...toolNames), { maxLength: 2 }),
    result: fc.array(fc.oneof(said, image, document, fc.constant<JsonObject>({ json: { a: [1] } })), { maxLength: 2 }),
    status: maybe(fc.constantFrom('success', 'error')),
    mark: maybe(cachePoint),
    seed: fc.nat(1e9),
  })
  .map(({ ask, thinking, say, calls, result, status, mark, seed }): JsonObject[] => {
    const uses = calls.map((name, index) => ({
      toolUse: { toolUseId: `tooluse_${seed}_${index}`, name, input: { a: 1 } },
    }))
    const results = uses.map(({ toolUse: { toolUseId } }) => ({
      toolResult: { toolUseId, content: result, ...(status === undefined ? {} : { status }) },
    }))
    const answer = [...(thinking ? [thinking] : []), ...(say ? [say] : []), ...uses, ...(mark ? [mark] : [])]
    return [
      { role: 'user', content: ask },
      { role: 'assistant', content: answer },
      ...(results.length > 0 ? [{ role: 'user', content: results }] : []),
    ]
  })

const schema = fc.constantFrom<JsonObject>({ type: 'object', properties: { a: { type: 'string' } } }, {})
const tool = record({
  toolSpec: record({
    name: fc.constantFrom(...toolNames),
    description: maybe(anyText),
    inputSchema: record({ json: maybe(schema) }),
    strict: maybe(fc.boolean()),
  }),
})

export const converseBody: fc.Arbitrary<JsonObject> = record({
  messages: fc.array(turn, { minLength: 1, maxLength: 3 }).map((turns) => turns.flat()),
  system: maybe(fc.array(fc.oneof(said, cachePoint), { maxLength: 3 })),
  inferenceConfig: maybe(
    record({
      maxTokens: maybe(fc.integer({ min: 0, max: 9000 })),
      temperature: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
      topP: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
      stopSequences: maybe(fc.array(anyText, { maxLength: 3 })),
    }),
  ),
  toolConfig: maybe(
    record({
      tools: fc.array(fc.oneof(tool, cachePoint, fc.constant<JsonObject>({ systemTool: { name: 'nova_grounding' } })), {
        maxLength: 3,
      }),
      toolChoice: maybe(
        fc.constantFrom<JsonObject>({ auto: {} }, { any: {} }, { tool: { name: 'bell' } }, { tool: { name: 'none' } }),
      ),
    }),
  ),
  additionalModelRequestFields: maybe(
    fc.constantFrom<JsonObject | string | number>(
      { thinking: { type: 'enabled', budget_tokens: 2000 } },
      { thinking: { type: 'adaptive' }, output_config: { effort: 'max' } },
      { thinking: { type: 'disabled' }, tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
      { reasoning_effort: 'high', top_k: 5 },
      { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' }, inferenceConfig: { topK: 3 } },
      { tool_choice: { type: 'none' }, anthropic_beta: ['x'] },
      'text',
      7,
    ),
  ),
  additionalModelResponseFieldPaths: maybe(fc.constantFrom(['/stop_sequence'], ['/a'])),
  outputConfig: maybe(
    fc.constantFrom<JsonObject>(
      { effort: 'low' },
      { textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: '{"type":"object"}', name: 'n' } } } },
      { textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: 'no json' } } } },
    ),
  ),
  requestMetadata: maybe(fc.constantFrom<JsonObject>({ team: 'a' }, { odd: 'grüße' })),
  serviceTier: maybe(fc.constantFrom<JsonObject>({ type: 'flex' }, { type: 'odd' })),
  guardrailConfig: maybe(fc.constant({ guardrailIdentifier: 'g', guardrailVersion: '1' })),
  performanceConfig: maybe(fc.constant({ latency: 'optimized' })),
})
