import type { CacheMarker, ToolChoice, ToolDefinition } from '../../../core/model/model-request.ts'
import { isJsonObject } from '../../../core/wire/json.ts'
import { given } from '../given.ts'
import { cacheOf } from './cache-marker.ts'
import type { ChatRequest } from './request-schema.ts'

/** The tools, the older `functions` among them, and which of them may be called. */
export function decodeTools(
  request: ChatRequest,
  other: Set<string>,
): { readonly tools?: readonly ToolDefinition[]; readonly toolChoice?: ToolChoice } {
  const tools: ToolDefinition[] = []
  for (const tool of request.tools ?? []) {
    if (tool.type !== 'function' || !tool.function) other.add(`tools[].${tool.type}`)
    else tools.push(toolDefinition(tool.function, cacheOf(tool)))
  }
  for (const definition of request.functions ?? []) tools.push(toolDefinition(definition, undefined))
  const choice = request.tool_choice ?? request.function_call
  const allowed =
    typeof choice === 'object' && choice !== null && 'allowed_tools' in choice ? choice.allowed_tools : null
  const names = isJsonObject(allowed) ? allowedNames(allowed as AllowedTools) : undefined
  // Those that may not be called need not be told.
  const usable = names === undefined ? tools : tools.filter(({ name }) => names.has(name))
  const toolChoice = choice === undefined || choice === null ? undefined : decodeToolChoice(choice)
  if (choice !== undefined && choice !== null && toolChoice === undefined) other.add('tool_choice')
  return given({ tools: usable.length === 0 ? undefined : usable, toolChoice })
}

type Choice = NonNullable<ChatRequest['tool_choice'] | ChatRequest['function_call']>
type AllowedTools = NonNullable<Exclude<NonNullable<ChatRequest['tool_choice']>, string>['allowed_tools']>

function allowedNames({ tools }: AllowedTools): ReadonlySet<string> {
  return new Set(tools.flatMap((tool) => (tool.function ? [tool.function.name] : [])))
}

function toolDefinition(
  definition: NonNullable<ChatRequest['functions']>[number],
  marker: CacheMarker | undefined,
): ToolDefinition {
  const { name, description, strict } = definition
  const parameters = isJsonObject(definition.parameters) ? definition.parameters : undefined
  return { name, ...given({ description, parameters, strict, cache: marker ?? cacheOf(definition) }) }
}

function decodeToolChoice(choice: Choice): ToolChoice | undefined {
  if (typeof choice === 'string') return byMode(choice)
  if ('allowed_tools' in choice && isJsonObject(choice.allowed_tools))
    return byMode(String(choice.allowed_tools['mode']))
  if ('function' in choice && isJsonObject(choice.function))
    return { type: 'tool', name: String(choice.function['name']) }
  if ('name' in choice && typeof choice.name === 'string') return { type: 'tool', name: choice.name }
  return 'type' in choice && typeof choice.type === 'string' ? byMode(choice.type) : undefined
}

function byMode(mode: string): ToolChoice | undefined {
  if (mode === 'auto' || mode === 'none' || mode === 'required') return { type: mode }
  // Mistral's name for it.
  return mode === 'any' ? { type: 'required' } : undefined
}
