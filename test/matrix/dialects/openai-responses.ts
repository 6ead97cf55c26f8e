import type { JsonObject } from '../../../src/core/wire/json.ts'
import type { Json } from '../../support/client.ts'
import { stream, unary } from '../../support/mock-replies.ts'
import {
  type Answer,
  type Ask,
  ItemRow,
  type MatrixDialect,
  need,
  type Read,
  type Seen,
  type Turn,
} from '../neutral.ts'
import { dataUrl, inHalves, isUrl, namedEvents, ofDataUrl, openAiRefusal, readNamedEvents } from '../wire.ts'

const cannot = { stop: 'The Responses API has no stop sequences.' }

/** OpenAI Responses: https://platform.openai.com/docs/api-reference/responses */
export const openaiResponses: MatrixDialect = {
  id: 'openai-responses',
  title: 'OpenAI Responses',
  client: {
    cannot,
    request: (ask) => ({ path: '/v1/responses', body: requestBody(ask) }),
    read: (body, isStream) => (isStream ? readStream(body) : readResponse(JSON.parse(body.toString()))),
    readError: (body) => need(JSON.parse(body.toString()).error.message, 'error.message'),
    readBrokenStream: (body) => {
      const events = eventsOf(body)
      const failed = events.find(({ type }) => type === 'error' || type === 'response.failed')
      return { text: textOf(events), error: need(failed?.message ?? failed?.response?.error?.message, 'message') }
    },
  },
  provider: {
    cannot,
    path: /\/responses$/,
    basePath: '/v1',
    // A model that OpenAI serves in this dialect only.
    account: { provider: 'openai', model: 'gpt-5-codex' },
    see: ({ json }) => see(json as Json),
    answer: (answer, isStream) => (isStream ? stream(sse(events(answer))) : unary(response(answer))),
    refuse: openAiRefusal,
    breakOff: (text, message) => {
      const begun = events({ text, calls: [], end: 'stop', usage: { input: 1, cached: 0, output: 1 } })
      const told = begun.findLastIndex(({ type }) => type === 'response.output_text.delta')
      const fault = { type: 'error', code: 'server_error', message, param: null }
      return stream(sse([...begun.slice(0, told + 1), fault]))
    },
    signed: () => [`${reasoningId}|${encrypted}`],
  },
}

const reasoningId = 'rs_mock0001'
const encrypted = 'gAAAAABmockEncryptedReasoning_-=='

function requestBody(ask: Ask): JsonObject {
  return {
    model: ask.model,
    store: false,
    include: ['reasoning.encrypted_content'],
    ...(ask.stream ? { stream: true } : {}),
    ...(ask.system === undefined ? {} : { instructions: ask.system }),
    input: ask.turns.flatMap(items),
    max_output_tokens: ask.maxTokens,
    ...(ask.tools === undefined
      ? {}
      : { tools: ask.tools.map((tool) => ({ type: 'function', ...tool, strict: false })) }),
    ...(ask.forcedTool === undefined ? {} : { tool_choice: { type: 'function', name: ask.forcedTool } }),
    ...(ask.schema === undefined
      ? {}
      : { text: { format: { type: 'json_schema', name: 'city', schema: ask.schema, strict: true } } }),
    ...(ask.thinks === undefined ? {} : { reasoning: { effort: 'high', summary: 'auto' } }),
  }
}

function items(turn: Turn): JsonObject[] {
  if (turn.role === 'kept') return turn.kept
  if (turn.role === 'results')
    return turn.results.map(({ call, text }) => ({ type: 'function_call_output', call_id: call.id, output: text }))
  const { text, image, document } = turn
  const content: JsonObject[] = [{ type: 'input_text', text }]
  if (image !== undefined) content.push({ type: 'input_image', image_url: dataUrl('image/png', image), detail: 'auto' })
  if (document !== undefined)
    content.push(
      isUrl(document)
        ? { type: 'input_file', file_url: document }
        : { type: 'input_file', filename: 'plan.pdf', file_data: dataUrl('application/pdf', document) },
    )
  return [{ role: 'user', content }]
}

