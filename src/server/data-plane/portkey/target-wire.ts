import type { RequestWire } from '../../../core/calls/call.ts'
import { GatewayError } from '../../../core/errors.ts'
import { withFormModel } from '../../../core/wire/form-data.ts'
import { isJsonObject, type JsonObject } from '../../../core/wire/json.ts'
import { isDeeperThan, maxJsonDepth } from '../../../core/wire/json-depth.ts'
import { withModel } from '../../../core/wire/model-span.ts'
import { without } from './drop-params.ts'
import type { BodyChanges, TargetPlan } from './plan.ts'
import { accountName, type IsAccount, sluggedModel } from './provider-names.ts'

/** The client's request as one target gets it. `pathModel` is the model's name where it stands in the path. */
export function targetWire(
  wire: RequestWire,
  pathModel: string | undefined,
  target: TargetPlan,
  isAccount: IsAccount,
): { readonly wire: RequestWire; readonly pathModel?: string } {
  const { changes } = target
  const overridden = changes.overrides['model']
  const asked = overridden ?? pathModel ?? wire.json['model'] ?? changes.defaults['model']
  const model = typeof asked === 'string' ? targetModel(asked, overridden !== undefined, target, isAccount) : asked
  if (pathModel !== undefined) {
    const { model: _default, ...defaults } = changes.defaults
    const { model: _override, ...overrides } = changes.overrides
    const changed = changedWire(wire, { ...changes, defaults, overrides }, {})
    return typeof model === 'string' ? { wire: changed, pathModel: model } : { wire: changed }
  }
  return { wire: changedWire(wire, changes, model === undefined ? {} : { model }) }
}

/** The name under which the call is admitted and routed: `account/model` where something names an account. */
function targetModel(asked: string, isOverride: boolean, target: TargetPlan, isAccount: IsAccount): string {
  const slugged = sluggedModel(asked)
  const model = slugged?.model ?? asked
  const own = slugged === undefined ? undefined : accountName(slugged.slug, 'model', isAccount)
  const account = (isOverride ? own : undefined) ?? target.account ?? own ?? target.defaultAccount
  return account === undefined ? model : `${account}/${model}`
}

/** Byte for byte what the client sent, but for the model's name, as long as nothing else changes. */
function changedWire(wire: RequestWire, changes: BodyChanges, named: JsonObject): RequestWire {
  const { contentType } = wire
  const { model } = named
  if (contentType !== undefined) return changedForm(wire, contentType, changes, model)
  const before = wire.json['model']
  if (isUnchanged(changes)) {
    if (model === before) return wire
    if (typeof model === 'string' && typeof before === 'string')
      return { bytes: withModel(wire.bytes, before, model), json: { ...wire.json, model } }
  }
  let json: JsonObject = { ...changes.defaults, ...wire.json, ...changes.overrides, ...named }
  for (const path of changes.drops) {
    const rest = without(json, path)
    if (isJsonObject(rest)) json = rest
  }
  if (isDeeperThan(maxJsonDepth, json)) {
    throw new GatewayError('invalid_request', `The body is nested more than ${maxJsonDepth} levels deep.`)
  }
  return { bytes: Buffer.from(JSON.stringify(json)), json }
}

function changedForm(
  wire: RequestWire,
  contentType: string,
  { defaults, overrides, drops }: BodyChanges,
  model: JsonObject['model'],
): RequestWire {
  const names = [...Object.keys(defaults), ...Object.keys(overrides)]
  if (drops.length > 0 || names.some((name) => name !== 'model')) {
    throw new GatewayError(
      'invalid_request',
      '`x-portkey-config` changes parameters, but the body is a form; of a form only `model` can be changed.',
      { param: 'x-portkey-config' },
    )
  }
  if (typeof model !== 'string') return wire
  return withFormModel(wire, contentType, model)
}

function isUnchanged({ defaults, overrides, drops }: BodyChanges): boolean {
  const names = [...Object.keys(defaults), ...Object.keys(overrides)]
  return drops.length === 0 && names.every((name) => name === 'model') && !Object.hasOwn(defaults, 'model')
}
