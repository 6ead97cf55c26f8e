import { createHash } from 'node:crypto'
import type { ModelCall } from '../../core/calls/call.ts'
import type { ResolvedModel } from '../../core/calls/registry.ts'
import { leavesOf, type RoutePlan } from '../../core/calls/route-plan.ts'
import type { ModelRequest } from '../../core/model/model-request.ts'
import { askingHeaders } from '../outbound/headers.ts'

/**
 * What two calls have in common that get the same answer: the caller's partition, where the call may go, and everything in the
 * request that can change a word of it. Requests of two dialects that say the same have the same key. Throws `invalid_request`.
 */
export function cacheKey(call: ModelCall, resolved: ResolvedModel, scope: Scope): string {
  const question = neutralQuestion(call)
  if (question !== undefined) return keyWith(call, resolved, scope, canonical(question))
  const { model: _, stream: __, ...fields } = call.wire.json
  return keyWith(call, resolved, scope, `${call.endpoint.path} ${canonical(fields)}`)
}

/**
 * The same without what the user said last, and that by itself. Nothing where the user did not speak last, or not only in
 * text, or where the request says what the neutral form cannot. Throws `invalid_request`.
 */
export function lastTurn(call: ModelCall, resolved: ResolvedModel, scope: Scope): LastTurn | undefined {
  const question = neutralQuestion(call)
  const last = question?.messages.at(-1)
  if (question === undefined || last?.role !== 'user') return undefined
  const texts: string[] = []
  for (const part of last.parts) {
    if (part.type !== 'text') return undefined
    texts.push(part.text)
  }
  const before = { ...question, messages: [...question.messages.slice(0, -1), { ...last, parts: [] }] }
  return { text: texts.join('\n'), partition: keyWith(call, resolved, scope, `before ${canonical(before)}`) }
}

export interface LastTurn {
  readonly text: string
  readonly partition: string
}

export type Scope = 'workspace' | 'key'

function keyWith(call: ModelCall, resolved: ResolvedModel, scope: Scope, question: string): string {
  const { workspace, key } = call.principal
  const hash = createHash('sha256')
  const add = (text: string): void => void hash.update(`${text.length}:`).update(text)
  add(workspace)
  add(scope === 'key' ? key : '')
  add(call.wish.namespace ?? '')
  add(planText(resolved.plan))
  // Questions that are close to each other may still be sorted to different models.
  add(semanticChoices(resolved.plan, call).join(' '))
  // What decides between the targets of a plan decides about the answer; two routes decide in two ways.
  add(resolved.plan.kind === 'target' ? '' : resolved.route)
  add(dependsOnCaller(resolved.plan) ? `${key} ${canonical(call.facts().metadata)}` : '')
  add(askingHeaders(call.headers).join('\n'))
  add(call.query)
  add(question)
  return hash.digest('base64url')
}

/** The question in the neutral form, where that says all of it: what it cannot say may change the answer. */
function neutralQuestion(call: ModelCall): Omit<ModelRequest, 'model' | 'stream'> | undefined {
  if (call.endpoint.kind !== 'dialect') return undefined
  const { model: _, stream: __, endUser: ___, metadata: ____, streamUsage, ...rest } = call.request()
  if (rest.other.length > 0) return undefined
  // A stream without usage is no answer to who asks for it; a whole reply always has it.
  return call.stream && streamUsage === true ? { ...rest, streamUsage } : rest
}

const planTexts = new WeakMap<RoutePlan, string>()

/** An account of the same name may be another at the next start, or in another gateway. */
function planText(plan: RoutePlan): string {
  let text = planTexts.get(plan)
  if (text === undefined) {
    text = leavesOf(plan)
      .map(({ account, model }) => `${account.id} ${account.provider.id} ${account.baseUrl} ${model}`)
      .join('\n')
    planTexts.set(plan, text)
  }
  return text
}

export function dependsOnCaller(plan: RoutePlan): boolean {
  switch (plan.kind) {
    case 'target':
      return false
    case 'fallback':
      return plan.plans.some(dependsOnCaller)
    case 'loadbalance':
      return plan.stickyBy !== undefined || plan.plans.some((entry) => dependsOnCaller(entry.plan))
    case 'conditional':
      return true
    case 'semantic':
      return dependsOnCaller(plan.otherwise) || plan.cases.some((entry) => dependsOnCaller(entry.plan))
  }
}

/** The case of each semantic plan that the call may come to. */
function semanticChoices(plan: RoutePlan, call: ModelCall): readonly number[] {
  const choices = (inner: RoutePlan): readonly number[] => semanticChoices(inner, call)
  switch (plan.kind) {
    case 'target':
      return []
    case 'fallback':
      return plan.plans.flatMap(choices)
    case 'loadbalance':
      return plan.plans.flatMap((entry) => choices(entry.plan))
    case 'conditional':
      return [...plan.cases.map((entry) => entry.plan), plan.otherwise].flatMap(choices)
    case 'semantic': {
      const { index = plan.cases.length } = plan.sort(call.facts())
      return [index, ...choices(plan.cases[index]?.plan ?? plan.otherwise)]
    }
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
