import type { JsonObject, JsonValue } from '../../../core/wire/json.ts'

/** True for a client of the older `functions`, which reads one `function_call` and knows no `tool_calls`. */
export function isLegacy(body: JsonObject | undefined): boolean {
  return isFilled(body?.['functions']) && !isFilled(body?.['tools'])
}

function isFilled(list: JsonValue | undefined): boolean {
  return Array.isArray(list) && list.length > 0
}
