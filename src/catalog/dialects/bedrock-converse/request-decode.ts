import type { Asked } from '../../../core/model/dialect.ts'
import type {
  Message,
  ModelRequest,
  ResponseFormat,
  SystemMessage,
  ToolChoice,
  ToolDefinition,
} from '../../../core/model/model-request.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../../core/wire/json.ts'
import { given } from '../given.ts'
import { readWith } from '../schema-error.ts'
import { unreadFields } from '../unread-fields.ts'
import { assistantParts, guardedText, toolResult, userParts, withCachePoints } from './decode-content.ts'
import { decodeModelFields } from './decode-model-fields.ts'
import { ConverseRequest } from './request-schema.ts'
import { stopSequencePath } from './stop-sequence.ts'

const unreadIn = unreadFields(ConverseRequest)

/** Reads a Converse request into the neutral form. Throws `invalid_request` for a wrong type. */
export function decodeRequest(body: JsonObject, { model, stream }: Asked): ModelRequest {
  const request = readWith(ConverseRequest, body)
  const other = unreadIn(body)
  const messages: Message[] = []
  const parts = withCachePoints(request.system ?? [], 'system', other).flatMap(({ item, cache }) => [
    ...(typeof item.text === 'string' ? [{ type: 'text', text: item.text, ...given({ cache }) } as const] : []),
    ...guardedText(item),
  ])
  if (parts.length > 0) messages.push({ role: 'system', parts })
  for (const message of request.messages) messages.push(...decodeMessage(message, other))
  const { reasoning, ...fields } = decodeModelFields(request, other)
  if (request.additionalModelResponseFieldPaths?.some((path) => path !== stopSequencePath) === true)
    other.add('additionalModelResponseFieldPaths')
  const inference = request.inferenceConfig
  return {
    model,
    stream,
    messages,
    streamUsage: true,
    ...given({
      tools: decodeTools(request, other),
      toolChoice: decodeToolChoice(request, other),
      maxOutputTokens: inference?.maxTokens,
      temperature: inference?.temperature,
      topP: inference?.topP,
      stop: inference?.stopSequences,
      responseFormat: decodeFormat(request, other),
      metadata: request.requestMetadata,
      serviceTier: request.serviceTier?.type,
      reasoning,
    }),
    // Last, since what the model's own fields say of a choice is more than Converse can.
    ...fields,
    other: [...other],
  }
}

function decodeMessage({ role, content }: ConverseRequest['messages'][number], other: Set<string>): readonly Message[] {
  const blocks = withCachePoints(content, 'messages[].content', other)
  if (role === 'assistant') return [{ role, parts: blocks.flatMap(assistantParts) }]
  const parts = blocks.flatMap(userParts)
  if (role === 'system') return [systemMessage(parts, other)]
  // Results come first in the neutral form: they answer the turn before, the rest is a turn of its own.
  const results = blocks.flatMap(toolResult)
  return [
    ...(results.length > 0 ? [{ role: 'tool', parts: results } as const] : []),
    ...(parts.length > 0 || results.length === 0 ? [{ role, parts } as const] : []),
  ]
}

function systemMessage(parts: ReturnType<typeof userParts>, other: Set<string>): SystemMessage {
  for (const { type } of parts) if (type !== 'text') other.add(`messages[].content[].${type}`)
  return { role: 'system', parts: parts.filter((part) => part.type === 'text') }
}

function decodeTools({ toolConfig }: ConverseRequest, other: Set<string>): ToolDefinition[] | undefined {
  const tools = withCachePoints(toolConfig?.tools ?? [], 'toolConfig.tools', other).flatMap(({ item, cache }) => {
    if (!item.toolSpec) return []
    const { name, description, inputSchema, strict } = item.toolSpec
    const schema: unknown = inputSchema?.json
    return [{ name, ...given({ description, parameters: isJsonObject(schema) ? schema : undefined, strict, cache }) }]
  })
  return tools.length === 0 ? undefined : tools
}

function decodeToolChoice({ toolConfig }: ConverseRequest, other: Set<string>): ToolChoice | undefined {
  const choice = toolConfig?.toolChoice
  if (!choice) return undefined
  if (choice.tool) return { type: 'tool', name: choice.tool.name }
  if (choice.any !== undefined && choice.any !== null) return { type: 'required' }
  if (choice.auto !== undefined && choice.auto !== null) return { type: 'auto' }
  other.add('toolConfig.toolChoice')
  return undefined
}

function decodeFormat({ outputConfig }: ConverseRequest, other: Set<string>): ResponseFormat | undefined {
  const format = outputConfig?.textFormat
  if (!format) return undefined
  const { schema: text = '', name, description } = format.structure.jsonSchema ?? {}
  const schema = parseJson(text)
  if (format.type === 'json_schema' && isJsonObject(schema))
    return { type: 'json-schema', schema, ...given({ name, description }) }
  other.add('outputConfig.textFormat')
  return undefined
}
