/** The two questions: what was touched on behalf of whom, and what was decided about it. */

import { GatewayError } from '../errors.ts'
import type { AnalyticsFilter } from './analytics.ts'
import { readAnalyticsQuery } from './analytics-query.ts'
import { type CallDecision, type DecisionKind, decisionKinds } from './call-decisions.ts'

/** What may be asked about: any of these together; of all when none is named. */
export const principals = ['workspace', 'key', 'agent', 'user'] as const

export interface AccessQuery {
  readonly filters: readonly AnalyticsFilter[]
  /** Unix milliseconds. */
  readonly from: number
  readonly to: number
}

/** Each list with the most first. */
export interface AccessAnswer {
  readonly from: string
  readonly to: string
  readonly models: readonly {
    readonly provider: string
    readonly model: string
    readonly calls: number
    readonly tokens: number
    readonly costUsd: number
  }[]
  /** Where prompts were sent. `calls`: answered there, or failed there at last; `earlierAttempts` went on to another. */
  readonly destinations: readonly {
    readonly account: string
    readonly provider: string
    readonly calls: number
    readonly earlierAttempts: number
  }[]
  /** That models asked to call, by the answers whose text is on record. */
  readonly tools: readonly { readonly name: string; readonly calls: number }[]
  /** That guardrails found, in shadow too, where detectors look for data. `category`: of the detector. */
  readonly dataCategories: readonly {
    readonly detector: string
    readonly category: string
    readonly point: string
    readonly calls: number
  }[]
  /** What the answer does not say, in sentences. */
  readonly notes: readonly string[]
}

export interface DecisionQuery extends AccessQuery {
  readonly kind?: DecisionKind
  /** Whose decision it is: the id of a guardrail, a route, a rule of consumption. */
  readonly rule?: string
  readonly limit: number
  readonly cursor?: string
}

export interface DecisionPage {
  readonly data: readonly CallDecision[]
  /** `null` on the last page. A page may be short, even empty, and still have a next one: a search is bounded. */
  readonly nextCursor: string | null
}

type Parameters = Readonly<Record<string, readonly string[] | undefined>>

/** Throws `invalid_request` naming the parameter. */
export function readAccessQuery(parameters: Parameters, now: number): AccessQuery {
  const names = [...principals, 'from', 'to']
  for (const name of Object.keys(parameters)) {
    if (!names.includes(name)) throw invalid(name, `There is no parameter of this name; there are ${names.join(', ')}.`)
  }
  const { filters, from, to } = readAnalyticsQuery(parameters, now)
  return { filters, from, to }
}

const maxDecisions = 200
const defaultDecisions = 50

/** Throws `invalid_request` naming the parameter. */
export function readDecisionQuery(parameters: Parameters, now: number): DecisionQuery {
  const { kind: kinds, rule: rules, limit: limits, cursor: cursors, ...rest } = parameters
  const [kind, rule, limit, cursor] = [kinds, rules, limits, cursors].map((given) =>
    given?.[0] === '' ? undefined : given?.[0],
  )
  const known = decisionKinds.find((name) => name === kind)
  if (kind !== undefined && known === undefined) {
    throw invalid('kind', `\`kind\` is one of ${decisionKinds.join(', ')}.`)
  }
  const wanted = limit === undefined ? defaultDecisions : /^\d{1,4}$/.test(limit) ? Number(limit) : 0
  if (wanted < 1 || wanted > maxDecisions) {
    throw invalid('limit', `\`limit\` is a whole number from 1 to ${maxDecisions}.`)
  }
  return {
    ...readAccessQuery(rest, now),
    limit: wanted,
    ...(known === undefined ? {} : { kind: known }),
    ...(rule === undefined ? {} : { rule }),
    ...(cursor === undefined ? {} : { cursor }),
  }
}

function invalid(param: string, message: string): GatewayError {
  return new GatewayError('invalid_request', message, { param: param.slice(0, 100) })
}
