import type { Asked } from '../../src/core/model/dialect.ts'
import type { JsonObject } from '../../src/core/wire/json.ts'

/** What the gateway knows of a body that names its own model. */
export function askedBy({ model, stream }: JsonObject): Asked {
  return { model: typeof model === 'string' ? model : 'model-1', stream: stream === true }
}
