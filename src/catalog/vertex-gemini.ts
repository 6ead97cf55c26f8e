import { isJsonObject, type JsonObject, type JsonValue } from '../core/wire/json.ts'

/**
 * Fits a body of the Gemini API to Vertex AI, which wants a role in each content and refuses the ids of calls and results
 * (`Unknown name "id"`, vercel/ai#15664): it matches them by their order. `undefined` when nothing has to change.
 */
export function vertexBody(body: JsonObject): JsonObject | undefined {
  const { contents } = body
  if (!Array.isArray(contents)) return undefined
  const fitted = contents.map(fittedContent)
  return fitted.some((content, index) => content !== contents[index]) ? { ...body, contents: fitted } : undefined
}

function fittedContent(content: JsonValue): JsonValue {
  if (!isJsonObject(content)) return content
  const { parts } = content
  const fitted = Array.isArray(parts) ? parts.map(fittedPart) : []
  const isSame = !Array.isArray(parts) || fitted.every((part, index) => part === parts[index])
  if (isSame && content['role'] !== undefined) return content
  return { role: 'user', ...content, ...(isSame ? {} : { parts: fitted }) }
}

/** Google reads both spellings of its fields. */
const idHolders = ['functionCall', 'function_call', 'functionResponse', 'function_response'] as const

function fittedPart(part: JsonValue): JsonValue {
  if (!isJsonObject(part)) return part
  let fitted = part
  for (const name of idHolders) {
    const held = part[name]
    if (!isJsonObject(held) || held['id'] === undefined) continue
    const { id: _, ...rest } = held
    fitted = { ...fitted, [name]: rest }
  }
  return fitted
}
