import fc from 'fast-check'
import type { JsonObject } from '../../src/core/wire/json.ts'
import { text } from './arbitrary-request.ts'

/** Bodies of Gemini's clients with everything that the API reference has, in both spellings of its fields. */
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined })
const anyText = fc.oneof(text, fc.constantFrom('', ' ', '\n\n'))
const toolNames = ['weather', 'bell', 'mcp:server.tool-with-a-long-name']

function record(fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<JsonObject> {
  return fc.record(fields).map((made) => JSON.parse(JSON.stringify(made)) as JsonObject)
}

const googleSchema = fc.constantFrom<JsonObject>(
  { type: 'OBJECT', properties: {} },
  { type: 'OBJECT', properties: { a: { type: 'STRING', nullable: true, enum: ['x'] } }, propertyOrdering: ['a'] },
  { type: 'OBJECT', properties: { n: { any_of: [{ type: 'INTEGER' }, { type: 'NULL' }] } } },
  { type: 'ARRAY', minItems: '1', items: { type: 'NUMBER', example: 3 } },
)
const plainSchema = fc.constantFrom<JsonObject>(
  { type: 'object', properties: { next: { $ref: '#' } } },
  { type: 'object', additionalProperties: true },
  { anyOf: [{ type: 'object' }, { type: 'null' }] },
)
const thoughtSignature = maybe(
  fc.constantFrom('c2ln', 'skip_thought_signature_validator', 'Zm9yZWlnbi1zaWc6czphYmM=', 'Zm9yZWlnbi1zaWc6', '%%'),
)

const userPart = fc.oneof(
  record({ text: anyText }),
  fc.constantFrom<JsonObject>(
    { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } },
    { inline_data: { mime_type: 'application/pdf', data: 'JVBERi0=' } },
    { inlineData: { mimeType: 'audio/wav', data: 'AAAA' } },
    { inlineData: { mimeType: 'video/mp4', data: 'AAAA' }, videoMetadata: { fps: 1 } },
    { inlineData: { mimeType: 'text/csv', data: 'YSxi' } },
    { inlineData: { data: 'AAAA' } },
    { fileData: { mimeType: 'image/jpeg', fileUri: 'https://example.com/a.jpg' } },
    { file_data: { file_uri: 'https://generativelanguage.googleapis.com/v1beta/files/abc' } },
    { fileData: { fileUri: 'https://www.youtube.com/watch?v=x' } },
    { executableCode: { language: 'PYTHON', code: '1' } },
    {},
  ),
)

const turn = fc
  .record({
    ask: fc.array(userPart, { maxLength: 3 }),
    thought: maybe(record({ text: anyText, thought: fc.constant(true), thoughtSignature })),
    say: maybe(record({ text: anyText, thoughtSignature })),
    calls: fc.array(fc.tuple(fc.constantFrom(...toolNames), maybe(fc.constantFrom('a', 'b', '')), thoughtSignature), {
      maxLength: 3,
    }),
    response: maybe(
      fc.constantFrom<JsonObject>({ output: 'Warm' }, { error: 'No' }, { output: { t: 1 } }, { a: [1], b: null }, {}),
    ),
    media: maybe(fc.constant([{ inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } }])),
    isSnake: fc.boolean(),
  })
  .map(({ ask, thought, say, calls, response, media, isSnake }): JsonObject[] => {
    const [call, result] = isSnake ? ['function_call', 'function_response'] : ['functionCall', 'functionResponse']
    const made = calls.map(([name, id, signature]) => ({
      [call]: { name, id, args: { n: 1 } },
      thoughtSignature: signature,
    }))
    const results = calls.map(([name, id]) => ({ [result]: { name, id, response, parts: media } }))
    const turns = [
      { role: 'user', parts: ask },
      { role: 'model', parts: [...(thought ? [thought] : []), ...(say ? [say] : []), ...made] },
      ...(results.length === 0 ? [] : [{ role: 'function', parts: results }]),
    ]
    return JSON.parse(JSON.stringify(turns)) as JsonObject[]
  })

const tools = fc.array(
  fc.oneof(
    fc
      .tuple(
        fc.array(
          record({ name: fc.constantFrom(...toolNames), description: maybe(text), parameters: maybe(googleSchema) }),
          {
            maxLength: 2,
          },
        ),
        fc.boolean(),
      )
      .map(([list, isSnake]): JsonObject => ({ [isSnake ? 'function_declarations' : 'functionDeclarations']: list })),
    plainSchema.map((schema): JsonObject => ({ functionDeclarations: { name: 'bell', parametersJsonSchema: schema } })),
    fc.constantFrom<JsonObject>({ googleSearch: {} }, { code_execution: {} }),
  ),
  { maxLength: 3 },
)

const generationConfig = record({
  temperature: maybe(fc.double({ min: 0, max: 2, noNaN: true })),
  topP: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
  top_k: maybe(fc.nat(100)),
  candidateCount: maybe(fc.integer({ min: 1, max: 3 })),
  maxOutputTokens: maybe(fc.nat(100_000)),
  stopSequences: maybe(fc.array(anyText, { maxLength: 6 })),
  seed: maybe(fc.integer()),
  responseMimeType: maybe(fc.constantFrom('text/plain', 'application/json', 'text/x.enum')),
  responseSchema: maybe(googleSchema),
  response_json_schema: maybe(plainSchema),
  responseLogprobs: maybe(fc.boolean()),
  logprobs: maybe(fc.nat(5)),
  responseModalities: maybe(fc.constant(['TEXT'])),
  thinkingConfig: maybe(
    fc.constantFrom<JsonObject>(
      { thinkingBudget: 0 },
      { thinkingBudget: -1, includeThoughts: true },
      { thinking_budget: 5000 },
      { thinkingLevel: 'HIGH' },
      { include_thoughts: true },
      {},
    ),
  ),
})

export const geminiBody: fc.Arbitrary<JsonObject> = fc
  .tuple(
    record({
      systemInstruction: maybe(
        fc.oneof(
          anyText.map((value) => ({ parts: [{ text: value }] })),
          anyText.map((value) => ({ parts: { text: value } })),
          anyText,
        ),
      ),
      generationConfig: maybe(generationConfig),
      tools: maybe(tools),
      tool_config: maybe(
        fc.constantFrom<JsonObject>(
          { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['bell'] } },
          { function_calling_config: { mode: 'none' } },
          { functionCallingConfig: { mode: 'VALIDATED' } },
          { functionCallingConfig: { mode: 'AUTO' }, retrievalConfig: {} },
        ),
      ),
      safetySettings: maybe(fc.constant([{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }])),
      cachedContent: maybe(fc.constant('cachedContents/x')),
    }),
    fc.array(turn, { minLength: 1, maxLength: 3 }),
  )
  .map(([fields, turns]) => ({ ...fields, contents: turns.flat() }))
