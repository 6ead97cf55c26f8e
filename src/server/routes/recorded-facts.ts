import { dialects } from '../../catalog/dialects.generated.ts'
import { requestFacts, routeFacts } from '../../core/calls/request-facts.ts'
import type { RouteFacts, Verdict } from '../../core/calls/route-plan.ts'
import { GatewayError } from '../../core/errors.ts'
import type { Dialect } from '../../core/model/dialect.ts'
import type { CallDetails } from '../../core/record/call-store.ts'
import { isJsonObject } from '../../core/wire/json.ts'
import { bodyTexts } from '../data-plane/request/call-labels.ts'

/** What a route would have seen of a recorded call. `undefined`: it cannot be sent again. */
export function recordedFacts(call: CallDetails): RouteFacts | undefined {
  const { input, clientDialect, requestedModel, endpoint, stream, key, workspace } = call
  const dialect = Object.values<Dialect>(dialects).find(({ id }) => id === clientDialect)
  const isAnswered = call.cache === 'hit' || call.cache === 'semantic' || call.shadowOf !== null
  if (isAnswered || dialect === undefined || requestedModel === null || !isJsonObject(input) || call.inputTruncated)
    return undefined
  try {
    const request = dialect.decodeRequest(input, { model: requestedModel, stream })
    const facts = routeFacts(
      requestFacts({ model: requestedModel, endpoint, stream }, request),
      { key: key ?? '', workspace, models: [] },
      bodyTexts(input['metadata']),
      new Date(call.startedAt),
    )
    return { ...facts, verdicts: verdictsOf(call) }
  } catch (fault) {
    if (fault instanceof GatewayError) return undefined
    throw fault
  }
}

/** What classifiers said then. Those that were not asked then are not asked now. */
function verdictsOf({ routing }: CallDetails): Map<string, Verdict> {
  const asked = routing?.asked ?? []
  return new Map(
    asked.map(({ classifier, says, fault = '' }) => [classifier, says === undefined ? { fault } : { says }] as const),
  )
}
