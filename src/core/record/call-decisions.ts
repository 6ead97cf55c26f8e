/** What was decided about a call, why, and what would have happened without it. Told from what is on record of the call. */

import type { ErrorCode } from '../errors.ts'
import {
  type DetectorFault,
  type GuardrailAction,
  type GuardrailDecision,
  isLetPass,
  type LocatedFinding,
} from '../inspection/guardrail.ts'
import { isJsonObject } from '../wire/json.ts'
import type { CallSummary } from './call-store.ts'

export const decisionKinds = ['refusal', 'fallback', 'cache', 'routing', 'consumption', 'guardrail'] as const
export type DecisionKind = (typeof decisionKinds)[number]

/** Codes with which the gateway itself keeps a call from its provider. */
const refusals: ReadonlySet<string> = new Set([
  'expired_key',
  'revoked_key',
  'model_not_allowed',
  'provider_not_allowed',
  'endpoint_not_allowed',
  'network_not_allowed',
  'agent_not_allowed',
  'metadata_required',
  'too_many_calls',
  'rate_limited',
  'budget_exceeded',
  'unpriced_call',
  'budget_unavailable',
  'overloaded',
  'account_busy',
  'no_healthy_target',
  'key_suspended',
  'approval_required',
  'guardrail_denied',
  'guardrail_unavailable',
  'guardrail_approval_required',
  'image_over_limit',
  'blocked_address',
] satisfies ErrorCode[])

/** `null`: not known. */
export interface CallDecision {
  /** That errors, headers and alerts name; where none does, of the call and the kind. Several guardrails may decide under one. */
  readonly id: string
  readonly callId: string
  /** ISO 8601. */
  readonly startedAt: string
  readonly workspace: string
  readonly key: string | null
  readonly agent: string | null
  readonly user: string | null
  readonly kind: DecisionKind
  /** `shadow`: it was recorded, and changed nothing. */
  readonly state: 'enforce' | 'shadow'
  readonly effect: GuardrailAction
  /** Code of the refusal, name of the route, kind of the cache. */
  readonly rule: string | null
  readonly reason: string
  readonly findings: readonly LocatedFinding[]
  /** Who answers for an exception that left findings alone, and the rules of those. They are not among `findings`. */
  readonly exceptedBy?: string
  readonly exceptedRules?: readonly string[]
  readonly policyVersion: string | null
  /** Of one in shadow: what would have happened with it. */
  readonly without: Outcome
}

export interface Outcome {
  readonly outcome: 'sent' | 'refused' | 'slowed' | 'failed' | 'answered-from-cache' | 'another-target'
  readonly account?: string | null
  readonly model?: string | null
  readonly status?: number | null
  readonly errorCode?: string | null
  readonly costUsd?: number | null
  /** The call whose answer would have been given. */
  readonly callId?: string
  /** What the call would have cost at the other targets, where their prices are known. */
  readonly targets?: readonly {
    readonly account: string
    readonly model: string
    readonly passedOver: string | null
    readonly costUsd: number | null
  }[]
}

/** What `kindsOf` looks at; of an event, a row or a call of the API. */
export interface DecidedCall {
  readonly errorCode?: string | null | undefined
  readonly attempts?: unknown
  readonly cache?: string | null | undefined
  readonly cacheMatch?: unknown
  readonly routing?: unknown
  readonly decisions?: unknown
}

export function kindsOf({
  errorCode,
  attempts,
  cache,
  cacheMatch,
  routing,
  decisions,
}: DecidedCall): readonly DecisionKind[] {
  const isThere: Readonly<Record<DecisionKind, boolean>> = {
    refusal: typeof errorCode === 'string' && refusals.has(errorCode),
    fallback: Array.isArray(attempts) && attempts.length > 1,
    cache: cache === 'hit' || cache === 'semantic' || (cacheMatch !== undefined && cacheMatch !== null),
    routing: routing !== undefined && routing !== null,
    consumption: Array.isArray(decisions) && decisions.some((one) => !isOfGuardrail(one)),
    guardrail: Array.isArray(decisions) && decisions.some(isOfGuardrail),
  }
  return decisionKinds.filter((kind) => isThere[kind])
}

export function decisionsOf(call: CallSummary): readonly CallDecision[] {
  const { id, startedAt, workspace, key, agent, user } = call
  const all = kindsOf(call).flatMap((kind) => told[kind](call).map((one) => ({ kind, ...one })))
  return all.map(({ kind, ...one }) => ({
    id: `${id}:${kind}`,
    callId: id,
    startedAt,
    workspace,
    key,
    agent,
    user,
    kind,
    state: 'enforce' as const,
    effect: 'allow' as const,
    findings: [],
    policyVersion: null,
    ...one,
  }))
}

type Told = Pick<CallDecision, 'rule' | 'reason' | 'without'> &
  Partial<Pick<CallDecision, 'id' | 'effect' | 'state' | 'findings' | 'policyVersion'>>

