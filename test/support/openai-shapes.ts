import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/core/json.ts'

const file = new URL('../fixtures/openai/spec/chat-completions.generated.json', import.meta.url)
const { $defs } = JSON.parse(readFileSync(file, 'utf8')) as { readonly $defs: Record<string, never> }

type SchemaName =
  | 'CreateChatCompletionRequest'
  | 'CreateChatCompletionResponse'
  | 'CreateChatCompletionStreamResponse'
  | 'ErrorResponse'

/** The faults of a body by OpenAI's own description, objects closed. `scripts/generate-openai-schemas.ts` made it. */
export function openaiFaults(name: SchemaName): (body: unknown) => readonly string[] {
  const schema = z.fromJSONSchema({ $ref: `#/$defs/${name}`, $defs })
  return (body) => {
    const result = schema.safeParse(withoutExtensions(body as JsonValue))
    return result.success
      ? []
      : result.error.issues.map(
          (issue) => `${issue.path.join('.')}: ${issue.message} ${JSON.stringify(issue).slice(0, 600)}`,
        )
  }
}

/** Where other vendors put thinking, which OpenAI does not show; every client passes over what it does not know. */
const extensions = new Set(['reasoning_content', 'thinking_blocks'])

function withoutExtensions(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutExtensions)
  if (!isJsonObject(value)) return value
  const kept: JsonObject = {}
  for (const [name, inner] of Object.entries(value))
    if (!extensions.has(name) && inner !== undefined) kept[name] = withoutExtensions(inner)
  return kept
}
