import { createRoute, z } from '@hono/zod-openapi'
import { alertKindNames, deliveryStates, type StoredAlert } from '../../core/spending/alert.ts'
import { workspaceFor } from '../../registry/access.ts'
import type { Alerts } from '../alerts/alerts.ts'
import type { ControlApp } from './app.ts'
import { readJson } from './read-json.ts'

export interface AlertsApi {
  readonly alerts: Pick<Alerts, 'list' | 'test'>
}

const AlertDescription = z.object({
  id: z.string(),
  at: z.string(),
  kind: z.enum(alertKindNames),
  workspace: z.string().nullable().openapi({ description: '`null`: the whole gateway.' }),
  subject: z.string().openapi({ description: 'The key, budget or account that it is about.' }),
  summary: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
  deliveries: z.array(
    z.object({
      receiver: z.string(),
      state: z.enum(deliveryStates),
      attempts: z.int(),
      fault: z.string().nullable().openapi({ description: 'Why the last attempt failed.' }),
      at: z.string().openapi({ description: 'Of the next attempt, or the last one.' }),
    }),
  ),
})
export type AlertDescription = z.infer<typeof AlertDescription>

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/alerts',
  summary: 'Alerts of the last 90 days, newest first, and how far they are on their way',
  request: {
    query: z.strictObject({
      workspace: z.string().optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
      before: z.string().optional().openapi({ description: 'Id of an alert: only older ones.' }),
    }),
  },
  responses: {
    200: {
      description: 'Alerts',
      content: { 'application/json': { schema: z.object({ data: z.array(AlertDescription) }) } },
    },
  },
})

const Test = z.strictObject({ receiver: z.string().min(1).max(64) })

const testRoute = createRoute({
  method: 'post',
  path: '/api/v1/alerts/test',
  summary: 'Sends a test to a receiver at once, and says whether it was taken',
  request: { body: { required: true, content: { 'application/json': { schema: Test } } } },
  responses: { 204: { description: 'It was taken' } },
})

export function addAlertRoutes(app: ControlApp, { alerts }: AlertsApi): void {
  app.openapi(listRoute, async (context) => {
    const { workspace: asked, limit, before } = context.req.valid('query')
    const workspace = workspaceFor(context.get('actor'), asked)
    const found = await alerts.list({
      limit,
      ...(workspace === undefined ? {} : { workspace }),
      ...(before === undefined ? {} : { before }),
    })
    return context.json({ data: found.map(describeAlert) })
  })
  app.openAPIRegistry.registerPath(testRoute)
  app.post('/api/v1/alerts/test', async (context) => {
    const { receiver } = await readJson(context.req.raw, Test)
    await alerts.test(receiver)
    return context.body(null, 204)
  })
}

function describeAlert({ alert, deliveries }: StoredAlert): AlertDescription {
  const { id, at, kind, workspace = null, subject, summary, details } = alert
  return {
    id,
    at: new Date(at).toISOString(),
    kind,
    workspace,
    subject,
    summary,
    details: { ...details },
    deliveries: deliveries.map(({ receiver, state, attempts, fault = null, at: tried }) => ({
      receiver,
      state,
      attempts,
      fault,
      at: new Date(tried).toISOString(),
    })),
  }
}
