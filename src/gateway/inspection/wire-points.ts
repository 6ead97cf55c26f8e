/** What stands where in a body, in the words of all dialects. */
import type { InspectionPoint } from '../../core/inspection/detection.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/wire/json.ts'

const pointOfName: ReadonlyMap<string, InspectionPoint> = new Map([
  ['tools', 'tool-definition'],
  ['functions', 'tool-definition'],
  ['toolConfig', 'tool-definition'],
  ['tool_calls', 'tool-call'],
  ['toolCalls', 'tool-call'],
  ['function_call', 'tool-call'],
  ['functionCall', 'tool-call'],
  ['toolUse', 'tool-call'],
  ['functionResponse', 'tool-result'],
  ['toolResult', 'tool-result'],
  ['tool_results', 'tool-result'],
])
const pointOfType: ReadonlyMap<string, InspectionPoint> = new Map([
  ['function_call', 'tool-call'],
  ['tool_use', 'tool-call'],
  ['server_tool_use', 'tool-call'],
  ['mcp_call', 'tool-call'],
  ['mcp_tool_use', 'tool-call'],
  ['custom_tool_call', 'tool-call'],
  // Arguments as they are made up, piece by piece.
  ['input_json_delta', 'tool-call'],
  ['response.function_call_arguments.delta', 'tool-call'],
  ['response.function_call_arguments.done', 'tool-call'],
  ['response.custom_tool_call_input.delta', 'tool-call'],
  ['response.custom_tool_call_input.done', 'tool-call'],
  ['response.mcp_call_arguments.delta', 'tool-call'],
  ['response.mcp_call_arguments.done', 'tool-call'],
  ['tool_result', 'tool-result'],
  ['document', 'tool-result'],
])

/** What an object says of itself, where the place did not say it of all that is in it. */
export function pointOf(
  object: { readonly [name: string]: JsonValue | undefined },
  point: InspectionPoint,
): InspectionPoint {
  if (point === 'tool-definition' || isOfTool(point)) return point
  const { role, type } = object
  if (role === 'tool' || role === 'function') return 'tool-result'
  if (typeof type !== 'string') return point
  return pointOfType.get(type) ?? (/_(?:tool_result|call_output)$/.test(type) ? 'tool-result' : point)
}

export function pointInField(field: string, own: InspectionPoint, usual: InspectionPoint): InspectionPoint | undefined {
  // A call that a provider made itself brings its result along.
  if (own === 'tool-call' && usual === 'input' && ofResults.has(field)) return 'tool-result'
  return isOfTool(own) ? undefined : pointOfName.get(field)
}

export function isOfTool(point: InspectionPoint): boolean {
  return point === 'tool-call' || point === 'tool-result'
}

/** Whoever calls a tool, the tool, or a document says what is below. */
export function isFreeField(field: string, own: InspectionPoint): boolean {
  return (isOfTool(own) && (ofArguments.has(field) || ofResults.has(field))) || ofDocuments.has(field)
}
const ofArguments: ReadonlySet<string> = new Set(['args', 'arguments', 'input'])
const ofResults: ReadonlySet<string> = new Set(['response', 'json', 'output', 'outputs'])
const ofDocuments: ReadonlySet<string> = new Set(['document', 'documents'])

export function isDocument({ type }: JsonObject): boolean {
  return type === 'document'
}

/** Where what stands there is, for guardrails. */
export function pointAt(body: JsonValue, steps: readonly (string | number)[], usual: InspectionPoint): InspectionPoint {
  let value: JsonValue | undefined = body
  let point = usual
  for (const step of steps) {
    if (Array.isArray(value)) value = value[Number(step)]
    else if (isJsonObject(value)) {
      const own = pointOf(value, point)
      if (isFreeField(String(step), own)) return pointInField(String(step), own, usual) ?? own
      point = pointInField(String(step), own, usual) ?? own
      value = value[step]
    } else return point
  }
  return point
}

/** Whether what stands there is attached to what somebody says, and comes from no tool. */
export function isAttachedAt(body: JsonValue, steps: readonly (string | number)[]): boolean {
  let value: JsonValue | undefined = body
  for (const step of steps) {
    if (Array.isArray(value)) value = value[Number(step)]
    else if (isJsonObject(value)) {
      const own = pointOf(value, 'input')
      if (own !== 'input' || isFreeField(String(step), own)) return own === 'input' || isDocument(value)
      if (pointInField(String(step), own, 'input') !== undefined) return false
      value = value[step]
    } else return false
  }
  return true
}
