import { CallLifetime } from '../../../core/calls/lifetime.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import type { Exchange } from '../../http/exchange.ts'
import type { Deadlines } from '../deadlines.ts'
import { bodyTimeout } from '../paths/handle-call.ts'
import type { Runtime } from '../runtime.ts'
import { checkBodyHeaders, parseBody, readBody } from './read-body.ts'

/** A name of a model, an opinion, and little else. */
const MAX_BODY_BYTES = 64 * 1024

/** The body of a request that is no call. Rejects with the fault. */
export async function smallBody(
  exchange: Exchange,
  { limits }: Pick<Runtime, 'limits'>,
  deadlines: Deadlines,
): Promise<JsonObject> {
  const lifetime = new CallLifetime()
  exchange.onOver = () => deadlines.delete(lifetime)
  deadlines.set(lifetime, limits.bodyTimeoutMs, () => bodyTimeout(limits))
  checkBodyHeaders(exchange, MAX_BODY_BYTES, 'json')
  return parseBody(await readBody(exchange, MAX_BODY_BYTES, lifetime)).json
}
