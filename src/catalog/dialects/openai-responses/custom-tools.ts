import type { ToolDefinition } from '../../../core/model/model-request.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../../core/wire/json.ts'
import type { ResponsesRequest } from './request-schema.ts'

/**
 * A custom tool takes free text (https://platform.openai.com/docs/guides/function-calling#custom-tools). Where tools take
 * objects it is one with a single text, and the grammar that the text shall follow is told in words.
 */
export function customTool(tool: NonNullable<ResponsesRequest['tools']>[number]): ToolDefinition {
  const { format } = tool
  const grammar =
    isJsonObject(format) && typeof format['definition'] === 'string'
      ? `The input follows this grammar (${String(format['syntax'])}):\n${format['definition']}`
      : undefined
  const description = [tool.description, grammar].filter((text) => text !== undefined && text !== null).join('\n\n')
  return {
    name: tool.name ?? '',
    ...(description === '' ? {} : { description }),
    parameters: {
      type: 'object',
      properties: { input: { type: 'string' } },
      required: ['input'],
      additionalProperties: false,
    },
  }
}

/** The text in the arguments of a call. */
export function customInput(json: string): string {
  const value = parseJson(json)
  return isJsonObject(value) && typeof value['input'] === 'string' ? value['input'] : json
}

/** Names of the custom tools that a client declared. */
export function customNames(tools: JsonValue | undefined): ReadonlySet<JsonValue | undefined> {
  const list: readonly JsonValue[] = Array.isArray(tools) ? tools : []
  return new Set(
    list.filter((tool): tool is JsonObject => isJsonObject(tool) && tool['type'] === 'custom').map(({ name }) => name),
  )
}
