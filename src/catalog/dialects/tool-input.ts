import { isJsonObject, type JsonObject, parseJson } from '../../core/wire/json.ts'
import { isDeeperThan, maxJsonDepth } from '../../core/wire/json-depth.ts'

/** The arguments of a tool call where a dialect wants an object; a model may have written something else. */
export function toolInput(text: string): JsonObject {
  const value = text.trim() === '' ? {} : parseJson(text)
  return isJsonObject(value) && !isDeeperThan(maxJsonDepth, value) ? value : { arguments: text }
}
