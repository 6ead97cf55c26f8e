import { z } from 'zod'
import { defineDetector, type Finding } from '../../core/inspection/detection.ts'
import { isDeeperThan, maxJsonDepth } from '../../core/wire/json-depth.ts'
import { compiledSchema } from './json-schema/compiled-schema.ts'
import { jsonMap } from './json-schema/json-map.ts'
import { jsonPart } from './json-schema/json-part.ts'

const settings = z.strictObject({
  schema: z
    .record(z.string(), z.json())
    .refine((schema) => !isDeeperThan(100, schema), 'The schema is nested too deeply.')
    .superRefine((schema, context) => {
      if (isDeeperThan(100, schema)) return
      try {
        compiledSchema(schema)
      } catch (error) {
        context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) })
      }
    })
    .describe(
      'A JSON Schema of draft 7, 2019-09 or 2020-12 (as `$schema` says; absent: the last). References stay within it.',
    ),
  where: z
    .enum(['block', 'whole'])
    .default('block')
    .describe('`whole`: nothing else may stand there. `block`: the first fenced block, or else the whole.'),
})

export default defineDetector({
  id: 'json-schema',
  title: 'JSON Schema',
  about:
    'Checks that a text is JSON and what the schema of the settings says. The span is the value that is wrong. A member that stands twice in one object is a finding too: which of them a program reads is not known. Patterns in the schema run on RE2.',
  points: ['output', 'tool-call', 'tool-result', 'input', 'artifact'],
  taxonomy: ['LLM05', 'CWE-20'],
  rules: { 'not-json': 'shape', 'schema-mismatch': 'shape', 'duplicate-member': 'shape' },
  maxSpan: Number.POSITIVE_INFINITY,
  openFrom: () => 0,
  settings,
  exampleSettings: {
    schema: {
      type: 'object',
      properties: {
        city: { type: 'string', pattern: '^[A-Z]' },
        days: { type: 'array', items: { type: 'integer', minimum: 1 }, uniqueItems: true },
        on: { type: 'string', format: 'date' },
      },
      required: ['city'],
      additionalProperties: false,
    },
    where: 'block',
  },
  examples: {
    flagged: [
      { text: 'The city is Paris.', rule: 'not-json' },
      { text: '{"city": "Paris"', rule: 'not-json' },
      { text: "{'city': 'Paris'}", rule: 'not-json' },
      { text: '{"city": "Paris"} as you asked', rule: 'not-json' },
      { text: '{"city": "paris"}', rule: 'schema-mismatch' },
      { text: '{"town": "Paris"}', rule: 'schema-mismatch' },
      { text: '{"city": "Paris", "days": [1, 0]}', rule: 'schema-mismatch' },
      { text: '{"city": "Paris", "days": [2, 3, 2]}', rule: 'schema-mismatch' },
      { text: '{"city": "Paris", "on": "2026-02-30"}', rule: 'schema-mismatch' },
      { text: 'Here:\n```json\n{"city": 5}\n```\nDone.', rule: 'schema-mismatch' },
      { text: '{"city": "Paris", "city": "rm -rf"}', rule: 'duplicate-member' },
      { text: '{"city": "Paris", "c\\u0069ty": "Rome"}', rule: 'duplicate-member' },
      { text: '[]', rule: 'schema-mismatch' },
    ],
    clean: [
      { text: '{"city": "Paris"}' },
      { text: '  {"city": "Oslo", "days": [1, 2], "on": "2024-02-29"}\n' },
      { text: 'Here it is:\n```json\n{"city": "Rome"}\n```\nAnything else?' },
      { text: '```\n{"city": "Rome"}\n```' },
      { text: '{"city":"Paris","days":[]}', point: 'tool-call' },
    ],
  },
  create: ({ schema, where }) => {
    const mismatch = compiledSchema(schema)
    return ({ text }) => {
      const part = where === 'whole' ? { start: 0, end: text.length } : jsonPart(text)
      const json = text.slice(part.start, part.end)
      const found = (
        rule: 'not-json' | 'schema-mismatch' | 'duplicate-member',
        start: number,
        end: number,
      ): Finding => {
        return { rule, category: 'shape', score: 1, span: { start: part.start + start, end: part.start + end } }
      }
      const value = parsed(json)
      if (value === undefined) return [found('not-json', 0, json.length)]
      const map = jsonMap(json)
      const findings = map.duplicates.map(({ start, end }) => found('duplicate-member', start, end))
      const pointer = mismatch(value.value)
      if (pointer === undefined) return findings
      const place = map.place(pointer) ?? { start: 0, end: json.length }
      return [...findings, found('schema-mismatch', place.start, place.end)]
    }
  },
})

/** Nothing for what is no JSON, and for what is nested so deeply that it would be a risk to check. */
function parsed(json: string): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return isDeeperThan(maxJsonDepth, value) ? undefined : { value }
  } catch {
    return undefined
  }
}
