import type { ModelRequest, ToolDefinition } from '../../../core/model/model-request.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import { isToolForced } from '../anthropic-messages/encode-tools.ts'
import { outputSchema } from '../anthropic-messages/output-schema.ts'
import { type ContentContext, cachePoint } from './encode-content.ts'

interface EncodedTools {
  readonly toolConfig?: JsonObject
  /** Of Claude, for what Converse has no word for. It must not stand beside a `toolChoice`. */
  readonly tool_choice?: JsonObject
}

/** The tools and how they may be called. `called` are the tools of the history, which Bedrock wants declared. */
export function encodeTools(request: ModelRequest, called: readonly string[], context: ContentContext): EncodedTools {
  const { tools = [], toolChoice: choice, parallelToolCalls } = request
  const { family, dropped } = context
  const isForced = isToolForced(request) && family.claude?.takesForcedTool !== false
  const isForbidden = choice?.type === 'none' || tools.length === 0
  if ((choice?.type === 'required' || choice?.type === 'tool') && !isForced) dropped.add('tool_choice')
  // Without a choice `none`, tools that may not be called are left out where the history does not need them.
  if (isForbidden && called.length === 0) return {}
  const declared = tools.length > 0 ? tools : called.map((name): ToolDefinition => ({ name }))
  const specs = declared.flatMap((tool) => encodeTool(tool, context))
  if (isForbidden) {
    if (family.claude !== undefined) return { toolConfig: { tools: specs }, tool_choice: { type: 'none' } }
    if (choice?.type === 'none') dropped.add('tool_choice')
    return { toolConfig: { tools: specs } }
  }
  const isSerial = parallelToolCalls === false && !isForced && family.claude !== undefined
  if (parallelToolCalls === false && !isSerial) dropped.add('parallel_tool_calls')
  if (isSerial) return { toolConfig: { tools: specs }, tool_choice: { type: 'auto', disable_parallel_tool_use: true } }
  if (!isForced)
    return { toolConfig: { tools: specs, ...(choice?.type === 'auto' ? { toolChoice: { auto: {} } } : {}) } }
  const toolChoice = choice?.type === 'tool' ? { tool: { name: choice.name } } : { any: {} }
  return { toolConfig: { tools: specs, toolChoice } }
}

function encodeTool(tool: ToolDefinition, context: ContentContext): JsonObject[] {
  const { name, description, parameters = {}, strict, cache } = tool
  const { family, dropped } = context
  const schema = { type: 'object', ...parameters }
  const fitted = strict === true && family.takesSchemas ? outputSchema(schema) : undefined
  if (strict === true && fitted === undefined) dropped.add('strict')
  const toolSpec = {
    name,
    // An empty one is refused.
    ...(description === undefined || description === '' ? {} : { description }),
    inputSchema: { json: fitted ?? schema },
    ...(fitted === undefined ? {} : { strict: true }),
  }
  const takesMark = family.claude !== undefined
  if (cache !== undefined && !takesMark) dropped.add('cache_control')
  return [{ toolSpec }, ...(takesMark ? cachePoint(cache, context) : [])]
}
