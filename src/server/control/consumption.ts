import { createRoute, z } from '@hono/zod-openapi'
import { GatewayError } from '../../core/errors.ts'
import {
  type ConsumptionIncident,
  consumptionActions,
  consumptionRuleIds,
  type KeyHold,
} from '../../core/spending/consumption.ts'
import { type Actor, isWithin } from '../../registry/access.ts'
import type { Baseline } from '../consumption/baselines.ts'
import type { ControlApp } from './app.ts'
import type { KeysApi } from './keys.ts'

export interface ConsumptionApi {
  readonly consumption: {
    holds(): readonly KeyHold[]
    incidents(): readonly ConsumptionIncident[]
    /** What is usual of a key; `undefined`: it has not been watched. */
    baseline(key: string): Baseline | undefined
    suspend(by: Actor, key: { readonly id: string; readonly workspace: string }, reason: string): Promise<KeyHold>
    /** `undefined`: the key is not held like that. */
    release(by: Actor, key: string, kind: KeyHold['kind']): Promise<KeyHold | undefined>
  }
}

const Hold = z.object({
  id: z.string().openapi({ description: 'The decision, as refused calls name it.' }),
  key: z.string(),
  workspace: z.string(),
  kind: z
    .enum(['ask', 'suspend'])
    .openapi({ description: '`ask` ends with an approval, `suspend` with a resumption.' }),
  since: z.string(),
  rule: z.enum([...consumptionRuleIds, 'manual']),
  reason: z.string(),
})
export type HoldDescription = z.infer<typeof Hold>

const Incident = z.object({
  id: z.string(),
  at: z.string(),
  key: z.string(),
  workspace: z.string(),
  rule: z.enum(consumptionRuleIds),
  state: z.enum(['shadow', 'enforce']),
  action: z.enum(consumptionActions),
  about: z.enum(['key', 'label']).openapi({ description: '`label`: one agent or user of the key.' }),
  seen: z.number(),
  limit: z.number(),
  reason: z.string(),
  callId: z.string(),
})

const Measure = z.object({ usual: z.number(), limit: z.number().nullable() })
const BaselineDescription = z.object({
  key: z.string(),
  since: z.string(),
  calls: z.number(),
  isLearned: z.boolean(),
  callsPerMinute: Measure,
  costUsdPerMinute: Measure,
  tokensPerCall: Measure,
  promptTokens: Measure,
  outputTokensAsked: Measure,
  models: z.array(z.string()),
})

const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
})

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/consumption',
  summary: 'Keys that are held and why, what rules of consumption have found, and what is usual of each key',
  request: { query: z.strictObject({ key: z.string().optional() }) },
  responses: {
    200: json(
      'At most 1,000 incidents, newest first, and baselines of 1,000 keys',
      z.object({ holds: z.array(Hold), incidents: z.array(Incident), baselines: z.array(BaselineDescription) }),
    ),
  },
})

const params = z.object({ key: z.string() })
const suspendRoute = createRoute({
  method: 'post',
  path: '/api/v1/consumption/{key}/suspend',
  summary: 'Suspend a key until it is resumed',
  request: {
    params,
    body: {
      required: true,
      content: { 'application/json': { schema: z.strictObject({ reason: z.string().min(1).max(500) }) } },
    },
  },
  responses: { 200: json('The suspension', Hold) },
})
const resumeRoute = createRoute({
  method: 'post',
  path: '/api/v1/consumption/{key}/resume',
  summary: 'Resume a key that is suspended; the rule leaves it alone for a while',
  request: { params },
  responses: { 200: json('What has ended', Hold) },
})
const approveRoute = createRoute({
  method: 'post',
  path: '/api/v1/consumption/{key}/approve',
  summary: 'Approve what a key is held for; the rule leaves it alone for a while',
  request: { params },
  responses: { 200: json('What has ended', Hold) },
})

const MAX_BASELINES = 1000

export function addConsumptionRoutes(app: ControlApp, { consumption, keys }: ConsumptionApi & KeysApi): void {
  /** One of another workspace is not there. */
  const seen = (by: Actor, id: string): { readonly id: string; readonly workspace: string } => {
    const known = keys.list().find((key) => key.id === id && isWithin(by, key.workspace))
    if (known === undefined) throw new GatewayError('not_found', `There is no key with the id "${id}".`)
    return known
  }
  const release = async (by: Actor, id: string, kind: KeyHold['kind']): Promise<HoldDescription> => {
    const ended = await consumption.release(by, seen(by, id).id, kind)
    if (ended !== undefined) return describe(ended)
    const state = kind === 'ask' ? 'waits for no approval' : 'is not suspended'
    throw new GatewayError('conflict', `The key "${id}" ${state}; GET /api/v1/consumption shows what is held.`)
  }
  app.openapi(listRoute, (context) => {
    const actor = context.get('actor')
    const { key } = context.req.valid('query')
    const isAsked = (entry: { readonly key: string; readonly workspace: string }): boolean =>
      isWithin(actor, entry.workspace) && (key === undefined || entry.key === key)
    const own = keys
      .list()
      .filter(({ id, workspace, revokedAt }) => revokedAt === undefined && isAsked({ key: id, workspace }))
    return context.json({
      holds: consumption.holds().filter(isAsked).map(describe),
      incidents: consumption.incidents().filter(isAsked).map(describeIncident),
      baselines: own.flatMap(({ id }) => described(id, consumption.baseline(id))).slice(0, MAX_BASELINES),
    })
  })
  app.openapi(suspendRoute, async (context) => {
    const actor = context.get('actor')
    const key = seen(actor, context.req.valid('param').key)
    return context.json(describe(await consumption.suspend(actor, key, context.req.valid('json').reason)))
  })
  app.openapi(resumeRoute, async (context) =>
    context.json(await release(context.get('actor'), context.req.valid('param').key, 'suspend')),
  )
  app.openapi(approveRoute, async (context) =>
    context.json(await release(context.get('actor'), context.req.valid('param').key, 'ask')),
  )
}

function describe({ at, ...hold }: KeyHold): HoldDescription {
  return { ...hold, since: new Date(at).toISOString() }
}

function describeIncident({ at, call, type: _, ...incident }: ConsumptionIncident): z.infer<typeof Incident> {
  return { ...incident, at: new Date(at).toISOString(), callId: call }
}

function described(key: string, baseline: Baseline | undefined): z.infer<typeof BaselineDescription>[] {
  if (baseline === undefined) return []
  const { since, models, ...rest } = baseline
  return [{ key, ...rest, since: new Date(since).toISOString(), models: [...models] }]
}
