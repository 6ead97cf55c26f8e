import { nearestNames } from '../../core/text/nearest-names.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import { type DemoChatRequest, textOf } from './demo-request.ts'
import { jsonInstance } from './json-instance.ts'
import { countTokens, tokensOf } from './tokens.ts'

/** What a demo model does with a request. */
export type DemoAnswer =
  | {
      readonly kind: 'reply'
      readonly reply: DemoReply
      readonly delayMs: number
      readonly chunkDelayMs: number
      readonly isCut: boolean
    }
  | {
      readonly kind: 'error'
      readonly status: number
      readonly message: string
      readonly type: string
      readonly code: string | null
    }

export interface DemoReply {
  readonly reasoning?: string
  readonly text?: string
  readonly refusal?: string
  readonly toolCalls?: readonly { readonly id: string; readonly name: string; readonly arguments: string }[]
  readonly finishReason: 'stop' | 'length' | 'tool_calls'
  readonly usage: { readonly prompt: number; readonly completion: number; readonly reasoning: number }
}

/** Decides by the model's name. Pure: the same request has the same answer. */
export function demoAnswer(request: DemoChatRequest): DemoAnswer {
  const { name, chunkDelayMs } = modelName(request)
  const failure = /^error-(\d{3})$/.exec(name)
  if (failure !== null) return demoError(Number(failure[1]))
  const delay = /^slow-(\d{1,6})ms$/.exec(name)
  const model = delay === null ? name : 'echo'
  const speak = Object.hasOwn(models, model) ? models[model] : undefined
  if (speak === undefined) {
    const near = nearestNames(name, demoModelNames, 1)[0]
    const meant = near === undefined ? '.' : `; did you mean "${near}"?`
    const isOther = demoModelNames.includes(name)
    const message = isOther
      ? `The model "${name}" of the demo provider is not for chats.`
      : `The demo provider has no model "${name.slice(0, 100)}"${meant} It has ${demoModelNames.join(', ')}.`
    return { kind: 'error', status: 404, message, type: 'invalid_request_error', code: 'model_not_found' }
  }
  return {
    kind: 'reply',
    reply: limited(speak(request), request),
    delayMs: Math.min(Number(delay?.[1] ?? 0), maxDelayMs),
    chunkDelayMs,
    isCut: model === 'cut',
  }
}

const maxDelayMs = 600_000

interface Speech {
  readonly reasoning?: string
  readonly text?: string
  readonly refusal?: string
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: JsonObject }[]
}

const models: Readonly<Record<string, (request: DemoChatRequest) => Speech>> = {
  echo: (request) => ({ text: label(lastUserText(request)) }),
  lorem: (request) => ({ text: label(lorem(maxTokens(request) ?? 100)) }),
  tools: (request) => callTools(request, (tools) => tools.slice(0, 1)),
  'tools-all': (request) => callTools(request, (tools) => tools),
  json: (request) => ({ text: JSON.stringify(structured(request)) }),
  reasoning: (request) => ({
    reasoning: '[demo] A demo model does not think. It pretends to, so that you can see thinking arrive.',
    text: label(lastUserText(request)),
  }),
  refusal: () => ({ refusal: '[demo] I am sorry, the demo model refuses every request.' }),
  cut: () => ({ text: label(lorem(100)) }),
}

export const demoModelNames: readonly string[] = [
  ...Object.keys(models),
  'embedding',
  'slow-500ms',
  'error-429',
  'error-500',
]

