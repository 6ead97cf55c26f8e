/** Calls that ask for one answer: clients take the first of each event, whatever number it says that it has. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/wire/json.ts'

/** By the names of all dialects. */
const counts: readonly (readonly string[])[] = [
  ['n'],
  ['best_of'],
  ['candidateCount'],
  ['candidate_count'],
  ['num_generations'],
  ['generationConfig', 'candidateCount'],
  ['generation_config', 'candidate_count'],
]

export function asksForOne(body: JsonValue | undefined): boolean {
  // Several prompts have an answer each.
  if (!isJsonObject(body) || Array.isArray(body['prompt'])) return false
  return counts.every((steps) => {
    const count = steps.reduce<JsonValue | undefined>((at, step) => (isJsonObject(at) ? at[step] : undefined), body)
    return count === undefined || count === null || count === 1
  })
}

/** An event with the numbers of its answers as such a client sees them. */
export function asOneAnswer(event: JsonValue): JsonValue {
  if (!isJsonObject(event)) return event
  let seen: JsonObject | undefined
  for (const name of ['choices', 'candidates'] as const) {
    const answers = event[name]
    if (!Array.isArray(answers) || !answers.some(isNumbered)) continue
    seen = { ...(seen ?? event), [name]: answers.map((one) => (isNumbered(one) ? { ...one, index: 0 } : one)) }
  }
  return seen ?? event
}

function isNumbered(answer: JsonValue): answer is JsonObject {
  return isJsonObject(answer) && answer['index'] !== undefined && answer['index'] !== 0
}
