import type { Measure, Standing } from '../../core/budget.ts'
import type { Dialect, LimitKind } from '../../core/dialect.ts'

const kinds: Readonly<Partial<Record<Measure, LimitKind>>> = {
  requests: 'requests',
  tokens: 'tokens',
  inputTokens: 'input-tokens',
  outputTokens: 'output-tokens',
}

/** What is left of limits, as names and values in turn: of several of one kind, of the one with the smallest part left. */
export function limitFields(standings: readonly Standing[], dialect: Dialect): string[] {
  const tightest = new Map<LimitKind, Standing>()
  for (const standing of standings) {
    const kind = kinds[standing.budget.measure]
    if (kind === undefined) continue
    const other = tightest.get(kind)
    if (other === undefined || partLeft(standing) < partLeft(other)) tightest.set(kind, standing)
  }
  const fields = dialect.limitHeaders ?? limitHeaders
  return [...tightest].flatMap(([kind, standing]) => Object.entries(fields(kind, standing)).flat())
}

function partLeft({ left, budget }: Standing): number {
  return left / budget.amount
}

/** As OpenAI has them, and those that follow it. https://platform.openai.com/docs/guides/rate-limits */
function limitHeaders(kind: LimitKind, { budget, left, resetsAt }: Standing): Record<string, string> {
  return {
    [`x-ratelimit-limit-${kind}`]: String(budget.amount),
    [`x-ratelimit-remaining-${kind}`]: String(left),
    ...(resetsAt === undefined ? {} : { [`x-ratelimit-reset-${kind}`]: duration(resetsAt - Date.now()) }),
  }
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
