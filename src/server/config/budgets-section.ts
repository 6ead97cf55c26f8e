/** `budgets`, and `budgets` and `limits` of a key. */
import * as z from 'zod'
import {
  type Budget,
  type BudgetWindow,
  type Measure,
  measures,
  periods,
  windowKinds,
} from '../../core/spending/budget.ts'
import { type BudgetRule, type GroupField, groupFields } from '../../registry/budget-claims.ts'
import type { Report } from './accounts.ts'

const count = z.int().positive().max(1e12).optional()

const amounts = {
  requests: count.describe('Calls.'),
  inputTokens: count.describe('Tokens of prompts.'),
  outputTokens: count.describe('Tokens of answers.'),
  tokens: count.describe('Tokens of prompts and answers together.'),
  costUsd: z.number().min(1e-6).max(1e6).optional().describe('Cost by the prices of the catalogue, in USD.'),
  concurrentCalls: z.int().positive().max(1e6).optional().describe('Calls at once; takes no `per`.'),
  streamSeconds: z.number().min(0.001).max(1e12).optional().describe('Time that streams are open.'),
}

const conditions = {
  per: z.enum(periods).optional().describe('The time that the amounts are for.'),
  window: z
    .enum(windowKinds)
    .optional()
    .describe('How the time is cut. Default `sliding` up to an hour, and `fixed`, in UTC, from a day on.'),
  alertAt: z
    .array(z.number().positive().max(100))
    .min(1)
    .max(10)
    .optional()
    .describe('Percent of the amount: who `alerts` names is told when so much is used. Takes `per` from an hour on.'),
  unpriced: z
    .enum(['refuse', 'allow'])
    .optional()
    .describe('What becomes of calls without a known price under `costUsd`. Default `refuse`.'),
}

/** In a key. */
export const BudgetEntry = z.strictObject({ ...amounts, ...conditions })
export type BudgetEntry = z.infer<typeof BudgetEntry>

const patterns = z.array(z.string().min(1).max(256)).min(1).max(1000).optional()
const groupPattern = new RegExp(`^(?:${groupFields.join('|')}|metadata\\.[\\w.-]{1,64})$`)

/** Of the file. */
export const BudgetRuleEntry = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i, 'takes letters, digits, dots, dashes and underscores, at most 64')
    .describe('What was used is counted under this name.'),
  match: z
    .strictObject({
      organizations: patterns.describe('All workspaces are of the organization `default`; `*` stands for any text.'),
      workspaces: patterns.describe('Ids; `*` stands for any text.'),
      keys: patterns.describe('Ids; `*` stands for any text.'),
      models: patterns.describe('Names that clients ask for; `*` stands for any text.'),
      providers: patterns.describe('Ids of providers or of accounts that calls go to; `*` stands for any text.'),
      agents: patterns.describe('Values of the metadata `agent`; `*` stands for any text.'),
      users: patterns.describe('End users that clients name; `*` stands for any text.'),
      tags: patterns.describe('Any of the tags in the metadata `tags`; `*` stands for any text.'),
    })
    .optional()
    .describe('The calls that it is for. Default: all.'),
  groupBy: z
    .array(
      z
        .string()
        .regex(groupPattern, `takes ${groupFields.map((field) => `\`${field}\``).join(', ')} and \`metadata.<name>\``),
    )
    .max(4)
    .optional()
    .describe(
      'Each value has the whole amount for itself; `agent`, `user` and `tag` have one for each workspace. Default: one amount for all.',
    ),
  ...amounts,
  ...conditions,
})
type BudgetRuleEntry = z.infer<typeof BudgetRuleEntry>

/** Of one key. `owner` names their counters. */
export function keyBudgets(owner: string, entries: readonly BudgetEntry[], report: Report): Budget[] {
  return unrepeated(
    entries.map((entry, index) => budgetsOf({ kind: 'key', id: owner }, entry, at(report, index))),
    report,
  )
}

export function budgetRules(entries: readonly BudgetRuleEntry[], report: Report): BudgetRule[] {
  unrepeated(
    entries.map(({ id }) => [{ id }]),
    report,
  )
  return entries.map((entry, index) => {
    const groupedBy = groupsOf(entry)
    const budgets = budgetsOf({ kind: 'budget', id: entry.id }, entry, at(report, index))
    return {
      budgets: groupedBy.length === 0 ? budgets : budgets.map((budget) => ({ ...budget, groupedBy })),
      match: entry.match ?? {},
      groupBy: groupedBy,
    }
  })
}

/** What clients say of themselves means something else in each workspace: nobody uses up what somebody elsewhere has. */
function groupsOf({ groupBy = [] }: BudgetRuleEntry): GroupField[] {
  const fields = [...new Set(groupBy)] as GroupField[]
  const isSaid = fields.some((field) => field === 'agent' || field === 'user' || field === 'tag')
  return isSaid && !fields.includes('workspace') ? ['workspace', ...fields] : fields
}

function budgetsOf(owner: Budget['owner'], entry: BudgetEntry, report: Report): Budget[] {
  const { per, unpriced, alertAt } = entry
  const named = measures.filter((measure) => entry[measure] !== undefined)
  if (named.length === 0) report([], `A budget needs an amount: ${measures.map((name) => `\`${name}\``).join(', ')}.`)
  const kind = entry.window ?? (per === 'second' || per === 'minute' || per === 'hour' ? 'sliding' : 'fixed')
  if (kind !== 'fixed' && (per === 'month' || per === 'total'))
    report(
      ['window'],
      `A ${per === 'month' ? 'month' : 'budget for all time'} takes no \`${kind}\` window; only a \`fixed\` one.`,
    )
  if (alertAt !== undefined && (per === undefined || per === 'second' || per === 'minute' || kind === 'token-bucket'))
    report(['alertAt'], '`alertAt` is for `fixed` and `sliding` windows of an hour and longer.')
  const alerts = alertAt === undefined ? {} : { alertAt: [...new Set(alertAt)].sort((a, b) => a - b) }
  return named.flatMap((measure): Budget[] => {
    const amount = amountOf(measure, entry[measure] ?? 0)
    const id = `${owner.kind} ${owner.id} ${measure} ${per ?? ''} ${kind}`
    if (measure === 'concurrentCalls') {
      if (per !== undefined)
        report(['per'], '`concurrentCalls` is for calls at once and takes no `per`; give it an entry of its own.')
      return [{ id, owner, measure, amount }]
    }
    if (per === undefined) {
      report([], `\`${measure}\` needs \`per\`: ${periods.map((name) => `\`${name}\``).join(', ')}.`)
      return []
    }
    const window: BudgetWindow = { kind, per }
    return [
      { id, owner, measure, amount, window, ...alerts, ...(unpriced === 'allow' ? { allowsUnpriced: true } : {}) },
    ]
  })
}

function amountOf(measure: Measure, given: number): number {
  if (measure === 'costUsd') return Math.round(given * 1e9)
  return measure === 'streamSeconds' ? Math.round(given * 1000) : given
}

/** Two of one name would share a counter. */
function unrepeated<Entry extends { readonly id: string }>(
  lists: readonly (readonly Entry[])[],
  report: Report,
): Entry[] {
  const seen = new Set<string>()
  for (const [index, list] of lists.entries()) {
    for (const { id } of list) {
      if (seen.has(id)) report([index], 'There is a budget like this already, of the same measure and time.')
      seen.add(id)
    }
  }
  return lists.flat()
}

function at(report: Report, index: number): Report {
  return (path, message) => report([index, ...path], message)
}
