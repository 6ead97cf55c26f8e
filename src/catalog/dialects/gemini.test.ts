import { describe, expect, it } from 'vitest'
import { translated } from '../../../test/support/translated-replies.ts'
import type { ReplyContext, ReplyPart } from '../../core/model/model-reply.ts'
import type { ModelRequest } from '../../core/model/model-request.ts'
import { type JsonObject, parseJson } from '../../core/wire/json.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { jsonArray } from './gemini/json-array.ts'
import { gemini } from './gemini.ts'
import { openaiChat } from './openai-chat.ts'

const context: ReplyContext = { callId: 'c1', model: 'm', createdAt: 1, streamUsage: true }
const asked = { model: 'm', stream: false }
const user: JsonObject = { role: 'user', parts: [{ text: 'Hi' }] }

const read = (body: JsonObject): ModelRequest => gemini.decodeRequest({ contents: [user], ...body }, asked)
const candidate = (parts: JsonObject[], more: JsonObject = {}): JsonObject => ({
  candidates: [{ content: { parts, role: 'model' }, finishReason: 'STOP', ...more }],
})

/** What Gemini gets for a body of an OpenAI client. */
function sent(fields: JsonObject, model = 'gemini-3-flash'): { body: JsonObject; dropped: readonly string[] } {
  const request = openaiChat.decodeRequest(
    { model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...fields },
    asked,
  )
  const { body, dropped } = gemini.encodeRequest({ ...request, model }, {})
  return { body: parseJson(JSON.stringify(body)) as JsonObject, dropped }
}