/** `echo`, `demo/echo`, `echo@20ms`: the time after `@`, or in `metadata.chunk_delay_ms`, passes between two events of a stream. */
function modelName({ model, metadata }: DemoChatRequest): { readonly name: string; readonly chunkDelayMs: number } {
  const name = model.replace(/^demo\//, '')
  const suffix = /^(.+)@(\d{1,5})ms$/.exec(name)
  const wished = suffix?.[2] ?? metadata?.['chunk_delay_ms'] ?? '0'
  return { name: suffix?.[1] ?? name, chunkDelayMs: /^\d{1,5}$/.test(wished) ? Number(wished) : 0 }
}

function demoError(status: number): DemoAnswer {
  const known = errorTypes[status]
  if (status < 400 || status > 599) {
    const message = '[demo] The model error-<status> takes a status from 400 to 599.'
    return { kind: 'error', status: 400, message, type: 'invalid_request_error', code: null }
  }
  return {
    kind: 'error',
    status,
    message: `[demo] You asked for an error with status ${status}.`,
    type: known?.[0] ?? (status < 500 ? 'invalid_request_error' : 'server_error'),
    code: known?.[1] ?? null,
  }
}

const errorTypes: Readonly<Record<number, readonly [string, string]>> = {
  401: ['invalid_request_error', 'invalid_api_key'],
  404: ['invalid_request_error', 'model_not_found'],
  429: ['requests', 'rate_limit_exceeded'],
}

function label(text: string): string {
  return `[demo] ${text}`
}

function lastUserText({ messages }: DemoChatRequest): string {
  const last = messages.findLast(({ role }) => role === 'user')
  return last === undefined ? '' : textOf(last)
}

const loremWords =
  'lorem ipsum dolor sit amet elit sed do eiusmod tempor ut labore et dolore magna aliqua enim ad minim veniam quis nostrud'.split(
    ' ',
  )

/** A label is one token, so `words - 1` more make up the number asked for. */
function lorem(words: number): string {
  const count = Math.max(0, Math.min(words, 100_000) - 1)
  return Array.from({ length: count }, (_, index) => loremWords[index % loremWords.length]).join(' ')
}

type Tools = NonNullable<DemoChatRequest['tools']>

/** Calls tools until a result has come back, then tells what it was. */
function callTools(request: DemoChatRequest, choose: (tools: Tools) => Tools): Speech {
  const { messages, tools, tool_choice: choice } = request
  const lastUser = messages.findLastIndex(({ role }) => role === 'user')
  const results = messages.slice(lastUser + 1).filter(({ role }) => role === 'tool')
  if (results.length > 0) return { text: label(`The tool answered: ${results.map(textOf).join(' | ')}`) }
  if (tools == null || tools.length === 0 || choice === 'none') {
    return { text: label('There is no tool to call. Send a request with `tools`.') }
  }
  const forced = typeof choice === 'object' ? tools.filter((tool) => tool.function.name === choice?.function.name) : []
  const called = forced.length > 0 ? forced : choose(tools)
  return {
    toolCalls: called.map(({ function: { name, parameters } }) => ({ name, arguments: toolArguments(parameters) })),
  }
}

function toolArguments(parameters: JsonObject | null | undefined): JsonObject {
  const value = parameters == null ? {} : jsonInstance(parameters)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

function structured(request: DemoChatRequest): unknown {
  const schema = request.response_format?.json_schema?.schema
  return schema == null ? { demo: true, echo: lastUserText(request) } : jsonInstance(schema)
}

/** Applies `stop` and the token limit, and counts. */
function limited(speech: Speech, request: DemoChatRequest): DemoReply {
  const prompt = request.messages.reduce((sum, message) => sum + 3 + countTokens(textOf(message)), 3)
  const reasoning = speech.reasoning === undefined ? 0 : countTokens(speech.reasoning)
  if (speech.toolCalls !== undefined) {
    const toolCalls = speech.toolCalls.map((call, index) => ({
      id: `call_demo_${index}`,
      name: call.name,
      arguments: JSON.stringify(call.arguments),
    }))
    const completion = toolCalls.reduce((sum, call) => sum + 2 + countTokens(call.arguments), 0)
    return { toolCalls, finishReason: 'tool_calls', usage: { prompt, completion, reasoning: 0 } }
  }
  const whole = speech.refusal ?? cutAtStop(speech.text ?? '', request.stop)
  const tokens = tokensOf(whole)
  const limit = Math.max(0, (maxTokens(request) ?? Number.POSITIVE_INFINITY) - reasoning)
  const said = tokens.length > limit ? tokens.slice(0, limit).join('') : whole
  return {
    ...(speech.reasoning === undefined ? {} : { reasoning: speech.reasoning }),
    ...(speech.refusal === undefined ? { text: said } : { refusal: said }),
    finishReason: tokens.length > limit ? 'length' : 'stop',
    usage: { prompt, completion: reasoning + Math.min(tokens.length, limit), reasoning },
  }
}

function maxTokens(request: DemoChatRequest): number | undefined {
  return request.max_completion_tokens ?? request.max_tokens ?? undefined
}

function cutAtStop(text: string, stop: DemoChatRequest['stop']): string {
  const ends = [stop ?? []].flat().flatMap((sequence) => {
    const index = sequence === '' ? -1 : text.indexOf(sequence)
    return index < 0 ? [] : [index]
  })
  return ends.length === 0 ? text : text.slice(0, Math.min(...ends))
}
