import type { ConsumptionRuleId } from '../../core/spending/consumption.ts'

/** What a rule has found, in a sentence that the client may read. */
export function reasonOf(rule: ConsumptionRuleId, seen: number, limit: number): string {
  const [what, unit] = words[rule]
  if (rule === 'repetition') return `${what} ${percent(seen)} of it is new, and ${percent(limit)} has to be.`
  const found = `${what} ${amount(rule, seen)}${unit}; the bound is ${amount(rule, limit)}.`
  return rule === 'key-farming' ? `${found} ${ofOneTeam}` : found
}

const ofOneTeam =
  'Whoever runs the gateway approves the keys, and for a rollout gives them one owner, binds them to `networks`, or names the network in `knownNetworks` of the rule.'

const words: Readonly<Record<ConsumptionRuleId, readonly [string, string]>> = {
  'request-rate': ['The key makes', ' calls a minute'],
  'cost-rate': ['The key spends', ' USD a minute'],
  'call-tokens': ['A call came to', ' tokens'],
  'new-model': ['The key asks for a model that it has never used, at', ' USD for 1,000 tokens each way'],
  loop: ['The same turn comes', ' times in a row'],
  'prompt-size': ['The prompt has about', ' tokens'],
  repetition: ['The prompt repeats itself:', ''],
  'output-length': ['The call may write', ' tokens'],
  'key-farming': ['Keys of', ' owners appeared in one network'],
}

function amount(rule: ConsumptionRuleId, value: number): string {
  const isMoney = rule === 'cost-rate' || rule === 'new-model'
  return String(isMoney ? Number((value / 1e9).toPrecision(3)) : Math.round(value))
}

function percent(part: number): string {
  return `${Math.round(part * 1000) / 10} %`
}
