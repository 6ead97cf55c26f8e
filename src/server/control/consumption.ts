import { createRoute, z } from '@hono/zod-openapi'
import { GatewayError } from '../../core/errors.ts'
import {
  type ConsumptionIncident,
  type ConsumptionRuleId,
  consumptionActions,
  consumptionRuleIds,
  type KeyHold,
  type Lift,
} from '../../core/spending/consumption.ts'
import { type Actor, isWithin } from '../../registry/access.ts'
import type { Baseline } from '../consumption/baselines.ts'
import type { Released } from '../consumption/consumption-authority.ts'
import type { ControlApp } from './app.ts'
import type { KeysApi } from './keys.ts'

export interface ConsumptionApi {
  readonly consumption: {
    holds(): readonly KeyHold[]
    incidents(): readonly ConsumptionIncident[]
    /** What is usual of a key; `undefined`: it has not been watched. */
    baseline(key: string): Baseline | undefined
    suspend(by: Actor, key: { readonly id: string; readonly workspace: string }, reason: string): Promise<KeyHold>
    /** `undefined`: the key is not held like that. The rule leaves it alone for `forMs`, or as the configuration says. */
    release(by: Actor, key: string, kind: KeyHold['kind'], forMs?: number): Promise<Released | undefined>
    lifts(): readonly Lift[]
    lift(
      by: Actor,
      key: { readonly id: string; readonly workspace: string },
      rule: ConsumptionRuleId,
      forMs?: number,
    ): Promise<Lift>
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

const EndedHold = Hold.extend({
  quietUntil: z
    .string()
    .nullable()
    .openapi({ description: 'Until then the rule leaves the key alone; `null` for what a person suspended.' }),
})
export type EndedHoldDescription = z.infer<typeof EndedHold>

const LiftedRule = z.object({
  key: z.string(),
  workspace: z.string(),
  rule: z.enum(consumptionRuleIds),
  until: z.string(),
})
export type LiftDescription = z.infer<typeof LiftedRule>

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
      z.object({
        holds: z.array(Hold),
        lifts: z.array(LiftedRule),
        incidents: z.array(Incident),
        baselines: z.array(BaselineDescription),
      }),
    ),
  },
})

const params = z.object({ key: z.string() })
const minutes = z.number().min(0).max(10_080).optional().openapi({
  description:
    'For so long the rule leaves the key alone; 0 ends it. Default: `quietMinutes`, and of a new key until it is known.',
})
const jsonBody = <Schema extends z.ZodType>(schema: Schema, required = true) => ({
  required,
  content: { 'application/json': { schema } },
})
const forMinutes = jsonBody(z.strictObject({ minutes }), false)
const suspendRoute = createRoute({
  method: 'post',
  path: '/api/v1/consumption/{key}/suspend',
  summary: 'Suspend a key until it is resumed',
  request: { params, body: jsonBody(z.strictObject({ reason: z.string().min(1).max(500) })) },
  responses: { 200: json('The suspension', Hold) },
})
const resumeRoute = createRoute({
  method: 'post',
  path: '/api/v1/consumption/{key}/resume',
  summary: 'Resume a key that is suspended; the rule leaves it alone for a while',
  request: { params, body: forMinutes },
  responses: { 200: json('What has ended', EndedHold) },
})
const approveRoute = createRoute({
  method: 'post',
  path: '/api/v1/consumption/{key}/approve',
  summary: 'Approve what a key is held for; the rule leaves it alone for a while',
  request: { params, body: forMinutes },
  responses: { 200: json('What has ended', EndedHold) },
})
const liftRoute = createRoute({
  method: 'post',
  path: '/api/v1/consumption/{key}/lift',
  summary: 'Lift a rule of a key for a while, such as a rate that its calls are slowed to',
  request: { params, body: jsonBody(z.strictObject({ rule: z.enum(consumptionRuleIds), minutes })) },
  responses: { 200: json('Until when', LiftedRule) },
})

const MAX_BASELINES = 1000

export function addConsumptionRoutes(app: ControlApp, { consumption, keys }: ConsumptionApi & KeysApi): void {
  /** One of another workspace is not there. */
  const seen = (by: Actor, id: string): { readonly id: string; readonly workspace: string } => {
    const known = keys.list().find((key) => key.id === id && isWithin(by, key.workspace))
    if (known === undefined) throw new GatewayError('not_found', `There is no key with the id "${id}".`)
    return known
  }
  const release = async (
    by: Actor,
    id: string,
    kind: KeyHold['kind'],
    said: Said | undefined,
  ): Promise<EndedHoldDescription> => {
    const ended = await consumption.release(by, seen(by, id).id, kind, forMsOf(said))
    if (ended !== undefined) return describeEnded(ended)
    const state = kind === 'ask' ? 'waits for no approval' : 'is not suspended'
    const message = `The key "${id}" ${state}; GET /api/v1/consumption shows what is held. A rate that it is slowed to is lifted with POST /api/v1/consumption/{key}/lift.`
    throw new GatewayError('conflict', message)
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
      lifts: consumption.lifts().filter(isAsked).map(describeLift),
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
    context.json(
      await release(context.get('actor'), context.req.valid('param').key, 'suspend', context.req.valid('json')),
    ),
  )
  app.openapi(approveRoute, async (context) =>
    context.json(await release(context.get('actor'), context.req.valid('param').key, 'ask', context.req.valid('json'))),
  )
  app.openapi(liftRoute, async (context) => {
    const actor = context.get('actor')
    const key = seen(actor, context.req.valid('param').key)
    const said = context.req.valid('json')
    return context.json(describeLift(await consumption.lift(actor, key, said.rule, forMsOf(said))))
  })
}

interface Said {
  readonly minutes?: number | undefined
}

function forMsOf(said: Said | undefined): number | undefined {
  return said?.minutes === undefined ? undefined : said.minutes * 60_000
}

function describeLift({ until, ...lift }: Lift): LiftDescription {
  return { ...lift, until: new Date(until).toISOString() }
}

function describeEnded({ quietUntil, ...hold }: Released): EndedHoldDescription {
  return { ...describe(hold), quietUntil: quietUntil === undefined ? null : new Date(quietUntil).toISOString() }
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