describe('a request', () => {
  it('may spell its fields in either way, and leave out brackets', () => {
    const camel = {
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      generationConfig: { maxOutputTokens: 5, stopSequences: ['x'], thinkingConfig: { thinkingBudget: 7 } },
      tools: [{ functionDeclarations: [{ name: 'a', parametersJsonSchema: { snake_case: 1 } }] }],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['a'] } },
    }
    const snake = {
      system_instruction: { parts: { text: 'Be brief.' } },
      generation_config: { max_output_tokens: 5, stop_sequences: ['x'], thinking_config: { thinking_budget: 7 } },
      tools: { function_declarations: { name: 'a', parameters_json_schema: { snake_case: 1 } } },
      tool_config: { function_calling_config: { mode: 'ANY', allowed_function_names: ['a'] } },
    }
    expect(read(snake)).toEqual(read(camel))
    expect(read(camel)).toMatchObject({
      maxOutputTokens: 5,
      reasoning: { mode: 'on', budgetTokens: 7 },
      tools: [{ name: 'a', parameters: { snake_case: 1 } }],
      toolChoice: { type: 'tool', name: 'a' },
      other: [],
    })
  })

  it('names what no other vendor has', () => {
    const { other } = read({
      safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
      cachedContent: 'cachedContents/x',
      tools: [{ googleSearch: {} }, { code_execution: {} }],
      contents: [{ parts: [{ inlineData: { mimeType: 'video/mp4', data: 'AAAA' } }, { text: 'x' }] }],
      generationConfig: { responseModalities: ['IMAGE'] },
    })
    expect([...other].sort()).toEqual([
      'cachedContent',
      'generationConfig.responseModalities',
      'inlineData',
      'safetySettings',
      'tools[].codeExecution',
      'tools[].googleSearch',
    ])
  })

  it('has results that find their calls by name and order where there are no ids', () => {
    const call = (name: string, n: number) => ({ functionCall: { name, args: { n } } })
    const result = (name: string, n: number) => ({ functionResponse: { name, response: { output: `${name}${n}` } } })
    const { messages } = read({
      contents: [
        { role: 'model', parts: [call('a', 1), call('b', 1), call('a', 2)] },
        { role: 'user', parts: [result('b', 1), result('a', 1), result('a', 2), { text: 'Go on' }] },
      ],
    })
    expect(messages.map(({ role }) => role)).toEqual(['assistant', 'tool', 'user'])
    const ids = messages[0]?.parts.map((part) => ('id' in part ? part.id : ''))
    expect(new Set(ids).size).toBe(3)
    const results = messages[1]?.parts.map((part) => ('toolCallId' in part ? part.toolCallId : ''))
    expect(results).toEqual([ids?.[1], ids?.[0], ids?.[2]])
  })

  it('tells an error from a result, and keeps a result that is an object', () => {
    const { messages } = read({
      contents: [
        {
          parts: [
            { functionResponse: { name: 'a', response: { error: 'No such city' } } },
            { functionResponse: { name: 'b', response: { degrees: 4 } } },
          ],
        },
      ],
    })
    expect(messages[0]?.parts).toMatchObject([
      { isError: true, content: [{ text: 'No such city' }] },
      { content: [{ text: '{"degrees":4}' }] },
    ])
  })

  it("has Google's schemas read as JSON Schema", () => {
    const parameters = {
      type: 'OBJECT',
      properties: {
        type: { type: 'STRING', nullable: true, enum: ['a'] },
        list: { type: 'ARRAY', minItems: '2', items: { anyOf: [{ type: 'INTEGER' }, { type: 'NULL' }] } },
      },
      required: ['type'],
      propertyOrdering: ['type', 'list'],
    }
    expect(read({ tools: [{ functionDeclarations: [{ name: 'f', parameters }] }] }).tools?.[0]?.parameters).toEqual({
      type: 'object',
      properties: {
        type: { type: ['string', 'null'], enum: ['a', null] },
        list: { type: 'array', minItems: 2, items: { anyOf: [{ type: 'integer' }, { type: 'null' }] } },
      },
      required: ['type'],
    })
  })

  it.each([
    ['gemini-3-pro', { effort: 'minimal' }, { thinkingLevel: 'LOW', includeThoughts: true }, []],
    ['gemini-3-flash', { effort: 'max' }, { thinkingLevel: 'HIGH', includeThoughts: true }, []],
    ['gemini-3-flash', { effort: 'none' }, { thinkingLevel: 'MINIMAL' }, ['reasoning_effort']],
    ['gemini-flash-latest', { effort: 'medium' }, { thinkingLevel: 'MEDIUM', includeThoughts: true }, []],
    ['gemini-2.5-flash', { effort: 'high' }, { thinkingBudget: 24_576, includeThoughts: true }, []],
    ['gemini-2.5-flash', { effort: 'none' }, { thinkingBudget: 0 }, []],
    ['gemini-2.5-pro', { effort: 'none' }, { thinkingBudget: 128 }, ['reasoning_effort']],
    ['gemini-2.0-flash', { effort: 'high' }, undefined, ['reasoning_effort']],
    ['gemma-3-27b-it', { effort: 'none' }, undefined, []],
  ])('asks %s to think by %j', (model, { effort }, thinkingConfig, dropped) => {
    const made = sent({ reasoning_effort: effort }, model)
    expect((made.body['generationConfig'] as JsonObject | undefined)?.['thinkingConfig']).toEqual(thinkingConfig)
    expect(made.dropped).toEqual(dropped)
  })

  it('says a format in words where functions and formats exclude each other', () => {
    const tools = [{ type: 'function', function: { name: 'f' } }]
    const response_format = { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' } } }
    const old = sent({ tools, response_format }, 'gemini-2.5-flash')
    expect(old.dropped).toEqual(['response_format'])
    expect(JSON.stringify(old.body['systemInstruction'])).toContain('JSON Schema')
    expect(old.body['generationConfig']).toBeUndefined()
    expect(sent({ tools, response_format }).body['generationConfig']).toEqual({
      responseMimeType: 'application/json',
      responseJsonSchema: { type: 'object' },
    })
  })

  it('shows files that Google holds or can fetch, and says so of others', () => {
    const image = (url: string) => ({ type: 'image_url', image_url: { url } })
    const content = [
      image('https://example.com/a.webp?x=1'),
      image('data:image/png;base64,AAAA'),
      { type: 'file', file: { file_id: 'files/abc' } },
      { type: 'file', file: { file_id: 'file-of-another' } },
    ]
    const { body, dropped } = sent({ messages: [{ role: 'user', content }] })
    expect(body['contents']).toMatchObject([
      {
        parts: [
          { fileData: { mimeType: 'image/webp', fileUri: 'https://example.com/a.webp?x=1' } },
          { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
          { fileData: { fileUri: 'files/abc' } },
          { text: expect.stringContaining('only its first provider holds') },
        ],
      },
    ])
    expect(dropped).toEqual(['file_id'])
  })

  it('has pictures within results where the model takes them, else behind', () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } }
    const messages = [
      { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'see', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: [image] }] },
    ]
    const request = anthropicMessages.decodeRequest({ model: 'm', max_tokens: 5, messages }, asked)
    const parts = (model: string) =>
      (gemini.encodeRequest({ ...request, model }, {}).body['contents'] as JsonObject[])[1]?.['parts']
    const inlineData = { mimeType: 'image/png', data: 'AAAA' }
    expect(parts('gemini-3-flash')).toMatchObject([{ functionResponse: { name: 'see', parts: [{ inlineData }] } }])
    expect(parts('gemini-2.5-flash')).toMatchObject([{ functionResponse: { name: 'see' } }, { inlineData }])
  })
})

