import { createRoute, z } from '@hono/zod-openapi'
import type { VirtualKey } from '../../core/calls/registry.ts'
import { isJsonObject, type JsonObject } from '../../core/wire/json.ts'
import { isWithin, workspaceFor } from '../../registry/access.ts'
import type { RouteDescription } from '../routes/describe-routes.ts'
import type { Explanation, RouteQuestion } from '../routes/explain-route.ts'
import type { ControlApp } from './app.ts'
import { invalid, readJson } from './read-json.ts'

export interface RoutesApi {
  readonly routes: {
    list(): Promise<readonly RouteDescription[]>
    explain(
      question: AskedRoute,
      isSeen: (key: VirtualKey) => boolean,
    ): Promise<Explanation & { readonly workers: number }>
    /** Of a client's body. */
    maxBodyBytes(): number
  }
}

/** `key`: id of a virtual key. */
export type AskedRoute = RouteQuestion & {
  readonly key?: string | undefined
  readonly workspace?: string | undefined
}

const Health = z.object({
  circuit: z.enum(['closed', 'open', 'half-open']),
  paused: z.string().nullable(),
  pauseMs: z.number(),
  inFlight: z.number(),
  latencyMs: z.number().nullable(),
  p95Ms: z.number().nullable(),
  headroom: z.number().nullable(),
})

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/routes',
  summary: 'Routes of the configuration, and how their targets are doing',
  responses: {
    200: {
      description: 'Routes. `health` has one entry for each worker process, as each finds out for itself.',
      content: {
        'application/json': {
          schema: z.object({
            data: z.array(
              z.object({
                id: z.string(),
                aliases: z.array(z.string()),
                plan: z.looseObject({}),
                retries: z.number(),
                continue: z.boolean(),
                hedge: z.union([z.literal('p95'), z.object({ afterMs: z.number() })]).nullable(),
                shadow: z.object({ percent: z.number(), plan: z.looseObject({}) }).nullable(),
                targets: z.array(
                  z.object({
                    account: z.string(),
                    provider: z.string(),
                    model: z.string(),
                    health: z.array(Health),
                  }),
                ),
              }),
            ),
          }),
        },
      },
    },
  },
})

const ownFields = {
  route: z.string().min(1).max(256).optional().openapi({ description: 'A route by its own name.' }),
  path: z.string().max(1024).optional().openapi({ description: 'Client path; `/v1/chat/completions` when absent.' }),
  dialect: z.string().max(100).optional().openapi({ description: 'Instead of `path`: the dialect of the body.' }),
  key: z.string().max(256).optional().openapi({ description: 'Id of the virtual key that would ask.' }),
  workspace: z.string().max(256).optional(),
}

/** The client's body under `body`, with these beside it. */
const Wrapped = z.strictObject({
  ...ownFields,
  model: z.string().optional().openapi({ description: 'In place of the model of the body.' }),
  metadata: z.record(z.string(), z.string()).optional(),
  body: z.custom<JsonObject>(isJsonObject, 'must be an object').openapi({ type: 'object' }),
})

/** The fields of the client's body, and these among them. */
const Plain = z.looseObject(ownFields)

const explainRoute = createRoute({
  method: 'post',
  path: '/api/v1/routes/explain',
  summary: 'Where a call would go now, and why; nothing is sent',
  request: {
    body: { required: true, content: { 'application/json': { schema: z.union([Wrapped, Plain]) } } },
  },
  responses: {
    200: {
      description: 'The decision of the first worker process',
      content: {
        'application/json': {
          schema: z.object({
            route: z.string(),
            model: z.string(),
            endpoint: z.string(),
            decision: z.union([
              z.object({ effect: z.literal('send'), account: z.string(), provider: z.string(), model: z.string() }),
              z.object({ effect: z.literal('refuse'), errorCode: z.string(), reason: z.string() }),
            ]),
            steps: z.array(z.string()),
            byChance: z.boolean(),
            estimate: z.object({ inputTokens: z.number(), outputTokens: z.number() }).nullable(),
            candidates: z.array(
              z.object({
                account: z.string(),
                provider: z.string(),
                model: z.string(),
                place: z.number().optional(),
                passedOver: z.string().optional(),
                estimatedCostUsd: z.number().nullable(),
                health: Health,
              }),
            ),
            workers: z.number(),
          }),
        },
      },
    },
  },
})

export function addRouteRoutes(app: ControlApp, { routes }: RoutesApi): void {
  app.openAPIRegistry.registerPath(listRoute)
  app.get('/api/v1/routes', async (context) => context.json({ data: await routes.list() }))
  app.openAPIRegistry.registerPath(explainRoute)
  app.post('/api/v1/routes/explain', async (context) => {
    const sent = await readJson(context.req.raw, z.custom<JsonObject>(isJsonObject, 'must be an object'), {
      maxBytes: routes.maxBodyBytes(),
    })
    const asked = askedRoute(sent)
    const actor = context.get('actor')
    const workspace = workspaceFor(actor, asked.workspace)
    return context.json(await routes.explain({ ...asked, workspace }, ({ workspace: of }) => isWithin(actor, of)))
  })
}

function askedRoute(sent: JsonObject): AskedRoute {
  if (isJsonObject(sent['body'])) {
    const { model, body, ...asked } = parsed(Wrapped, sent)
    return { ...asked, body: model === undefined ? body : { ...body, model } }
  }
  const { route, path, dialect, key, workspace, ...body } = sent
  return { ...parsed(z.object(ownFields), { route, path, dialect, key, workspace }), body }
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw invalid(result.error)
}
