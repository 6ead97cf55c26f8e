/** Turns findings into decisions. Pure: the same findings under the same guardrails are judged the same, today and in a replay. */
import type { Finding, InspectionPoint } from '../../core/inspection/detection.ts'
import {
  type DetectorReport,
  type Guardrail,
  type GuardrailEffect,
  type GuardrailException,
  type GuardrailFacts,
  type GuardrailPolicy,
  guardrailActions,
  type Judgement,
  type JudgeOptions,
  pointFor,
  type Redacted,
  usualAnswer,
} from '../../core/inspection/guardrail.ts'
import { meansName, plainName, plainPattern } from '../../core/text/plain-name.ts'
import { presetOf } from './preset-of.ts'

export const guardrailPolicy: GuardrailPolicy = { applies, judge, effectOf, redactedIn }

function applies({ scope, preset }: Guardrail, facts: GuardrailFacts): boolean {
  const { workspaces, keys, models, routes, agents, users, directions } = scope
  const { workspace, key, model, reaches = [], route, agent, user, direction } = facts
  return (
    (preset === undefined || presetOf(preset.choice, facts) === preset.name) &&
    (workspaces?.includes(workspace) ?? true) &&
    (keys?.includes(key) ?? true) &&
    isMeant(models, model === undefined ? undefined : [model, ...reaches]) &&
    isMeant(routes, route === undefined ? undefined : [route]) &&
    isMeant(agents, namesIn(agent)) &&
    isMeant(users, namesIn(user)) &&
    (directions === undefined || direction === undefined || directions.includes(direction))
  )
}

function judge(
  reports: readonly DetectorReport[],
  { guardrails, facts, isFailingOpen, ...at }: JudgeOptions,
): readonly Judgement[] {
  const judged = guardrails.flatMap((guardrail): readonly Judgement[] => {
    const point = pointFor(guardrail, at)
    if (point === undefined || !applies(guardrail, facts)) return []
    const report = reports.find(({ detectorKey }) => detectorKey === guardrail.detectorKey)
    if (report === undefined) return []
    const counted = report.findings.filter((finding) => counts(guardrail, finding, point))
    const exceptions = guardrail.exceptions.filter((exception) => holds(exception, facts))
    const exceptionOf = ({ rule }: Finding) => exceptions.find((exception) => concerns(exception, rule))
    const kept = counted.filter((finding) => exceptionOf(finding) === undefined)
    const left = counted.filter((finding) => exceptionOf(finding) !== undefined)
    const excepted = left[0] === undefined ? undefined : exceptionOf(left[0])
    const fault = isFailingOpen ? undefined : report.fault
    if (kept.length === 0 && fault === undefined && excepted === undefined) return []
    return [
      {
        guardrail,
        findings: kept,
        ...(excepted === undefined
          ? {}
          : { exceptedBy: excepted.owner, exceptedRules: [...new Set(left.map(({ rule }) => rule))] }),
        ...(fault === undefined ? {} : { fault }),
      },
    ]
  })
  return judged.length < 2 ? judged : judged.filter((one) => !isToldAlready(one, judged))
}

/** A preset watches what it is not sure of: of what it refuses one decision is enough. */
function isToldAlready({ guardrail, exceptedBy }: Judgement, among: readonly Judgement[]): boolean {
  if (guardrail.isUsual !== true || guardrail.state !== 'enforce' || guardrail.action !== 'allow') return false
  if (exceptedBy !== undefined) return false
  return among.some(
    ({ guardrail: { detectorKey, state, action }, findings, fault }) =>
      detectorKey === guardrail.detectorKey &&
      state === 'enforce' &&
      action !== 'allow' &&
      action !== 'redact' &&
      (findings.length > 0 || fault !== undefined),
  )
}

function effectOf(judged: readonly Judgement[]): GuardrailEffect {
  let effect: GuardrailEffect = { kind: 'allow' }
  for (const { guardrail, findings, fault } of judged) {
    if (guardrail.state !== 'enforce' || (findings.length === 0 && fault === undefined)) continue
    // Nobody knows what to redact, so it cannot go.
    const action = fault !== undefined && guardrail.action !== 'allow' ? 'deny' : guardrail.action
    // What was found says more than that somebody could not look.
    const isSurer = effect.kind === 'deny' && effect.fault !== undefined && action === 'deny' && fault === undefined
    if (guardrailActions.indexOf(action) <= guardrailActions.indexOf(effect.kind) && !isSurer) continue
    if (action === 'answer') effect = { kind: action, guardrail: guardrail.id, text: guardrail.answer ?? usualAnswer }
    else if (action === 'ask' || action === 'deny')
      effect = { kind: action, guardrail: guardrail.id, ...(fault === undefined ? {} : { fault }) }
    else effect = { kind: action }
  }
  return effect
}

function redactedIn(judged: readonly Judgement[]): readonly Redacted[] {
  const all = judged
    .filter(({ guardrail }) => guardrail.state === 'enforce' && guardrail.action === 'redact')
    .flatMap(({ guardrail: { redaction }, findings }) => findings.map(({ span, rule }) => ({ span, rule, redaction })))
    .sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end)
  const joined: Redacted[] = []
  for (const next of all) {
    const last = joined.at(-1)
    if (last === undefined || next.span.start >= last.span.end) joined.push(next)
    else if (next.span.end > last.span.end) {
      joined[joined.length - 1] = { ...last, span: { start: last.span.start, end: next.span.end } }
    }
  }
  return joined
}

/** Whether a guardrail that is for some is for one of these names. For names that nobody knows it is. */
function isMeant(patterns: readonly string[] | undefined, names: readonly string[] | undefined): boolean {
  if (patterns === undefined || names === undefined) return true
  const plain = plainPatterns(patterns)
  return names.some((name) => {
    const plainOne = plainName(name)
    return plain.some((pattern) => meansName(pattern, plainOne))
  })
}

function namesIn(name: string | null | undefined): readonly string[] | undefined {
  return name === null ? [] : name === undefined ? undefined : [name]
}

/** Once for each guardrail, not for each call. */
const known = new WeakMap<readonly string[], readonly string[]>()

function plainPatterns(patterns: readonly string[]): readonly string[] {
  let plain = known.get(patterns)
  if (plain === undefined) {
    plain = patterns.map(plainPattern)
    known.set(patterns, plain)
  }
  return plain
}

function counts(
  { threshold, thresholds, rules, categories }: Guardrail,
  { score, rule, category }: Finding,
  point: InspectionPoint,
): boolean {
  if (score < (thresholds?.[point] ?? threshold)) return false
  if (rules === undefined && categories === undefined) return true
  return rules?.includes(rule) === true || categories?.includes(category) === true
}

/** An exception lets pass, so it is for the very names, and for none that nobody knows. */
function holds({ expiresAt, workspaces, keys, models, routes }: GuardrailException, facts: GuardrailFacts): boolean {
  return (
    expiresAt > facts.now &&
    (workspaces?.includes(facts.workspace) ?? true) &&
    (keys?.includes(facts.key) ?? true) &&
    isNamed(models, facts.model) &&
    isNamed(routes, facts.route)
  )
}

function isNamed(patterns: readonly string[] | undefined, name: string | undefined): boolean {
  return patterns === undefined || (name !== undefined && patterns.some((pattern) => meansName(pattern, name)))
}

function concerns({ rules }: GuardrailException, rule: string): boolean {
  return rules?.includes(rule) ?? true
}
