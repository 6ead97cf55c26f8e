import type { WireEvent } from '../../../src/core/model/framing.ts'
import { awsEventStream } from '../../../src/core/wire/aws-event-stream.ts'
import type { JsonObject } from '../../../src/core/wire/json.ts'
import { awsError, binary, binaryStream } from '../../support/bedrock.ts'
import type { Json } from '../../support/client.ts'
import type { MockReply } from '../../support/mock-provider.ts'
import { unary } from '../../support/mock-replies.ts'
import {
  type Answer,
  type Ask,
  ItemRow,
  type MatrixDialect,
  type MatrixProvider,
  need,
  type Read,
  type Seen,
  type Turn,
} from '../neutral.ts'
import { inHalves } from '../wire.ts'

const noAddress = 'Bedrock fetches media from S3 only, and from no other address.'
const noUrls = { 'image-url': noAddress, 'document-url': noAddress }

/** Bedrock Converse: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
export const bedrockConverse: MatrixDialect = {
  id: 'bedrock-converse',
  title: 'Bedrock Converse',
  client: {
    cannot: noUrls,
    request: (ask) => ({
      path: `/model/${ask.model}/${ask.stream ? 'converse-stream' : 'converse'}`,
      body: requestBody(ask),
    }),
    read: (body, isStream) => read(isStream ? joined(eventsOf(body)) : JSON.parse(body.toString())),
    readError: (body) => need(JSON.parse(body.toString()).message, 'message'),
    readBrokenStream: (body) => {
      const events = eventsOf(body)
      return {
        text: events.map(({ fields }) => fields.delta?.text ?? '').join(''),
        error: need(events.find(({ name }) => name.endsWith('Exception'))?.fields.message, 'message'),
      }
    },
  },
  provider: {
    cannot: noUrls,
    path: /\/converse(?:-stream)?$/,
    basePath: '',
    account: { provider: 'bedrock', model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0' },
    see: ({ json, path }) => see(json as Json, path.endsWith('/converse-stream')),
    answer: (answer, isStream) => (isStream ? binaryStream(binary(events(answer))) : unary(converse(answer))),
    refuse,
    breakOff: (text, message) =>
      binaryStream(
        binary([
          event('messageStart', { role: 'assistant' }),
          event('contentBlockDelta', { contentBlockIndex: 0, delta: { text } }),
          brokenEvent(message),
        ]),
      ),
    signed: ({ reasoning }) => [`${reasoning}|${signature}`],
  },
}

const refusals = {
  request: [400, 'ValidationException'],
  rate: [429, 'ThrottlingException'],
  fault: [500, 'InternalServerException'],
  overload: [503, 'ServiceUnavailableException'],
} as const

export function refuse(...[message, kind, headers]: Parameters<MatrixProvider['refuse']>): MockReply {
  return awsError(refusals[kind][0], refusals[kind][1], message, headers)
}

export function brokenEvent(message: string): WireEvent {
  return event('modelStreamErrorException', { message })
}

const signature = 'EuYBmockBedrockSignature+/34=='

function requestBody(ask: Ask): JsonObject {
  return {
    ...(ask.system === undefined ? {} : { system: [{ text: ask.system }] }),
    messages: ask.turns.map(message),
    inferenceConfig: {
      maxTokens: ask.maxTokens,
      ...(ask.stop === undefined ? {} : { stopSequences: [...ask.stop] }),
    },
    ...(ask.tools === undefined
      ? {}
      : {
          toolConfig: {
            tools: ask.tools.map(({ name, description, parameters }) => ({
              toolSpec: { name, description, inputSchema: { json: parameters } },
            })),
            ...(ask.forcedTool === undefined ? {} : { toolChoice: { tool: { name: ask.forcedTool } } }),
          },
        }),
    ...(ask.schema === undefined
      ? {}
      : {
          outputConfig: {
            textFormat: {
              type: 'json_schema',
              structure: { jsonSchema: { name: 'city', schema: JSON.stringify(ask.schema) } },
            },
          },
        }),
    ...(ask.thinks === undefined
      ? {}
      : { additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 4000 } } }),
  }
}

function message(turn: Turn): JsonObject {
  if (turn.role === 'kept') return turn.kept
  if (turn.role === 'results') {
    return {
      role: 'user',
      content: turn.results.map(({ call, text }) => ({
        toolResult: { toolUseId: call.id, content: [{ text }], status: 'success' },
      })),
    }
  }
  const { text, image, document } = turn
  const content: JsonObject[] = [{ text }]
  if (image !== undefined) content.push({ image: { format: 'png', source: { bytes: image } } })
  if (document !== undefined) content.push({ document: { format: 'pdf', name: 'plan', source: { bytes: document } } })
  return { role: 'user', content }
}

interface Event {
  readonly name: string
  readonly fields: Json
}

function eventsOf(body: Buffer): Event[] {
  return awsEventStream.parse(body).map(({ event: name = '', data }) => ({ name, fields: JSON.parse(data) }))
}

/** Puts the reply together as programs do. */
function joined(events: readonly Event[]): Json {
  const content: Json[] = []
  const inputs: string[] = []
  const reply: Json = { output: { message: { role: 'assistant', content } } }
  for (const { name, fields } of events) {
    const at = fields.contentBlockIndex
    switch (name) {
      case 'contentBlockStart':
        content[at] = { toolUse: { ...fields.start.toolUse, input: {} } }
        break
      case 'contentBlockDelta': {
        const { text, toolUse, reasoningContent: thought } = fields.delta
        if (text !== undefined) content[at] = { text: (content[at]?.text ?? '') + text }
        else if (toolUse !== undefined) inputs[at] = (inputs[at] ?? '') + toolUse.input
        else {
          const { reasoningText: known = { text: '' } } = content[at]?.reasoningContent ?? {}
          const { text: more = '', ...proof } = thought
          content[at] = { reasoningContent: { reasoningText: { ...known, text: known.text + more, ...proof } } }
        }
        break
      }
      case 'contentBlockStop':
        if (inputs[at] !== undefined) content[at].toolUse.input = JSON.parse(inputs[at])
        break
      case 'messageStop':
      case 'metadata':
        Object.assign(reply, fields)
        break
    }
  }
  if (events.at(-1)?.name !== 'metadata') throw new Error('the stream has no metadata')
  return reply
}

