import { createHash } from 'node:crypto'
import type { ModelCall } from '../../core/call.ts'
import type { ResolvedModel } from '../../core/registry.ts'
import { leavesOf, type RoutePlan } from '../../core/route-plan.ts'

/**
 * What two calls have in common that get the same answer: the caller's partition, where the call may go, and everything in the
 * request that can change a word of it. Requests of two dialects that say the same have the same key. Throws `invalid_request`.
 */
export function cacheKey(call: ModelCall, resolved: ResolvedModel, scope: 'workspace' | 'key'): string {
  const { workspace, key } = call.principal
  const hash = createHash('sha256')
  const add = (text: string): void => void hash.update(`${text.length}:`).update(text)
  add(workspace)
  add(scope === 'key' ? key : '')
  add(planText(resolved.plan))
  // What decides between the targets of a plan decides about the answer.
  add(dependsOnCaller(resolved.plan) ? `${key} ${canonical(call.facts().metadata)}` : '')
  add(call.headers.join('\n'))
  add(call.query)
  add(askedFor(call))
  return hash.digest('base64url')
}

/** The question itself. */
function askedFor(call: ModelCall): string {
  const { endpoint, wire } = call
  if (endpoint.kind === 'dialect') {
    const { model: _, stream: __, endUser: ___, metadata: ____, streamUsage, ...rest } = call.request()
    // A stream without usage is no answer to who asks for it; a whole reply always has it.
    const question = call.stream && streamUsage === true ? { ...rest, streamUsage } : rest
    // What the neutral form cannot say passes to a provider of the same dialect, and may change the answer.
    if (question.other.length === 0) return canonical(question)
  }
  const { model: _, stream: __, ...fields } = wire.json
  return `${endpoint.path} ${canonical(fields)}`
}

const planTexts = new WeakMap<RoutePlan, string>()

function planText(plan: RoutePlan): string {
  let text = planTexts.get(plan)
  if (text === undefined) {
    text = leavesOf(plan)
      .map(({ account, model }) => `${account.id}/${model}`)
      .join('\n')
    planTexts.set(plan, text)
  }
  return text
}

function dependsOnCaller(plan: RoutePlan): boolean {
  switch (plan.kind) {
    case 'target':
      return false
    case 'fallback':
      return plan.plans.some(dependsOnCaller)
    case 'loadbalance':
      return plan.stickyBy !== undefined || plan.plans.some((entry) => dependsOnCaller(entry.plan))
    case 'conditional':
      return true
  }
}

/** JSON in which the order of fields says nothing. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const fields = Object.entries(value).filter(([, field]) => field !== undefined)
  fields.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(',')}}`
}
