import type { JsonObject } from '../../../core/json.ts'
import type { ModelRequest, ToolChoice, ToolDefinition } from '../../../core/model-request.ts'
import type { ClaudeTraits } from './claude-models.ts'
import { marked } from './encode-content.ts'

/** The tools and how they may be called. `called` are the tools of the history, which Anthropic wants declared. */
export function encodeTools(
  request: ModelRequest,
  called: readonly string[],
  claude: ClaudeTraits,
  dropped: Set<string>,
): { readonly tools?: JsonObject[]; readonly tool_choice?: JsonObject } {
  const { tools, toolChoice } = request
  const isForced = toolChoice?.type === 'required' || toolChoice?.type === 'tool'
  if (tools === undefined) {
    if (isForced) dropped.add('tool_choice')
    if (called.length === 0) return {}
    const stubs = called.map((name) => ({ name, input_schema: { type: 'object' } }))
    return { tools: stubs, tool_choice: { type: 'none' } }
  }
  const choice = encodeToolChoice(request, claude, dropped)
  return {
    tools: tools.map((tool) => encodeTool(tool, claude, dropped)),
    ...(choice === undefined ? {} : { tool_choice: choice }),
  }
}

function encodeTool(tool: ToolDefinition, claude: ClaudeTraits, dropped: Set<string>): JsonObject {
  const { name, description, parameters, strict } = tool
  if (strict === true && !claude.takesSchemas) dropped.add('strict')
  return {
    name,
    ...(description === undefined ? {} : { description }),
    // The schema is required, and its type must be `object`.
    input_schema: { type: 'object', ...parameters },
    // `false` is the default, and models before structured outputs refuse the field.
    ...(strict === true && claude.takesSchemas ? { strict } : {}),
    ...marked(tool),
  }
}

function encodeToolChoice(
  { toolChoice, parallelToolCalls }: ModelRequest,
  claude: ClaudeTraits,
  dropped: Set<string>,
): JsonObject | undefined {
  const isSerial = parallelToolCalls === undefined ? {} : { disable_parallel_tool_use: !parallelToolCalls }
  if (toolChoice === undefined) return parallelToolCalls === false ? { type: 'auto', ...isSerial } : undefined
  if (toolChoice.type === 'none') return { type: 'none' }
  const choice = choiceOf(toolChoice)
  if (choice['type'] === 'auto' || claude.takesForcedTool) return { ...choice, ...isSerial }
  dropped.add('tool_choice')
  return { type: 'auto', ...isSerial }
}

function choiceOf(choice: ToolChoice): JsonObject {
  if (choice.type === 'tool') return { type: 'tool', name: choice.name }
  return { type: choice.type === 'required' ? 'any' : choice.type }
}
