import { createRoute, z } from '@hono/zod-openapi'
import { GatewayError } from '../../core/errors.ts'
import { readSpanSearch } from '../../core/record/span-search.ts'
import { maxCalls } from '../../observe/newest-calls.ts'
import { readTrace } from '../../observe/read-trace.ts'
import { workspaceFor } from '../../registry/access.ts'
import { signedBy } from '../audit/audit.ts'
import type { ControlApp } from './app.ts'
import type { AuditApi } from './audit.ts'
import type { CallsApi } from './calls.ts'

const TracedCall = z.looseObject({
  id: z.string(),
  offsetMs: z.number().openapi({ description: 'From the start of the trace.' }),
  stages: z.array(
    z.object({
      stage: z.enum(['gateway', 'queue', 'classifier', 'attempt']),
      name: z.string().nullable(),
      durationMs: z.number(),
      status: z.int().nullable(),
      errorCode: z.string().nullable(),
    }),
  ),
  copies: z.array(z.looseObject({ id: z.string() })).openapi({ description: 'Its shadows, in the same form.' }),
})

const TraceNode = z.looseObject({
  type: z.enum(['call', 'span']),
  id: z.string(),
  offsetMs: z.number(),
  durationMs: z.number(),
  children: z.array(z.looseObject({ id: z.string() })).openapi({ description: 'In the same form.' }),
})

const route = createRoute({
  method: 'get',
  path: '/api/v1/traces/{id}',
  summary: 'The calls of one trace with the time of each stage, and its spans, as a tree',
  request: { params: z.object({ id: z.string() }), query: z.object({ workspace: z.string().optional() }) },
  responses: {
    200: {
      description: `The trace. \`isWhole\` is false where it has more than ${maxCalls} calls: these are the newest.`,
      content: {
        'application/json': {
          schema: z.object({
            id: z.string(),
            startedAt: z.string(),
            durationMs: z.number(),
            errors: z.int(),
            inputTokens: z.int(),
            outputTokens: z.int(),
            costUsd: z.number(),
            unpricedCalls: z.int(),
            isWhole: z.boolean(),
            calls: z.array(TracedCall),
            tree: z
              .array(TraceNode)
              .openapi({ description: 'Calls, and spans that came to `/v1/traces`, by their parents.' }),
          }),
        },
      },
    },
  },
})

const spanRoute = createRoute({
  method: 'get',
  path: '/api/v1/traces/{id}/spans/{spanId}',
  summary: 'One span with what was said in it',
  request: {
    params: z.object({ id: z.string().openapi({ description: '`traceId` of the span.' }), spanId: z.string() }),
    query: z.object({ workspace: z.string().optional() }),
  },
  responses: {
    200: {
      description: 'The span; `content` is null where nothing of it is kept.',
      content: {
        'application/json': {
          schema: z.looseObject({ id: z.string(), content: z.looseObject({}).nullable() }),
        },
      },
    },
  },
})

const searchRoute = createRoute({
  method: 'get',
  path: '/api/v1/spans',
  summary: 'Spans of programs, the ones that began last first, without what was said in them',
  request: {
    query: z.looseObject({
      workspace: z.string().optional(),
      trace: z.string().optional().openapi({ description: '32 hexadecimal digits.' }),
      service: z.string().optional(),
      name: z.string().optional().openapi({ description: 'A part of the name.' }),
      q: z.string().optional().openapi({
        description:
          'A part of the name or of an attribute; of texts that may be what was said, for who may read prompts.',
      }),
      status: z.string().optional().openapi({ description: '`ok` or `error`.' }),
      from: z.string().optional().openapi({ description: 'ISO 8601 or Unix milliseconds.' }),
      to: z.string().optional(),
      limit: z.string().optional().openapi({ description: '1 to 200; default 50.' }),
      cursor: z.string().optional().openapi({ description: '`nextCursor` of the page before.' }),
    }),
  },
  responses: {
    200: {
      description: 'A page of spans. It may be short and have a next one: 20,000 spans are looked at for each.',
      content: {
        'application/json': {
          schema: z.object({
            data: z.array(z.looseObject({ id: z.string(), traceId: z.string(), name: z.string() })),
            nextCursor: z.string().nullable(),
          }),
        },
      },
    },
  },
})

export function addTraceRoutes(app: ControlApp, { calls, audit }: CallsApi & AuditApi): void {
  app.openAPIRegistry.registerPath(route)
  app.get('/api/v1/traces/:id', async (context) => {
    const workspace = workspaceFor(context.get('actor'), context.req.query('workspace'))
    const trace = await readTrace(calls, { id: context.req.param('id'), workspace })
    if (trace === undefined) throw new GatewayError('not_found', 'There is no trace with this id.')
    return context.json(trace)
  })
  app.openAPIRegistry.registerPath(searchRoute)
  app.get('/api/v1/spans', async (context) => {
    const actor = context.get('actor')
    const asked = context.req.query()
    const workspace = workspaceFor(actor, asked['workspace'] || undefined)
    const search = readSpanSearch({ ...asked, ...(workspace === undefined ? {} : { workspace }) })
    const mayReadContent = actor.permissions.has('content:read')
    const page = await calls.searchSpans({ ...search, mayReadContent })
    // As a search in calls.
    if (search.q !== undefined && mayReadContent) {
      const details = { found: page.data.length, in: 'spans' }
      await audit.append(signedBy(actor, { action: 'calls-searched', subject: '', details }))
    }
    return context.json(page)
  })
  app.openAPIRegistry.registerPath(spanRoute)
  app.get('/api/v1/traces/:id/spans/:spanId', async (context) => {
    const actor = context.get('actor')
    const within = workspaceFor(actor, context.req.query('workspace'))
    const { id: traceId, spanId: id } = context.req.param()
    const span = await calls.getSpan({ traceId, id, ...(within === undefined ? {} : { workspace: within }) })
    if (span === undefined) throw new GatewayError('not_found', 'There is no span with this id.')
    const { workspace } = span
    const subject = `${span.traceId}/${span.id}`
    await audit.append(signedBy(actor, { action: 'span-read', subject, details: { workspace } }))
    return context.json(span)
  })
}