function read({ output, stopReason, usage }: Json): Read {
  const { message: kept } = output
  const cached = usage.cacheReadInputTokens ?? 0
  const thoughts = kept.content.flatMap(({ reasoningContent }: Json) => reasoningContent?.reasoningText?.text ?? [])
  return {
    text: kept.content.map(({ text }: Json) => text ?? '').join(''),
    ...(thoughts.length === 0 ? {} : { reasoning: thoughts.join('') }),
    calls: kept.content
      .filter(({ toolUse }: Json) => toolUse !== undefined)
      .map(({ toolUse: { toolUseId: id, name, input } }: Json) => ({ id, name, arguments: input })),
    end: need(ends[stopReason], `a meaning of ${stopReason}`),
    // As at Anthropic, the counts add up.
    usage: {
      input: usage.inputTokens + cached + (usage.cacheWriteInputTokens ?? 0),
      cached,
      output: usage.outputTokens,
    },
    kept,
  }
}

const ends: Readonly<Record<string, Answer['end']>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  tool_use: 'tools',
  content_filtered: 'refusal',
  guardrail_intervened: 'refusal',
}

function see(body: Json, isStream: boolean): Seen {
  const row = new ItemRow()
  for (const { role, content } of body.messages) {
    for (const block of content) {
      const { text, image, document, toolUse, toolResult, reasoningContent } = block
      if (text !== undefined) row.say(role, text)
      else if (image !== undefined) row.show('image', image.source.bytes)
      else if (document !== undefined) row.show('document', document.source.bytes)
      else if (toolUse !== undefined) row.call(toolUse.toolUseId, toolUse.name, toolUse.input)
      else if (toolResult !== undefined)
        row.result({ id: toolResult.toolUseId }, toolResult.content.map((part: Json) => part.text).join('\n'))
      else row.signed.push(`${reasoningContent.reasoningText.text}|${reasoningContent.reasoningText.signature}`)
    }
  }
  const { inferenceConfig: config = {}, toolConfig, outputConfig, additionalModelRequestFields: fields } = body
  const schema = outputConfig?.textFormat?.structure.jsonSchema.schema
  return {
    stream: isStream,
    ...(body.system === undefined ? {} : { system: body.system.map(({ text }: Json) => text).join('\n') }),
    items: row.items,
    signed: row.signed,
    tools: (toolConfig?.tools ?? []).map(({ toolSpec: { name, inputSchema } }: Json) => ({
      name,
      parameters: inputSchema.json,
    })),
    ...(toolConfig?.toolChoice?.tool === undefined ? {} : { forcedTool: toolConfig.toolChoice.tool.name }),
    ...(schema === undefined ? {} : { schema: JSON.parse(schema) }),
    ...(config.stopSequences === undefined ? {} : { stop: config.stopSequences }),
    maxTokens: config.maxTokens,
    thinks: fields?.thinking?.type === 'enabled' || fields?.thinking?.type === 'adaptive',
  }
}

