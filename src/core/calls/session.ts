import { GatewayError } from '../errors.ts'
import { readTime } from '../record/call-query.ts'

/** Calls of one conversation or one run, in any number of traces, by what a client calls it. */
export interface SessionSummary {
  readonly id: string
  readonly workspace: string
  /** ISO 8601. */
  readonly startedAt: string
  /** From the start of the first call to the end of the one that ended last. */
  readonly durationMs: number
  readonly calls: number
  /** Calls that name no trace are not counted here. */
  readonly traces: number
  readonly errors: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costUsd: number
  /** Calls whose cost is unknown, which is not 0: `costUsd` is without them. */
  readonly unpricedCalls: number
}

export interface SessionPage {
  readonly data: readonly SessionSummary[]
  /** `null` on the last page. A page may be short, even empty, and still have a next one: the look is bounded. */
  readonly nextCursor: string | null
}

export interface SessionQuery {
  readonly workspace?: string
  /** 1 to 200; 50 when absent. */
  readonly limit?: number
  readonly cursor?: string
  /** Unix milliseconds: its newest call started at or after `from`, before `to`. */
  readonly from?: number
  readonly to?: number
}

const names = ['workspace', 'limit', 'cursor', 'from', 'to'] as const
const maxLimit = 200

/** Reads a query from URL parameters or command-line options. Throws `invalid_request` naming the parameter. */
export function readSessionQuery(parameters: Readonly<Record<string, string | undefined>>): SessionQuery {
  for (const name of Object.keys(parameters)) {
    if (!names.some((known) => known === name))
      throw invalid(name, `There is no parameter "${name}"; there are ${names.join(', ')}.`)
  }
  const { workspace, limit, cursor, from, to } = parameters
  if (
    limit !== undefined &&
    limit !== '' &&
    !(/^\d{1,3}$/.test(limit) && Number(limit) >= 1 && Number(limit) <= maxLimit)
  )
    throw invalid('limit', `\`limit\` is a whole number from 1 to ${maxLimit}.`)
  return {
    ...(workspace ? { workspace } : {}),
    ...(limit ? { limit: Number(limit) } : {}),
    ...(cursor ? { cursor } : {}),
    ...(from ? { from: readTime('from', from) } : {}),
    ...(to ? { to: readTime('to', to) } : {}),
  }
}

function invalid(param: string, message: string): GatewayError {
  return new GatewayError('invalid_request', message, { param })
}
