import type { Measure, Period } from '../../core/spending/budget.ts'
import { BudgetEntry } from '../../server/config/budgets-section.ts'
import type { Field } from './field.ts'

/** As LiteLLM and Bifrost write them. Other lengths have no equal. */
const periods: ReadonlyMap<string, Period> = new Map([
  ['1s', 'second'],
  ['1m', 'minute'],
  ['60s', 'minute'],
  ['1h', 'hour'],
  ['60m', 'hour'],
  ['1d', 'day'],
  ['24h', 'day'],
  ['1w', 'week'],
  ['7d', 'week'],
  ['1mo', 'month'],
  ['1M', 'month'],
  ['30d', 'month'],
])

/** An amount and its time, where there is an equal; otherwise both are noted. Without a time it is for ever. */
export function amountOf(measure: Measure, amount: Field, duration: Field): BudgetEntry | undefined {
  if (!amount.isThere) return undefined
  const time = duration.text()
  const per = time === undefined ? 'total' : periods.get(time)
  if (per === undefined) {
    duration.remark('has no equal: a budget is for a second, minute, hour, day, week or month')
    amount.unmapped('its time has no equal')
    return undefined
  }
  const value = amount.number()
  if (value === undefined) return undefined
  const read = BudgetEntry.safeParse({ [measure]: value, per })
  if (!read.success) amount.unmapped(`is no amount of \`${measure}\``)
  else if (per === 'month' && time === '30d') duration.remark('is the month of the calendar in the result, in UTC')
  return read.data
}

/** Of one owner: two of the same measure and time would be one. */
export function unrepeated(given: readonly { readonly entry: BudgetEntry | undefined; readonly amount: Field }[]) {
  const kept = new Map<string, BudgetEntry>()
  for (const { entry, amount } of given) {
    if (entry === undefined) continue
    const { per } = entry
    const name = JSON.stringify([Object.keys(entry), per])
    if (kept.has(name)) amount.unmapped('another one has the same measure and time')
    else kept.set(name, entry)
  }
  return [...kept.values()]
}
