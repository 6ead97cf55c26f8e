import type { Dialect } from '../../../core/model/dialect.ts'
import type { Measure, Standing } from '../../../core/spending/budget.ts'
import { type LimitHeaders, type LimitKind, limitNames } from '../../../core/spending/limit-headers.ts'

const kinds: Readonly<Partial<Record<Measure, LimitKind>>> = {
  requests: 'requests',
  tokens: 'tokens',
  inputTokens: 'input-tokens',
  outputTokens: 'output-tokens',
}

/** Adds what is left of limits to a head, as names and values in turn: of several of one kind, of the one with the smallest part left. */
export function addLimitFields(head: string[], standings: readonly Standing[], dialect: Dialect): void {
  const headers = dialect.limitHeaders ?? openaiHeaders
  for (const standing of standings) {
    const { budget, left, resetsAt } = standing
    const kind = kinds[budget.measure]
    if (kind === undefined || tightestOf(standings, budget.measure) !== standing) continue
    const names = headers.names[kind]
    head.push(names.limit, String(budget.amount), names.remaining, String(left))
    if (resetsAt !== undefined) head.push(names.reset, headers.resetText(resetsAt))
  }
}

function tightestOf(standings: readonly Standing[], measure: Measure): Standing | undefined {
  let tightest: Standing | undefined
  for (const standing of standings)
    if (standing.budget.measure === measure && (tightest === undefined || partLeft(standing) < partLeft(tightest)))
      tightest = standing
  return tightest
}

function partLeft({ left, budget }: Standing): number {
  return left / budget.amount
}

/** As OpenAI has them, and those that follow it. https://platform.openai.com/docs/guides/rate-limits */
const openaiHeaders: LimitHeaders = {
  names: limitNames((kind, what) => `x-ratelimit-${what}-${kind}`),
  resetText: (resetsAt) => duration(resetsAt - Date.now()),
}

/** `6m0s`, `1.5s`, `20ms`: as Go writes a duration. */
function duration(milliseconds: number): string {
  const rest = Math.max(0, Math.ceil(milliseconds))
  if (rest < 1000) return `${rest}ms`
  const hours = Math.floor(rest / 3_600_000)
  const minutes = Math.floor(rest / 60_000) % 60
  const seconds = `${(rest % 60_000) / 1000}s`
  return hours > 0 ? `${hours}h${minutes}m${seconds}` : minutes > 0 ? `${minutes}m${seconds}` : seconds
}

/** A header in which a vendor says what is left of a limit. */
export function isLimitField(name: string): boolean {
  return name.startsWith('x-ratelimit-') || name.startsWith('anthropic-ratelimit-')
}