function readResponse({ object, status, output, usage, incomplete_details: details }: Json): Read {
  if (object !== 'response') throw new Error(`object is ${object}`)
  const ofType = (type: string): Json[] => output.filter((item: Json) => item.type === type)
  const said: Json[] = ofType('message').flatMap(({ content }) => content)
  const calls = ofType('function_call')
  const summaries = ofType('reasoning').flatMap(({ summary }) => summary.map(({ text }: Json) => text))
  const isRefused = said.some(({ type }) => type === 'refusal')
  return {
    text: said.map(({ text, refusal }) => text ?? refusal).join(''),
    ...(summaries.length === 0 ? {} : { reasoning: summaries.join('') }),
    calls: calls.map(({ call_id, name, arguments: json }) => ({
      id: need(call_id, 'call_id'),
      name,
      arguments: JSON.parse(json),
    })),
    end: isRefused ? 'refusal' : status === 'incomplete' ? need(cuts[details.reason], details.reason) : endOf(calls),
    usage: {
      input: usage.input_tokens,
      cached: usage.input_tokens_details?.cached_tokens ?? 0,
      output: usage.output_tokens,
    },
    kept: output,
  }
}

const cuts: Readonly<Record<string, Answer['end']>> = { max_output_tokens: 'length', content_filter: 'refusal' }

function endOf(calls: readonly Json[]): Answer['end'] {
  return calls.length > 0 ? 'tools' : 'stop'
}

function eventsOf(body: Buffer): Json[] {
  const events = readNamedEvents(body)
  const numbers = events.map(({ sequence_number }) => sequence_number)
  // That of an error only has to be higher.
  const isOrdered = numbers.every((number, index) =>
    events[index].type === 'error' ? number >= index : number === index,
  )
  if (!isOrdered) throw new Error(`sequence numbers: ${numbers.join(' ')}`)
  return events
}

function textOf(events: readonly Json[]): string {
  return events
    .filter(({ type }) => type === 'response.output_text.delta' || type === 'response.refusal.delta')
    .map(({ delta }) => delta)
    .join('')
}

/** The pieces, and the whole at the end, have to say the same. */
function readStream(body: Buffer): Read {
  const events = eventsOf(body)
  const last = events.at(-1)
  if (last?.type !== 'response.completed' && last?.type !== 'response.incomplete')
    throw new Error(`the stream ends in ${last?.type}`)
  const read = readResponse(last.response)
  if (textOf(events) !== read.text) throw new Error(`pieces of text: ${textOf(events)}`)
  const joined = read.calls.map((call) => {
    const added = events.find(({ type, item }) => type === 'response.output_item.added' && item.call_id === call.id)
    const index = need(added, 'response.output_item.added').output_index
    return events
      .filter(({ type, output_index: at }) => type === 'response.function_call_arguments.delta' && at === index)
      .map(({ delta }) => delta)
      .join('')
  })
  for (const [index, json] of joined.entries()) {
    if (JSON.stringify(JSON.parse(json)) !== JSON.stringify(read.calls[index]?.arguments))
      throw new Error(`pieces of arguments: ${json}`)
  }
  return read
}

function see(body: Json): Seen {
  const row = new ItemRow()
  let system: string | undefined = body.instructions ?? undefined
  for (const item of body.input) {
    switch (item.type ?? 'message') {
      case 'message': {
        const content: Json[] =
          typeof item.content === 'string' ? [{ type: 'input_text', text: item.content }] : item.content
        for (const part of content) {
          if (part.type === 'input_image') row.show('image', ofDataUrl(part.image_url))
          else if (part.type === 'input_file') row.show('document', ofDataUrl(part.file_data ?? part.file_url))
          else if (item.role === 'system' || item.role === 'developer') system = part.text
          else row.say(item.role, part.text)
        }
        break
      }
      case 'function_call':
        row.call(item.call_id, item.name, JSON.parse(item.arguments))
        break
      case 'function_call_output':
        row.result({ id: item.call_id }, item.output)
        break
      case 'reasoning':
        row.signed.push(`${item.id}|${item.encrypted_content}`)
        break
      default:
        throw new Error(`no item: ${item.type}`)
    }
  }
  const format = body.text?.format
  return {
    stream: body.stream === true,
    ...(system === undefined ? {} : { system }),
    items: row.items,
    signed: row.signed,
    tools: (body.tools ?? []).map(({ name, parameters }: Json) => ({ name, parameters })),
    ...(typeof body.tool_choice === 'object' ? { forcedTool: body.tool_choice.name } : {}),
    ...(format?.type === 'json_schema' ? { schema: format.schema } : {}),
    maxTokens: body.max_output_tokens,
    thinks: body.reasoning?.effort !== undefined,
  }
}