const reasons: Readonly<Record<Answer['end'], string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tools: 'tool_use',
  refusal: 'content_filtered',
}

function blocks({ text, reasoning, isSigned, calls }: Answer): Json[] {
  const proof = isSigned === undefined ? {} : { signature }
  return [
    ...(reasoning === undefined ? [] : [{ reasoningContent: { reasoningText: { text: reasoning, ...proof } } }]),
    ...(text === '' ? [] : [{ text }]),
    ...calls.map(({ id, name, arguments: input }) => ({ toolUse: { toolUseId: id, name, input } })),
  ]
}

function ending({ usage: { input, cached, output } }: Answer): JsonObject {
  return {
    usage: {
      inputTokens: input - cached,
      outputTokens: output,
      totalTokens: input + output,
      cacheReadInputTokens: cached,
      cacheWriteInputTokens: 0,
    },
    metrics: { latencyMs: 9 },
  }
}

function converse(answer: Answer): JsonObject {
  return {
    output: { message: { role: 'assistant', content: blocks(answer) } },
    stopReason: reasons[answer.end],
    ...ending(answer),
  }
}

function event(name: string, fields: JsonObject): WireEvent {
  return { event: name, data: JSON.stringify({ ...fields, p: 'abcdef' }) }
}

function events(answer: Answer): WireEvent[] {
  return [
    event('messageStart', { role: 'assistant' }),
    ...blocks(answer).flatMap((block, contentBlockIndex) => [
      ...(block.toolUse === undefined
        ? []
        : [
            event('contentBlockStart', {
              contentBlockIndex,
              start: { toolUse: { toolUseId: block.toolUse.toolUseId, name: block.toolUse.name } },
            }),
          ]),
      ...deltas(block).map((delta) => event('contentBlockDelta', { contentBlockIndex, delta })),
      event('contentBlockStop', { contentBlockIndex }),
    ]),
    event('messageStop', { stopReason: reasons[answer.end] }),
    event('metadata', ending(answer)),
  ]
}

function deltas({ text, toolUse, reasoningContent }: Json): JsonObject[] {
  if (text !== undefined) return inHalves(text).map((piece) => ({ text: piece }))
  if (toolUse !== undefined) return inHalves(JSON.stringify(toolUse.input)).map((input) => ({ toolUse: { input } }))
  const { text: thought, signature: proof } = reasoningContent.reasoningText
  return [
    ...inHalves(thought).map((piece) => ({ reasoningContent: { text: piece } })),
    ...(proof === undefined ? [] : [{ reasoningContent: { signature: proof } }]),
  ]
}
