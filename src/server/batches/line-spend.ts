import type { LineSpend } from '../../core/calls/batch.ts'
import type { Endpoint } from '../../core/calls/call.ts'
import type { Usage } from '../../core/model/model-reply.ts'
import type { JsonObject } from '../../core/wire/json.ts'

/** As long as a name of a model may be that is kept. */
const MAX_MODEL_LENGTH = 300

/** What the answer to a line says that it has used, in the words of the endpoint that gave it. */
export function lineSpend(endpoint: Endpoint, reply: JsonObject): LineSpend {
  const usage = usageOf(endpoint, reply)
  const { model } = reply
  const isName = typeof model === 'string' && model !== '' && model.length <= MAX_MODEL_LENGTH
  return { ...(usage === undefined ? {} : { usage }), ...(isName ? { model } : {}) }
}

function usageOf(endpoint: Endpoint, reply: JsonObject): Usage | undefined {
  if (endpoint.kind === 'pass-through') return endpoint.usageOf(reply)
  if (endpoint.kind !== 'dialect') return undefined
  try {
    return endpoint.dialect.decodeReply(reply).findLast((part) => part.type === 'usage-report')?.usage
  } catch {
    // What cannot be read goes to the client all the same, and has no figures.
    return undefined
  }
}
