import { GatewayError } from '../core/errors.ts'
import { amountText, type Budget, type Measure } from '../core/spending/budget.ts'

export function unpriced(budget: Budget): GatewayError {
  return new GatewayError(
    'unpriced_call',
    `What this call costs is not known, and there is a limit of ${limitText(budget)}.`,
  )
}

/** What is over, until when, and what to do. The longest wait is told as it is: whoever waits for a month should know. */
export function refusal(budget: Budget, waitMs: number | undefined, amount: number): GatewayError {
  const isMoney = budget.measure === 'costUsd'
  const code = isMoney ? 'budget_exceeded' : 'rate_limited'
  const limit = limitText(budget)
  if (amount > budget.amount) {
    const needed = amountText(budget.measure, amount)
    const wish = wishes[budget.measure]
    return new GatewayError(code, `This call may come to ${needed}, more than all of ${limit}.`, {
      help: `${wish === undefined ? 'Have' : `${wish}, or have`} the limit raised: waiting does not help.`,
    })
  }
  const seconds = waitMs === undefined ? soonestOf(budget) : Math.ceil(waitMs / 1000)
  const when = waitMs === undefined ? '' : ` There is enough again in ${waitText(waitMs)}.`
  return new GatewayError(code, `The limit of ${limit} is reached.${when}`, {
    ...(seconds === undefined ? {} : { retryAfterSeconds: Math.max(1, seconds) }),
  })
}

/** Calls in flight have it, and may end at any time; what is used of all time does not come back. */
function soonestOf({ window }: Budget): number | undefined {
  return window?.per === 'total' ? undefined : 1
}

/** Nobody can say now what is left: the gateways count together, and whoever adds it up is away. */
export function unavailable(budget: Budget | undefined): GatewayError {
  const limit = budget === undefined ? 'the limits of this call' : `the limit of ${limitText(budget)}`
  return new GatewayError(
    'budget_unavailable',
    `What is left of ${limit} cannot be told now: the authority that counts for all gateways does not answer.`,
    { retryAfterSeconds: 1 },
  )
}

const shorterAnswer = 'a smaller `max_tokens` (`max_completion_tokens`, `max_output_tokens`)'
/** What makes a call come to less. */
const wishes: Readonly<Partial<Record<Measure, string>>> = {
  inputTokens: 'Send a shorter prompt',
  outputTokens: `Ask for ${shorterAnswer}`,
  tokens: `Ask for ${shorterAnswer}, send a shorter prompt`,
  costUsd: `Ask for ${shorterAnswer}, send a shorter prompt, use a cheaper model`,
}

/** One of the file has its name in it: whoever asks for more has to say of what. */
function limitText({ owner, measure, amount, window }: Budget): string {
  const text = `${amountText(measure, amount)}${window === undefined ? '' : periodText(window.per)}`
  return owner.kind === 'budget' ? `${text} (budget "${owner.id}")` : text
}

function periodText(per: string): string {
  return per === 'total' ? ' in all' : ` per ${per}`
}

function waitText(waitMs: number): string {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.ceil(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.ceil(seconds / 3600)} h` : `${Math.ceil(seconds / 86_400)} days`
}