const told: Readonly<Record<DecisionKind, (call: CallSummary) => readonly Told[]>> = {
  refusal: ({ errorCode, errorMessage, account, model, requestedModel }) => [
    {
      effect: 'deny',
      rule: errorCode,
      reason: errorMessage ?? 'The gateway refused the call.',
      // What an answer that never was would have cost, nobody knows.
      without: { outcome: 'sent', account, model: model ?? requestedModel, costUsd: null },
    },
  ],
  fallback: ({ attempts, route }) => {
    const [first] = attempts
    const failed = first?.errorCode ?? (first?.status === undefined ? 'no answer' : `status ${first.status}`)
    return [
      {
        rule: route,
        reason: `The first target did not answer the call (${failed}); ${attempts.length - 1} more attempts were made.`,
        without: {
          outcome: 'failed',
          account: first?.account ?? null,
          model: first?.model ?? null,
          status: first?.status ?? null,
          errorCode: first?.errorCode ?? null,
        },
      },
    ]
  },
  cache: ({ cache, cacheMatch, account, model, requestedModel, savedUsd }) => {
    const isUsed = cache === 'hit' || cache === 'semantic'
    if (isUsed) {
      return [
        {
          rule: cache === 'hit' ? 'exact' : 'semantic',
          reason:
            cache === 'hit'
              ? 'The same question had been answered.'
              : 'A question that means the same had been answered.',
          without: { outcome: 'sent', account, model: model ?? requestedModel, costUsd: savedUsd },
        },
      ]
    }
    return [
      {
        state: 'shadow',
        rule: 'semantic',
        reason: 'A question that means the same had been answered; the semantic cache is in shadow.',
        without: {
          outcome: 'answered-from-cache',
          ...(cacheMatch === null ? {} : { callId: cacheMatch.id }),
          costUsd: 0,
        },
      },
    ]
  },
  routing: ({ routing, route, account, model }) => [
    {
      rule: route,
      reason: routing === null || routing.steps.length === 0 ? 'The route chose the target.' : routing.steps.join('; '),
      without: {
        outcome: 'another-target',
        targets: (routing?.candidates ?? [])
          .filter((candidate) => candidate.account !== account || candidate.model !== model)
          .map((candidate) => ({
            account: candidate.account,
            model: candidate.model,
            passedOver: candidate.passedOver ?? null,
            costUsd: candidate.costNanoUsd === undefined ? null : candidate.costNanoUsd / 1e9,
          })),
      },
    },
  ],
  consumption: ({ decisions, account, model, requestedModel }) =>
    decisions
      .filter(isJsonObject)
      .filter((one) => !isOfGuardrail(one))
      .map(({ id, rule, state, action, reason }): Told => {
        const isShadow = state === 'shadow'
        const outcome = action === 'slow' ? 'slowed' : action === 'alert' ? 'sent' : 'refused'
        return {
          ...(typeof id === 'string' ? { id } : {}),
          state: isShadow ? 'shadow' : 'enforce',
          effect: !isShadow && outcome === 'refused' ? 'deny' : 'allow',
          rule: typeof rule === 'string' ? rule : null,
          reason: typeof reason === 'string' ? reason : 'A rule of consumption has found something.',
          without: {
            outcome: isShadow ? outcome : 'sent',
            account,
            model: model ?? requestedModel,
            costUsd: null,
          },
        }
      }),
  guardrail: ({ decisions, account, model, requestedModel }) =>
    guardrailDecisionsIn(decisions).map((one): Told => {
      const isShadow = one.state === 'shadow'
      const effect = effectOf(one)
      const isRefused = effect !== 'allow' && effect !== 'redact'
      return {
        id: one.id,
        state: one.state,
        effect,
        rule: one.guardrail,
        reason: reasonOf(one),
        findings: one.findings,
        ...(one.exceptedBy === undefined ? {} : { exceptedBy: one.exceptedBy }),
        ...(one.exceptedRules === undefined ? {} : { exceptedRules: one.exceptedRules }),
        policyVersion: one.policyVersion,
        without: {
          outcome: isShadow && isRefused ? 'refused' : 'sent',
          account,
          model: model ?? requestedModel,
          costUsd: null,
        },
      }
    }),
}

/** As `GuardrailDecision` is written. */
function isOfGuardrail(decision: unknown): decision is GuardrailDecision {
  return isJsonObject(decision) && decision['type'] === 'guardrail'
}

/** Written by this program, and read back by it. */
function guardrailDecisionsIn(decisions: readonly unknown[]): readonly GuardrailDecision[] {
  return decisions.filter(isOfGuardrail)
}

/** What was done, which is not what the guardrail is for where an exception held or nobody could look. */
function effectOf(decision: GuardrailDecision): GuardrailAction {
  if (isLetPass(decision)) return 'allow'
  return decision.fault === undefined || decision.action === 'allow' ? decision.action : 'deny'
}

const faultTexts: Readonly<Record<DetectorFault, string>> = {
  failed: 'failed',
  'timed-out': 'took too long',
  unreadable: 'could not read a file',
}

function reasonOf({
  detector,
  point,
  findings,
  moreFindings = 0,
  fault,
  exceptedBy,
  exceptedRules = [],
  approvedBy,
}: GuardrailDecision): string {
  if (fault !== undefined) return `The detector "${detector}" ${faultTexts[fault]} at ${point}.`
  const count = findings.length + moreFindings
  const what = exceptedRules.length === 0 ? '' : `: ${exceptedRules.join(', ')}`
  if (count === 0 && exceptedBy !== undefined)
    return `An exception of ${exceptedBy} let pass what was found at ${point}${what}.`
  const rules = [...new Set(findings.map(({ rule }) => rule))].join(', ')
  return `The detector "${detector}" found ${count === 1 ? 'one thing' : `${count} things`} at ${point}: ${rules}.${exceptedBy === undefined ? '' : ` An exception of ${exceptedBy} let pass others${what}.`}${approvedBy === undefined ? '' : ` It was approved by ${approvedBy}.`}`
}
