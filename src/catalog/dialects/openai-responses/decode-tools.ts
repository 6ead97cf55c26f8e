import type { ToolChoice, ToolDefinition } from '../../../core/model/model-request.ts'
import { isJsonObject } from '../../../core/wire/json.ts'
import { given } from '../given.ts'
import { customTool } from './custom-tools.ts'
import type { ResponsesRequest } from './request-schema.ts'

/** The tools, and which of them may be called. Tools that only OpenAI runs are named. */
export function decodeTools(
  request: ResponsesRequest,
  other: Set<string>,
): { readonly tools?: readonly ToolDefinition[]; readonly toolChoice?: ToolChoice } {
  const tools: ToolDefinition[] = []
  for (const tool of request.tools ?? []) {
    if (tool.type === 'function' && tool.name) tools.push(functionTool(tool))
    else if (tool.type === 'custom' && tool.name) tools.push(customTool(tool))
    else other.add(`tools[].${tool.type}`)
  }
  const choice = request.tool_choice ?? undefined
  const allowed = typeof choice === 'object' && choice.type === 'allowed_tools' ? (choice.tools ?? []) : undefined
  // Those that may not be called need not be told.
  const usable = allowed === undefined ? tools : tools.filter(({ name }) => allowed.some((tool) => tool.name === name))
  const toolChoice = choice === undefined ? undefined : decodeChoice(choice)
  if (choice !== undefined && toolChoice === undefined) other.add('tool_choice')
  return given({ tools: usable.length === 0 ? undefined : usable, toolChoice })
}

/** `strict` is on where nothing is said, but then OpenAI falls back to what the schema allows: only a `true` is a promise. */
function functionTool(tool: NonNullable<ResponsesRequest['tools']>[number]): ToolDefinition {
  const { name, description, parameters, strict } = tool
  return {
    name: name ?? '',
    ...given({
      description,
      parameters: isJsonObject(parameters) ? parameters : undefined,
      strict: strict === true ? strict : undefined,
    }),
  }
}

function decodeChoice(choice: NonNullable<ResponsesRequest['tool_choice']>): ToolChoice | undefined {
  const mode = typeof choice === 'string' ? choice : choice.type === 'allowed_tools' ? choice.mode : undefined
  if (mode === 'auto' || mode === 'none' || mode === 'required') return { type: mode }
  if (typeof choice === 'string' || !choice.name) return undefined
  return choice.type === 'function' || choice.type === 'custom' ? { type: 'tool', name: choice.name } : undefined
}
