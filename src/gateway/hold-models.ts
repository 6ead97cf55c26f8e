import type { ModelCall, ModelReply } from '../core/calls/call.ts'
import type { Principal, Target } from '../core/calls/registry.ts'
import { GatewayError } from '../core/errors.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../core/wire/json.ts'
import { readsOneWay } from '../core/wire/reads-one-way.ts'

type Attempt = (call: ModelCall, target: Target) => Promise<ModelReply>

/**
 * Fields, in lower case, in which aggregators and providers take models beside `model`: those to fall back to
 * (https://openrouter.ai/docs/guides/routing/model-fallbacks, https://docs.litellm.ai/docs/proxy/reliability,
 * https://vercel.com/docs/ai-gateway/models-and-providers/model-fallbacks), those of their own routers and settings, and
 * those of tools that they run themselves.
 */
const fields: ReadonlySet<string> = new Set([
  'models',
  'preset',
  'plugins',
  'fallbacks',
  'context_window_fallbacks',
  'content_policy_fallbacks',
  'context_window_fallback_dict',
  'router_settings_override',
  'user_config',
  'provideroptions',
  'tools',
])

/** A call reaches a target only when its key may use each model that the body lets the target use in place of the one asked for. */
export function holdModels(isAllowed: (principal: Principal, model: string) => boolean, attempt: Attempt): Attempt {
  return (call, target) => {
    if (call.principal.models.includes('*')) return attempt(call, target)
    const fault = faultOf(call, target, isAllowed)
    return fault === undefined ? attempt(call, target) : Promise.reject(fault)
  }
}

function faultOf(
  { wire, principal }: ModelCall,
  { account }: Target,
  isAllowed: (principal: Principal, model: string) => boolean,
): GatewayError | undefined {
  let isRead = false
  for (const [field, models] of modelsBeside(wire.json)) {
    // Of a field that stands there twice, the other one may be read.
    const isTools = field.toLowerCase() === 'tools'
    if (!isRead && !isTools && !readsOneWay(wire))
      return new GatewayError('invalid_request', 'The body names a field twice, beside one that names models.')
    isRead = !isTools
    for (const model of models) {
      if (isAllowed(principal, `${account.id}/${model}`)) continue
      const message = `This key may not use the model "${model.slice(0, 100)}" of "${account.id}", which \`${field}\` names.`
      return new GatewayError('model_not_allowed', message, { param: field })
    }
  }
  return undefined
}

/** The fields in which a body names models that a target may use in place of the one asked for, and those models. */
export function modelsBeside(body: JsonObject): readonly NamedModels[] {
  let found: NamedModels[] | undefined
  for (const field in body) {
    const name = field.toLowerCase()
    if (!fields.has(name)) continue
    found ??= []
    found.push([field, namedIn(name, body[field] ?? null)])
  }
  return found ?? none
}

type NamedModels = readonly [field: string, models: readonly string[]]

const none: readonly NamedModels[] = []

function namedIn(field: string, value: JsonValue): readonly string[] {
  if (field === 'preset') return texts(value).map((preset) => `@preset/${preset}`)
  // Below a tool's own fields are schemas, in which `model` is somebody's word.
  if (field === 'tools') return Array.isArray(value) ? value.flatMap(toolModel) : []
  return namesModels.test(field) ? texts(value) : textsBelow(value)
}

function toolModel(tool: JsonValue): readonly string[] {
  return isJsonObject(tool) && typeof tool['model'] === 'string' ? [tool['model']] : []
}

const namesModels = /models?$|model_name$|fallbacks$|_dict$/i

/** Those that stand under a name that says what they are. */
function textsBelow(value: JsonValue): readonly string[] {
  return textsIn(value, false)
}

function texts(value: JsonValue): readonly string[] {
  return textsIn(value, true)
}

/** Without recursion: depth is the client's. */
function textsIn(value: JsonValue, isNamed: boolean): readonly string[] {
  const found: string[] = []
  const open = [{ value, isNamed }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: inner, isNamed: isModel } = next
    if (typeof inner === 'string') {
      if (isModel) found.push(inner)
    } else if (Array.isArray(inner)) for (const item of inner) open.push({ value: item, isNamed: isModel })
    else if (isJsonObject(inner)) {
      for (const [name, item] of Object.entries(inner))
        if (item !== undefined) open.push({ value: item, isNamed: isModel || namesModels.test(name) })
    }
  }
  return found
}
