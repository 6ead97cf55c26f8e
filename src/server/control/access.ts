import { createRoute, z } from '@hono/zod-openapi'
import { GatewayError } from '../../core/errors.ts'
import { principals, readAccessQuery, readDecisionQuery } from '../../core/record/access.ts'
import { decisionKinds } from '../../core/record/call-decisions.ts'
import { findDecisions } from '../../observe/find-decisions.ts'
import { withinWorkspace, workspaceFor } from '../../registry/access.ts'
import type { ControlApp } from './app.ts'
import type { CallsApi } from './calls.ts'

const range = {
  from: z.string().optional().openapi({ description: 'ISO 8601 or Unix milliseconds; default a day before `to`.' }),
  to: z.string().optional().openapi({ description: 'Default now.' }),
}
const of = Object.fromEntries(principals.map((name) => [name, z.string().optional()]))

const accessRoute = createRoute({
  method: 'get',
  path: '/api/v1/access',
  summary: 'What was touched on behalf of a key, a user, an agent, a workspace: models, destinations, tools',
  request: { query: z.object({ ...of, ...range }) },
  responses: {
    200: {
      description: 'Each with the most used first',
      content: {
        'application/json': {
          schema: z.object({
            from: z.string(),
            to: z.string(),
            models: z.array(
              z.object({
                provider: z.string(),
                model: z.string(),
                calls: z.int(),
                tokens: z.number(),
                costUsd: z.number(),
              }),
            ),
            destinations: z.array(
              z.object({ account: z.string(), provider: z.string(), calls: z.int(), earlierAttempts: z.int() }),
            ),
            tools: z.array(z.object({ name: z.string(), calls: z.int() })),
            dataCategories: z.array(
              z.object({ detector: z.string(), category: z.string(), point: z.string(), calls: z.int() }),
            ),
            notes: z.array(z.string()),
          }),
        },
      },
    },
  },
})

const decisionsRoute = createRoute({
  method: 'get',
  path: '/api/v1/decisions',
  summary: 'What was decided about calls, why, and what would have happened without it; newest first',
  request: {
    query: z.object({
      ...of,
      ...range,
      kind: z.enum(decisionKinds).optional(),
      rule: z
        .string()
        .optional()
        .openapi({ description: 'Whose: the id of a guardrail, a route, a rule of consumption.' }),
      limit: z
        .string()
        .optional()
        .openapi({ description: '1 to 200; default 50. What was decided about one call stays together.' }),
      cursor: z.string().optional().openapi({ description: '`nextCursor` of the page before.' }),
    }),
  },
  responses: {
    200: {
      description: 'A page of decisions',
      content: {
        'application/json': {
          schema: z.object({
            data: z.array(z.looseObject({ id: z.string(), callId: z.string(), kind: z.enum(decisionKinds) })),
            nextCursor: z.string().nullable(),
          }),
        },
      },
    },
  },
})

const decisionRoute = createRoute({
  method: 'get',
  path: '/api/v1/decisions/{id}',
  summary:
    'What was decided under an id that an error, the header `x-portcullis-decision` or an alert names, or about a call',
  request: { params: z.object({ id: z.string() }), query: z.object({ workspace: z.string().optional() }) },
  responses: {
    200: {
      description: 'One for each guardrail and point',
      content: {
        'application/json': {
          schema: z.object({ data: z.array(z.looseObject({ id: z.string(), callId: z.string() })) }),
        },
      },
    },
  },
})

export function addAccessRoutes(app: ControlApp, { calls }: CallsApi): void {
  app.openAPIRegistry.registerPath(accessRoute)
  app.get('/api/v1/access', async (context) =>
    context.json(
      await calls.access(readAccessQuery(withinWorkspace(context.get('actor'), context.req.queries()), Date.now())),
    ),
  )
  app.openAPIRegistry.registerPath(decisionsRoute)
  app.get('/api/v1/decisions', async (context) =>
    context.json(
      await calls.decisions(
        readDecisionQuery(withinWorkspace(context.get('actor'), context.req.queries()), Date.now()),
      ),
    ),
  )
  app.openAPIRegistry.registerPath(decisionRoute)
  app.get('/api/v1/decisions/:id', async (context) => {
    const workspace = workspaceFor(context.get('actor'), context.req.query('workspace') || undefined)
    const data = await findDecisions(calls, { id: context.req.param('id'), workspace }, Date.now())
    if (data.length === 0) throw new GatewayError('not_found', 'There is no decision with this id.')
    return context.json({ data })
  })
}
