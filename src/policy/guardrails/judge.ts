/** Turns findings into decisions. Pure: the same findings under the same guardrails are judged the same, today and in a replay. */
import type { Finding } from '../../core/inspection/detection.ts'
import {
  type CallerScope,
  type DetectorReport,
  type Guardrail,
  type GuardrailEffect,
  type GuardrailException,
  type GuardrailFacts,
  type GuardrailPolicy,
  type GuardrailScope,
  guardrailActions,
  type Judgement,
  type JudgeOptions,
  type Redacted,
  usualAnswer,
} from '../../core/inspection/guardrail.ts'

export const guardrailPolicy: GuardrailPolicy = { applies, judge, effectOf, redactedIn }

function applies({ scope }: Guardrail, facts: GuardrailFacts): boolean {
  return isInScope(scope, facts, true) && isOfCaller(scope, facts)
}

function judge(
  reports: readonly DetectorReport[],
  { guardrails, facts, point, isFailingOpen }: JudgeOptions,
): readonly Judgement[] {
  return guardrails.flatMap((guardrail): readonly Judgement[] => {
    if (!guardrail.points.includes(point) || !applies(guardrail, facts)) return []
    const report = reports.find(({ detectorKey }) => detectorKey === guardrail.detectorKey)
    if (report === undefined) return []
    const counted = report.findings.filter((finding) => counts(guardrail, finding))
    const exceptions = guardrail.exceptions.filter((exception) => holds(exception, facts))
    const kept = counted.filter(({ rule }) => !exceptions.some((exception) => concerns(exception, rule)))
    const excepted = kept.length < counted.length ? exceptions[0] : undefined
    const fault = isFailingOpen ? undefined : report.fault
    if (kept.length === 0 && fault === undefined && excepted === undefined) return []
    return [
      {
        guardrail,
        findings: kept,
        ...(excepted === undefined ? {} : { exceptedBy: excepted.owner }),
        ...(fault === undefined ? {} : { fault }),
      },
    ]
  })
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

function isInScope(
  { workspaces, keys, models, routes }: GuardrailScope,
  facts: GuardrailFacts,
  ofUnknown: boolean,
): boolean {
  return (
    (workspaces?.includes(facts.workspace) ?? true) &&
    (keys?.includes(facts.key) ?? true) &&
    isNamed(models, facts.model, ofUnknown) &&
    isNamed(routes, facts.route, ofUnknown)
  )
}

function isOfCaller({ agents, users, directions }: CallerScope, { agent, user, direction }: GuardrailFacts): boolean {
  return (
    isNamed(agents, agent, true) &&
    isNamed(users, user, true) &&
    (directions === undefined || direction === undefined || directions.includes(direction))
  )
}

function isNamed(
  patterns: readonly string[] | undefined,
  name: string | null | undefined,
  ofUnknown: boolean,
): boolean {
  if (patterns === undefined) return true
  if (name === undefined) return ofUnknown
  return name !== null && patterns.some((pattern) => matches(pattern, name))
}

function counts({ threshold, rules, categories }: Guardrail, { score, rule, category }: Finding): boolean {
  if (score < threshold) return false
  if (rules === undefined && categories === undefined) return true
  return rules?.includes(rule) === true || categories?.includes(category) === true
}

function holds(exception: GuardrailException, facts: GuardrailFacts): boolean {
  return exception.expiresAt > facts.now && isInScope(exception, facts, false)
}

function concerns({ rules }: GuardrailException, rule: string): boolean {
  return rules?.includes(rule) ?? true
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern
}
