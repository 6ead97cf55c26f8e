import type { Endpoint, RequestWire } from '../../../core/calls/call.ts'
import { GatewayError } from '../../../core/errors.ts'
import { withFormModel } from '../../../core/wire/form-data.ts'
import { withModel } from '../../../core/wire/model-span.ts'

/** The name that stands for no name: a vendor's endpoint that may be asked without a model has a usual one. */
export function modelOrUsual(
  pathModel: string | undefined,
  endpoint: Endpoint,
  { json }: RequestWire,
): string | undefined {
  if (pathModel !== undefined || endpoint.kind !== 'pass-through') return pathModel
  return json['model'] == null ? endpoint.usualModel : undefined
}

/**
 * A body of an endpoint that names its model in the body, where the client named it in the path (a deployment of Azure): the
 * path's name stands in it, and everything else byte for byte as it was.
 */
export function withPathModel(wire: RequestWire, endpoint: Endpoint, model: string | undefined): RequestWire {
  if (model === undefined || !namesModelInBody(endpoint)) return wire
  if (wire.contentType !== undefined) return withFormModel(wire, wire.contentType, model)
  return { ...wire, json: { ...wire.json, model }, bytes: withBodyModel(wire, model) }
}

function namesModelInBody(endpoint: Endpoint): boolean {
  if (endpoint.kind === 'dialect') return endpoint.dialect.modelIn === 'body'
  return endpoint.kind === 'pass-through' && endpoint.modelIn !== 'path'
}

function withBodyModel({ bytes, json }: RequestWire, model: string): Buffer {
  const { model: current } = json
  if (typeof current === 'string') return withModel(bytes, current, model)
  if (current !== undefined)
    throw new GatewayError('invalid_request', '`model` must be a non-empty string.', { param: 'model' })
  const start = bytes.indexOf('{') + 1
  const field = `"model":${JSON.stringify(model)}${Object.keys(json).length === 0 ? '' : ','}`
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(field), bytes.subarray(start)])
}
