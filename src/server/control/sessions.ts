import { createRoute, z } from '@hono/zod-openapi'
import { readSessionQuery } from '../../core/calls/session.ts'
import { GatewayError } from '../../core/errors.ts'
import { maxCalls } from '../../observe/newest-calls.ts'
import { readSession } from '../../observe/read-session.ts'
import { workspaceFor } from '../../registry/access.ts'
import type { ControlApp } from './app.ts'
import type { CallsApi } from './calls.ts'

const totals = {
  startedAt: z.string(),
  durationMs: z.number(),
  errors: z.int(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  costUsd: z.number(),
  unpricedCalls: z.int(),
}

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/sessions',
  summary: 'Sessions, the ones that were used last first',
  request: {
    query: z.object({
      workspace: z.string().optional(),
      limit: z.string().optional().openapi({ description: '1 to 200; default 50.' }),
      cursor: z.string().optional().openapi({ description: '`nextCursor` of the page before.' }),
      from: z.string().optional().openapi({ description: 'ISO 8601 or Unix milliseconds, of the newest call.' }),
      to: z.string().optional(),
    }),
  },
  responses: {
    200: {
      description: 'A page of sessions',
      content: {
        'application/json': {
          schema: z.object({
            data: z.array(
              z.object({ id: z.string(), workspace: z.string(), ...totals, calls: z.int(), traces: z.int() }),
            ),
            nextCursor: z.string().nullable(),
          }),
        },
      },
    },
  },
})

const oneRoute = createRoute({
  method: 'get',
  path: '/api/v1/sessions/{id}',
  summary: 'The traces of one session, with their calls and what they took',
  request: { params: z.object({ id: z.string() }), query: z.object({ workspace: z.string().optional() }) },
  responses: {
    200: {
      description: `The session. \`isWhole\` is false where it has more than ${maxCalls} calls: these are the newest.`,
      content: {
        'application/json': {
          schema: z.object({
            id: z.string(),
            ...totals,
            calls: z.int(),
            isWhole: z.boolean(),
            traces: z.array(
              z.object({
                id: z.string().nullable(),
                workspace: z.string(),
                ...totals,
                calls: z.array(z.looseObject({ id: z.string() })),
              }),
            ),
          }),
        },
      },
    },
  },
})

export function addSessionRoutes(app: ControlApp, { calls }: CallsApi): void {
  app.openAPIRegistry.registerPath(listRoute)
  app.get('/api/v1/sessions', async (context) => {
    const query = readSessionQuery(context.req.query())
    const workspace = workspaceFor(context.get('actor'), query.workspace)
    return context.json(await calls.sessions({ ...query, ...(workspace === undefined ? {} : { workspace }) }))
  })
  app.openAPIRegistry.registerPath(oneRoute)
  app.get('/api/v1/sessions/:id', async (context) => {
    const workspace = workspaceFor(context.get('actor'), context.req.query('workspace'))
    const session = await readSession(calls.listCalls, { id: context.req.param('id'), workspace })
    if (session === undefined) throw new GatewayError('not_found', 'There is no session with this id.')
    return context.json(session)
  })
}
