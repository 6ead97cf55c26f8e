import { createRoute, z } from '@hono/zod-openapi'
import type { VirtualKey } from '../../core/calls/registry.ts'
import {
  type Budget,
  type Claim,
  inUnits,
  measures,
  periods,
  type Standing,
  windowKinds,
} from '../../core/spending/budget.ts'
import type { Forecast } from '../../core/spending/forecast.ts'
import { isWithin } from '../../registry/access.ts'
import type { BudgetLedger } from '../../registry/budget-ledger.ts'
import type { ControlApp } from './app.ts'
import type { KeysApi } from './keys.ts'

export interface ListedBudget {
  readonly claim: Claim
  readonly standing: Standing
}

export interface BudgetsApi {
  readonly budgets: {
    /** Every counter that is kept, and those of keys that have not been used yet. */
    list(): Promise<readonly ListedBudget[]>
    /** When one ends at its pace, where that can be told. */
    forecast(claim: Claim, standing: Standing): Forecast | undefined
  }
}

const BudgetDescription = z.object({
  budget: z.string().nullable().openapi({ description: 'Id of a budget of the file.' }),
  key: z.string().nullable().openapi({ description: 'Id of the key whose own budget it is.' }),
  groupBy: z.array(z.string()).openapi({ description: 'What it is grouped by.' }),
  group: z.array(z.string()).openapi({ description: 'Values of what it is grouped by, in its order.' }),
  measure: z.enum(measures),
  amount: z.number(),
  per: z.enum(periods).nullable(),
  window: z.enum(windowKinds).nullable(),
  used: z.number(),
  reserved: z.number().openapi({ description: 'Held for calls in flight.' }),
  left: z.number(),
  resetsAt: z.string().nullable(),
  alertAt: z.array(z.number()).openapi({ description: 'Percent of the amount.' }),
  forecast: z
    .object({ endsAt: z.string(), basis: z.enum(['recent', 'window']) })
    .nullable()
    .openapi({
      description:
        'When it ends at its pace, or was used up. Not before `resetsAt`: it lasts until then. `null`: too little is known.',
    }),
})
export type BudgetDescription = z.infer<typeof BudgetDescription>

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/budgets',
  summary: 'Budgets and limits, and what is used of each',
  request: {
    query: z.strictObject({
      key: z.string().optional().openapi({ description: 'Only those of this key itself.' }),
      budget: z.string().optional().openapi({ description: 'Only this one of the file.' }),
    }),
  },
  responses: {
    200: {
      description: 'Budgets, in units of their measures: USD, tokens, seconds',
      content: { 'application/json': { schema: z.object({ data: z.array(BudgetDescription) }) } },
    },
  },
})

export function addBudgetRoutes(app: ControlApp, { budgets, keys }: BudgetsApi & KeysApi): void {
  app.openapi(listRoute, async (context) => {
    const { key, budget } = context.req.valid('query')
    const actor = context.get('actor')
    // A budget of the file counts for keys of any workspace.
    const own = new Set(keys.list().flatMap((known) => (isWithin(actor, known.workspace) ? [known.id] : [])))
    const all = (await budgets.list())
      .map((one) => describe(one, budgets.forecast(one.claim, one.standing)))
      .filter((entry) => actor.workspace === undefined || (entry.key !== null && own.has(entry.key)))
    const data = all.filter(
      (entry) => (key === undefined || entry.key === key) && (budget === undefined || entry.budget === budget),
    )
    return context.json({ data })
  })
}

/** One that nobody has used yet has no counter. */
export function listBudgets(
  ledger: Pick<BudgetLedger, 'claims' | 'standing'>,
  keys: readonly VirtualKey[],
): readonly ListedBudget[] {
  const ofKeys = keys.flatMap(({ budgets = [], revokedAt }) =>
    revokedAt === undefined ? budgets.map((budget): Claim => ({ budget, group: [] })) : [],
  )
  const counted = ledger.claims().filter(({ budget }) => ofKeys.every((claim) => claim.budget.id !== budget.id))
  return [...ofKeys, ...counted].map((claim) => ({ claim, standing: ledger.standing(claim) }))
}

function describe(
  { claim: { budget, group }, standing }: { readonly claim: Claim; readonly standing: Standing },
  forecast: Forecast | undefined,
): BudgetDescription {
  const shown = (amount: number): number => inUnits(budget.measure, amount)
  return {
    budget: ownerId(budget, 'budget'),
    key: ownerId(budget, 'key'),
    groupBy: [...(budget.groupedBy ?? [])],
    group: [...group],
    measure: budget.measure,
    amount: shown(budget.amount),
    per: budget.window?.per ?? null,
    window: budget.window?.kind ?? null,
    used: shown(standing.used),
    reserved: shown(standing.reserved),
    left: shown(standing.left),
    resetsAt: standing.resetsAt === undefined ? null : new Date(standing.resetsAt).toISOString(),
    alertAt: [...(budget.alertAt ?? [])],
    forecast:
      forecast === undefined ? null : { endsAt: new Date(forecast.endsAt).toISOString(), basis: forecast.basis },
  }
}

function ownerId({ owner }: Budget, kind: Budget['owner']['kind']): string | null {
  return owner.kind === kind ? owner.id : null
}