function output({ text, reasoning, isSigned, calls, end }: Answer): JsonObject[] {
  const said =
    end === 'refusal'
      ? { type: 'refusal', refusal: text }
      : { type: 'output_text', text, annotations: [], logprobs: [] }
  return [
    ...(reasoning === undefined
      ? []
      : [
          {
            type: 'reasoning',
            id: reasoningId,
            summary: [{ type: 'summary_text', text: reasoning }],
            ...(isSigned === undefined ? {} : { encrypted_content: encrypted }),
          },
        ]),
    ...(text === ''
      ? []
      : [{ type: 'message', id: 'msg_mock1', role: 'assistant', status: 'completed', content: [said] }]),
    ...calls.map(({ id, name, arguments: args }, index) => ({
      type: 'function_call',
      id: `fc_mock${index}`,
      call_id: id,
      name,
      arguments: JSON.stringify(args),
      status: 'completed',
    })),
  ]
}

function response(answer: Answer): JsonObject {
  const { usage, end } = answer
  const isCut = end === 'length'
  return {
    id: 'resp_mock0001',
    object: 'response',
    created_at: 1_764_000_000,
    status: isCut ? 'incomplete' : 'completed',
    error: null,
    incomplete_details: isCut ? { reason: 'max_output_tokens' } : null,
    model: 'gpt-5-codex',
    output: output(answer),
    parallel_tool_calls: true,
    tool_choice: 'auto',
    tools: [],
    usage: {
      input_tokens: usage.input,
      input_tokens_details: { cached_tokens: usage.cached },
      output_tokens: usage.output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: usage.input + usage.output,
    },
  }
}

function events(answer: Answer): JsonObject[] {
  const whole = response(answer)
  const { usage: _, ...begun } = { ...whole, status: 'in_progress', output: [], incomplete_details: null } as JsonObject
  return [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...output(answer).flatMap(itemEvents),
    { type: answer.end === 'length' ? 'response.incomplete' : 'response.completed', response: whole },
  ]
}

function itemEvents(item: Json, output_index: number): JsonObject[] {
  const at = { output_index, item_id: item.id }
  const framed = (empty: JsonObject, inner: readonly JsonObject[]): JsonObject[] => [
    { type: 'response.output_item.added', output_index, item: { ...item, ...empty } },
    ...inner,
    { type: 'response.output_item.done', output_index, item },
  ]
  if (item.type === 'function_call') {
    const name = 'response.function_call_arguments'
    return framed({ arguments: '', status: 'in_progress' }, [
      ...inHalves(item.arguments).map((delta) => ({ type: `${name}.delta`, ...at, delta })),
      { type: `${name}.done`, ...at, name: item.name, arguments: item.arguments },
    ])
  }
  if (item.type === 'reasoning') {
    const name = 'response.reasoning_summary'
    const [part] = item.summary
    const ofPart = { ...at, summary_index: 0 }
    return framed({ summary: [] }, [
      { type: `${name}_part.added`, ...ofPart, part: { type: 'summary_text', text: '' } },
      ...inHalves(part.text).map((delta) => ({ type: `${name}_text.delta`, ...ofPart, delta })),
      { type: `${name}_text.done`, ...ofPart, text: part.text },
      { type: `${name}_part.done`, ...ofPart, part },
    ])
  }
  const [part] = item.content
  const ofPart = { ...at, content_index: 0 }
  const isRefusal = part.type === 'refusal'
  const name = isRefusal ? 'response.refusal' : 'response.output_text'
  const empty = isRefusal ? { type: 'refusal', refusal: '' } : { ...part, text: '' }
  return framed({ content: [], status: 'in_progress' }, [
    { type: 'response.content_part.added', ...ofPart, part: empty },
    ...inHalves(part.text ?? part.refusal).map((delta) => ({ type: `${name}.delta`, ...ofPart, delta })),
    { type: `${name}.done`, ...ofPart, ...(isRefusal ? { refusal: part.refusal } : { text: part.text }) },
    { type: 'response.content_part.done', ...ofPart, part },
  ])
}

function sse(list: readonly JsonObject[]): string {
  return namedEvents(list.map((event, sequence_number) => ({ ...event, sequence_number })))
}
