import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseEvents } from '../src/core/wire/sse.ts'
import type { Json } from './support/client.ts'
import { type GeminiBed, startGeminiBed } from './support/gemini-bed.ts'
import { fixture, stream, unary } from './support/mock-replies.ts'

/** Gemini refuses a conversation whose signatures were lost, moved or changed. */
let bed: GeminiBed
beforeAll(async () => {
  bed = await startGeminiBed()
})
afterAll(() => bed.close())
beforeEach(() => bed.reset())

const callSignature = 'CsQBAcu98PBWmockSignature+/call=='
const textSignature = 'EqoGmockSignature+/text=='
const user = { role: 'user', content: 'Weather in Oslo and Zürich?' }
const parameters = { type: 'object', properties: { city: { type: 'string' } } }

/** What a client keeps of an answer, as its own next request has it. */
interface Client {
  readonly path: string
  request(conversation: readonly Json[]): Json
  whole(reply: Json): readonly Json[]
  streamed(events: readonly Json[]): readonly Json[]
  results(answer: readonly Json[]): readonly Json[]
}

const anthropic: Client = {
  path: '/v1/messages',
  request: (messages) => ({ max_tokens: 500, tools: [{ name: 'get_weather', input_schema: parameters }], messages }),
  whole: ({ content }) => [{ role: 'assistant', content }],
  streamed(events) {
    const content: Json[] = []
    for (const { type, index, content_block: block, delta } of events) {
      if (type === 'content_block_start') content[index] = { ...block }
      if (type !== 'content_block_delta') continue
      const open = content[index]
      if (delta.type === 'text_delta') open.text += delta.text
      if (delta.type === 'thinking_delta') open.thinking += delta.thinking
      if (delta.type === 'signature_delta') open.signature = delta.signature
      if (delta.type === 'input_json_delta') open.input = JSON.parse(delta.partial_json)
    }
    return [{ role: 'assistant', content }]
  },
  results([{ content }]: Json) {
    const uses = content.filter(({ type }: Json) => type === 'tool_use')
    return [
      {
        role: 'user',
        content: uses.map(({ id }: Json) => ({ type: 'tool_result', tool_use_id: id, content: '4 °C' })),
      },
    ]
  },
}

const responses: Client = {
  path: '/v1/responses',
  request: (input) => ({
    input,
    include: ['reasoning.encrypted_content'],
    tools: [{ type: 'function', name: 'get_weather', parameters }],
  }),
  whole: ({ output }) => output,
  streamed: (events) => events.filter(({ type }) => type === 'response.output_item.done').map(({ item }) => item),
  results: (answer) =>
    answer
      .filter(({ type }) => type === 'function_call')
      .map(({ call_id: id }) => ({ type: 'function_call_output', call_id: id, output: '4 °C' })),
}

/** Asks, and gives the answer as the client keeps it. */
async function ask(client: Client, name: string, isStream: boolean): Promise<readonly Json[]> {
  bed.gemini.reply(isStream ? stream(fixture(`gemini/${name}.sse`)) : unary(fixture(`gemini/${name}.json`)))
  const reply = await say(client, [user], { stream: isStream })
  if (!isStream) return client.whole(reply.json)
  return client.streamed(parseEvents(reply.body).map(({ data }) => JSON.parse(data)))
}

function say(client: Client, conversation: readonly Json[], more: Json = {}) {
  return bed.gateway.post(client.path, { model: 'bright', ...client.request(conversation), ...more })
}

/** What Gemini was sent last. */
function contents(): Json {
  const { json } = bed.gemini.requests.at(-1) ?? {}
  return (json as Json).contents
}

describe.each([
  ['Messages', anthropic],
  ['Responses', responses],
] as const)('a client of %s', (_name, client) => {
  it.each([false, true])('brings the signature of calls back to the first of them, streamed: %s', async (isStream) => {
    const answer = await ask(client, 'generate-content-tools', isStream)
    await say(client, [user, ...answer, ...client.results(answer)])
    const [, { parts }, results, ...more] = contents()
    expect(more).toEqual([])
    expect(parts).toEqual([
      {
        functionCall: { id: 'fc-mock-1', name: 'get_weather', args: { city: 'Oslo' } },
        thoughtSignature: callSignature,
      },
      { functionCall: { id: 'fc-mock-2', name: 'get_weather', args: { city: 'Zürich' } } },
    ])
    expect(results.parts.map(({ functionResponse }: Json) => functionResponse)).toEqual([
      { id: 'fc-mock-1', name: 'get_weather', response: { output: '4 °C' } },
      { id: 'fc-mock-2', name: 'get_weather', response: { output: '4 °C' } },
    ])
  })

  it.each([false, true])('brings the signature of a text back, streamed: %s', async (isStream) => {
    const answer = await ask(client, 'generate-content-thinking', isStream)
    await say(client, [user, ...answer, { role: 'user', content: 'And now?' }])
    const parts: readonly Json[] = contents()[1].parts
    const signed = parts.filter(({ thoughtSignature }) => thoughtSignature !== undefined)
    expect(signed).toMatchObject([{ thoughtSignature: textSignature }])
    expect(signed[0].thought).toBeUndefined()
    const said = parts.filter(({ thought }) => thought !== true).map(({ text }) => text)
    expect(said.join('')).toBe('The guard is at the other gate.')
  })

  it('shows no signature of Gemini to another vendor', async () => {
    for (const name of ['generate-content-tools', 'generate-content-thinking']) {
      const answer = await ask(client, name, false)
      const results = name.endsWith('tools') ? client.results(answer) : []
      for (const [model, mock] of [
        ['fast', bed.openai],
        ['clever', bed.anthropic],
      ] as const) {
        await say(client, [user, ...answer, ...results, { role: 'user', content: 'And now?' }], { model })
        expect(mock.requests.at(-1)?.body.toString()).toContain('And now?')
        expect(mock.requests.at(-1)?.body.toString()).not.toMatch(/mockSignature/)
      }
    }
  })

  it('that lost it is let through by the word that Google has for it, where one is needed', async () => {
    const answer = await ask(client, 'generate-content-tools', false)
    const lost = answer
      .filter(({ type }) => type !== 'reasoning')
      .map((item) => ({
        ...item,
        ...(client === anthropic ? { content: item.content.filter(({ type }: Json) => type === 'tool_use') } : {}),
      }))
    for (const [model, word] of [
      ['bright', 'skip_thought_signature_validator'],
      ['gemini-mock/gemini-2.5-flash', undefined],
    ]) {
      await say(client, [user, ...lost, ...client.results(lost)], { model })
      const [first, second] = contents()[1].parts
      expect([first.thoughtSignature, second.thoughtSignature]).toEqual([word, undefined])
    }
  })
})
