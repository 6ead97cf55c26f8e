import fc from 'fast-check'
import type {
  AssistantPart,
  Message,
  ModelRequest,
  ToolDefinition,
  UserPart,
} from '../../src/core/model/model-request.ts'
import type { JsonObject, JsonValue } from '../../src/core/wire/json.ts'

/** Any text that says something, lone surrogates and control characters included. */
export const text: fc.Arbitrary<string> = fc
  .oneof(fc.string({ minLength: 1 }), fc.string({ unit: 'binary', minLength: 1 }), fc.constant('Grüße 👋 \u2028'))
  .filter((value) => value.trim() !== '')

const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,9}$/)
const base64 = fc.base64String({ minLength: 4, maxLength: 40 }).filter((value) => value !== '')
const url = fc.webUrl({ withQueryParameters: true }).filter((value) => !value.includes(' '))

/** An object as a model writes it: the arguments of a tool call. */
const argumentObject: fc.Arbitrary<JsonObject> = fc.dictionary(
  word,
  fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.string(), { maxLength: 2 })),
  { maxKeys: 3, noNullPrototype: true },
) as fc.Arbitrary<JsonObject>

const schema: fc.Arbitrary<JsonObject> = fc.uniqueArray(word, { minLength: 1, maxLength: 3 }).map((names) => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
  required: [...names],
  additionalProperties: false,
}))

const userPart: fc.Arbitrary<UserPart> = fc.oneof(
  { weight: 4, arbitrary: text.map((value): UserPart => ({ type: 'text', text: value })) },
  url.map((value): UserPart => ({ type: 'image', source: { type: 'url', url: value } })),
  base64.map((data): UserPart => ({ type: 'image', source: { type: 'base64', mediaType: 'image/png', data } })),
  fc.tuple(base64, word).map(
    ([data, name]): UserPart => ({
      type: 'document',
      source: { type: 'base64', mediaType: 'application/pdf', data },
      name: `${name}.pdf`,
    }),
  ),
)

interface Exchange {
  readonly ask: readonly UserPart[]
  readonly say: string | undefined
  readonly calls: readonly { readonly name: string; readonly input: JsonObject; readonly result: string }[]
  readonly conclude: string | undefined
}

const exchange: fc.Arbitrary<Exchange> = fc.record({
  ask: fc.array(userPart, { minLength: 1, maxLength: 3 }),
  say: fc.option(text, { nil: undefined }),
  calls: fc.array(fc.record({ name: word, input: argumentObject, result: text }), { maxLength: 3 }),
  conclude: fc.option(text, { nil: undefined }),
})

function conversation(
  system: string | undefined,
  exchanges: readonly Exchange[],
  last: readonly UserPart[],
): Message[] {
  const messages: Message[] = []
  let count = 0
  if (system !== undefined) messages.push({ role: 'system', parts: [{ type: 'text', text: system }] })
  for (const { ask, say, calls, conclude } of exchanges) {
    messages.push({ role: 'user', parts: ask })
    const made = calls.map((call) => ({ ...call, id: `call_${count++}` }))
    const parts: AssistantPart[] = [
      ...(say === undefined && made.length > 0 ? [] : [{ type: 'text', text: say ?? 'Yes.' } as const]),
      ...made.map(
        ({ id, name, input }) => ({ type: 'tool-call', id, name, arguments: JSON.stringify(input) }) as const,
      ),
    ]
    messages.push({ role: 'assistant', parts })
    if (made.length === 0) continue
    messages.push({
      role: 'tool',
      parts: made.map(({ id, result }) => ({
        type: 'tool-result',
        toolCallId: id,
        content: [{ type: 'text', text: result }],
      })),
    })
    messages.push({ role: 'assistant', parts: [{ type: 'text', text: conclude ?? 'So.' }] })
  }
  return [...messages, { role: 'user', parts: last }]
}

const tool: fc.Arbitrary<ToolDefinition> = fc.record({ name: word, description: text, parameters: schema })

/** What both dialects can say, in the form in which the neutral form has it. */
export const commonRequest: fc.Arbitrary<ModelRequest> = fc
  .record(
    {
      system: fc.option(text, { nil: undefined }),
      exchanges: fc.array(exchange, { maxLength: 3 }),
      last: fc.array(userPart, { minLength: 1, maxLength: 3 }),
      stream: fc.boolean(),
      tools: fc.uniqueArray(tool, { minLength: 1, maxLength: 3, selector: ({ name }) => name }),
      choice: fc.constantFrom('auto', 'required', 'tool', undefined),
      isSerial: fc.boolean(),
      fields: fc.record(
        {
          temperature: fc.double({ min: 0, max: 1, noNaN: true }),
          stop: fc.array(text, { minLength: 1, maxLength: 4 }),
          endUser: fc.stringMatching(/^[a-z][a-z0-9-]{0,63}$/),
          serviceTier: fc.constant('auto'),
          reasoning: fc.constant({ mode: 'off' } as const),
          responseFormat: schema.map((of) => ({ type: 'json-schema', schema: of }) as const),
        },
        { requiredKeys: [] },
      ),
      maxOutputTokens: fc.integer({ min: 1, max: 64_000 }),
    },
    { requiredKeys: ['exchanges', 'last', 'stream', 'fields', 'maxOutputTokens'] },
  )
  .map(({ system, exchanges, last, stream, tools, choice, isSerial, fields, maxOutputTokens }): ModelRequest => {
    const hasCalls = exchanges.some(({ calls }) => calls.length > 0)
    // Anthropic wants tools declared when the history has calls.
    const declared = tools ?? (hasCalls ? [{ name: 'declared', parameters: { type: 'object' } }] : undefined)
    const first = declared?.[0]?.name
    const toolChoice =
      choice === 'tool' ? (first === undefined ? undefined : { type: choice, name: first }) : choice && { type: choice }
    return {
      model: 'm',
      stream,
      messages: conversation(system, exchanges, last),
      maxOutputTokens,
      ...fields,
      ...(declared === undefined ? {} : { tools: declared }),
      ...(declared === undefined || toolChoice === undefined ? {} : { toolChoice }),
      ...(declared === undefined || isSerial !== true ? {} : { parallelToolCalls: false }),
      other: [],
    }
  })

/** A valid value with a random one in some place of it: what a buggy client sends. */
export function damaged(value: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonValue> {
  const inserts = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<JsonValue>,
    fc.constantFrom<JsonValue>('constructor', '__proto__', 'toString', -1, 1e308, 0.5, '', [], {}, null, true),
  )
  return fc
    .tuple(value, fc.array(fc.tuple(fc.array(fc.nat(40), { maxLength: 8 }), inserts), { minLength: 1, maxLength: 3 }))
    .map(([whole, damages]) => damages.reduce((body, [path, insert]) => replaced(body, path, insert), whole))
}

function replaced(value: JsonValue, [step, ...path]: readonly number[], insert: JsonValue): JsonValue {
  if (step === undefined || typeof value !== 'object' || value === null) return insert
  if (Array.isArray(value)) {
    if (value.length === 0) return [insert]
    const index = step % value.length
    return value.with(index, replaced(value[index] ?? null, path, insert))
  }
  const names = Object.keys(value)
  const name = names[step % Math.max(1, names.length)]
  return name === undefined ? { added: insert } : { ...value, [name]: replaced(value[name] ?? null, path, insert) }
}