describe('a reply', () => {
  const end = (body: JsonObject): ReplyPart | undefined =>
    gemini.decodeReply(body).find(({ type }) => type === 'choice-end')

  it.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content-filter'],
    ['RECITATION', 'content-filter'],
    ['BLOCKLIST', 'content-filter'],
    ['PROHIBITED_CONTENT', 'content-filter'],
    ['SPII', 'content-filter'],
    ['LANGUAGE', 'other'],
    ['constructor', 'other'],
  ])('that ends with %s ends with %s', (finishReason, reason) => {
    expect(end(candidate([{ text: 'x' }], { finishReason }))).toMatchObject({ reason })
  })

  it('that calls ends with the calls', () => {
    expect(end(candidate([{ functionCall: { name: 'f' } }]))).toMatchObject({ reason: 'tool-calls' })
  })

  it('to a blocked prompt is a refusal', () => {
    const body = { promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 3 } }
    expect(anthropicMessages.encodeReply(gemini.decodeReply(body), context)).toMatchObject({
      stop_reason: 'refusal',
      content: [{ type: 'text', text: 'The prompt was blocked: SAFETY.' }],
      usage: { input_tokens: 3 },
    })
    expect(translated(gemini, openaiChat, [body]).at(-1)).toMatchObject({
      choices: [{ finish_reason: 'content_filter' }],
    })
  })

  it('with a call that cannot be read says so, since no reason of another vendor does', () => {
    const body = candidate([], { finishReason: 'MALFORMED_FUNCTION_CALL', finishMessage: 'print(' })
    const { choices } = openaiChat.encodeReply(gemini.decodeReply(body), context)
    expect(choices).toMatchObject([
      { message: { refusal: 'The model wrote a function call that cannot be read. print(' } },
    ])
  })

  it('counts thinking and the prompts of tools', () => {
    const usageMetadata = {
      promptTokenCount: 10,
      cachedContentTokenCount: 4,
      toolUsePromptTokenCount: 5,
      candidatesTokenCount: 7,
      thoughtsTokenCount: 20,
      totalTokenCount: 42,
    }
    const usage = gemini.decodeReply({ ...candidate([]), usageMetadata }).find(({ type }) => type === 'usage-report')
    expect(usage).toMatchObject({
      usage: { inputTokens: 15, cachedInputTokens: 4, outputTokens: 27, reasoningTokens: 20 },
    })
  })

  it('gives a client of OpenAI the signature of a call where Google gives it, and gets it back', () => {
    const parts = gemini.decodeReply(
      candidate([
        { functionCall: { name: 'f', args: {} }, thoughtSignature: 'c2ln+/==' },
        { functionCall: { name: 'g' } },
      ]),
    )
    const { choices } = openaiChat.encodeReply(parts, context)
    const message = (choices as JsonObject[])[0]?.['message'] as JsonObject
    expect(message['tool_calls']).toMatchObject([
      { extra_content: { google: { thought_signature: 'c2ln+/==' } } },
      { function: { name: 'g' } },
    ])
    const { body } = sent({ messages: [{ role: 'user', content: 'x' }, message] })
    expect(body['contents']).toMatchObject([
      {},
      { parts: [{ functionCall: { name: 'f' }, thoughtSignature: 'c2ln+/==' }, { functionCall: { name: 'g' } }] },
    ])
  })

  it('that is none is told', () => {
    for (const body of [{}, { candidates: 'x' }])
      expect(() => gemini.decodeReply(body)).toThrowError(expect.objectContaining({ code: 'upstream_invalid_reply' }))
    const error = { code: 429, message: 'Quota.', status: 'RESOURCE_EXHAUSTED' }
    expect(() => gemini.decodeReply({ error })).toThrowError(
      expect.objectContaining({ code: 'upstream_rate_limited', vendorType: 'RESOURCE_EXHAUSTED' }),
    )
  })
})

it('an error may stand in an array, and its cause among the details', () => {
  const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }]
  const error = { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT', details }
  for (const body of [{ error }, [{ error }]])
    expect(gemini.decodeError(400, JSON.stringify(body))).toEqual({
      message: 'API key not valid.',
      vendorType: 'INVALID_ARGUMENT',
      vendorCode: 'API_KEY_INVALID',
      credential: 'refused',
    })
})

it('an array of events is one JSON value, of none too', () => {
  for (const events of [[], [{ a: 1 }], [{ a: 1 }, { b: [2] }]]) {
    const writer = jsonArray.writer()
    const text = events.map((event) => writer.write({ data: JSON.stringify(event) })).join('') + writer.end()
    expect(JSON.parse(text)).toEqual(events)
  }
})
