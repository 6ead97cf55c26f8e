/** What the tools that a provider runs itself have made, as its reply tells. Pure. */
import { isJsonObject, type JsonObject, type JsonValue } from '../wire/json.ts'
import type { NamedThing } from './named-things.ts'

/** Whether a request may have such a tool run: a reply to any other makes nothing. */
export function mayMakeThings({ tools, container }: JsonObject): boolean {
  if (container !== undefined) return true
  if (!Array.isArray(tools)) return false
  return tools.some((tool) => isJsonObject(tool) && typeof tool['type'] === 'string' && !ofClients.has(tool['type']))
}

const ofClients: ReadonlySet<string> = new Set(['function', 'custom'])

/** In a whole reply, or in one event of a stream. What a model or a stranger's server has written is never taken for the provider's word. */
export function madeThings(reply: JsonValue): readonly Pick<NamedThing, 'kind' | 'id'>[] {
  const found: Pick<NamedThing, 'kind' | 'id'>[] = []
  const open: JsonValue[] = [reply]
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (Array.isArray(value)) open.push(...value.slice(0, MAX_ITEMS))
    if (!isJsonObject(value)) continue
    const { type, container, container_id: containerId, file_id: fileId } = value
    if (typeof type === 'string' && type.startsWith('mcp_')) continue
    if (isJsonObject(container) && typeof container['id'] === 'string')
      found.push({ kind: 'container', id: container['id'] })
    if (typeof containerId === 'string') found.push({ kind: 'container', id: containerId })
    if (typeof fileId === 'string' && typeof type === 'string' && makesFiles.test(type))
      found.push({ kind: 'file', id: fileId })
    for (const name in value) {
      const inner = value[name]
      if (typeof inner === 'object' && inner !== null && !ofOthers.has(name)) open.push(inner)
    }
  }
  return found
}

const MAX_ITEMS = 10_000

/** https://platform.claude.com/docs/en/agents-and-tools/tool-use/code-execution-tool, https://platform.openai.com/docs/guides/tools-code-interpreter */
const makesFiles = /_output$|^(?:container_file_citation|file_path|container_upload)$/

/** Of the model, or of the request, which some replies repeat. */
const ofOthers: ReadonlySet<string> = new Set([
  'input',
  'arguments',
  'tools',
  'tool_choice',
  'metadata',
  'text',
  'prompt',
  'instructions',
  'results',
  'parameters',
  'input_schema',
])
