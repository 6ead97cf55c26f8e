import type { ModelRequest, ToolDefinition } from '../../../core/model/model-request.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import type { ClaudeTraits } from './claude-models.ts'
import { marked } from './encode-content.ts'
import { outputSchema } from './output-schema.ts'

/** A tool must be called, and there is one that can. */
export function isToolForced({ tools = [], toolChoice: choice }: ModelRequest): boolean {
  if (choice?.type === 'tool') return tools.some(({ name }) => name === choice.name)
  return choice?.type === 'required' && tools.length > 0
}

/** The tools and how they may be called. `called` are the tools of the history, which Anthropic wants declared. */
export function encodeTools(
  request: ModelRequest,
  called: readonly string[],
  claude: ClaudeTraits,
  dropped: Set<string>,
): { readonly tools?: JsonObject[]; readonly tool_choice?: JsonObject } {
  const { tools, toolChoice } = request
  const isForced = isToolForced(request)
  if ((toolChoice?.type === 'required' || toolChoice?.type === 'tool') && !isForced) dropped.add('tool_choice')
  if (tools === undefined || tools.length === 0) {
    if (called.length === 0) return {}
    const stubs = called.map((name) => ({ name, input_schema: { type: 'object' } }))
    return { tools: stubs, tool_choice: { type: 'none' } }
  }
  const choice = encodeToolChoice(request, isForced && !claude.takesForcedTool, dropped)
  return {
    tools: tools.map((tool) => encodeTool(tool, claude, dropped)),
    ...(choice === undefined ? {} : { tool_choice: choice }),
  }
}

function encodeTool(tool: ToolDefinition, claude: ClaudeTraits, dropped: Set<string>): JsonObject {
  const { name, description, parameters = {} } = tool
  const isStrict = tool.strict === true
  const fitted = isStrict && claude.takesSchemas ? outputSchema({ type: 'object', ...parameters }) : undefined
  if (isStrict && fitted === undefined) dropped.add('strict')
  return {
    name,
    ...(description === undefined ? {} : { description }),
    // The schema is required, and its type must be `object`.
    input_schema: fitted ?? { type: 'object', ...parameters },
    // `false` is the default, and models before structured outputs refuse the field.
    ...(fitted === undefined ? {} : { strict: true }),
    ...marked(tool),
  }
}

function encodeToolChoice(request: ModelRequest, isRefused: boolean, dropped: Set<string>): JsonObject | undefined {
  const { toolChoice: choice, parallelToolCalls } = request
  const isSerial = parallelToolCalls === undefined ? {} : { disable_parallel_tool_use: !parallelToolCalls }
  if (choice?.type === 'none') return { type: 'none' }
  if (isRefused) dropped.add('tool_choice')
  if (isToolForced(request) && !isRefused)
    return choice?.type === 'tool' ? { type: 'tool', name: choice.name, ...isSerial } : { type: 'any', ...isSerial }
  return choice !== undefined || parallelToolCalls === false ? { type: 'auto', ...isSerial } : undefined
}
