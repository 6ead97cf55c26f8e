import { createRoute, z } from '@hono/zod-openapi'
import type { SessionPage, SessionQuery } from '../../core/calls/session.ts'
import { GatewayError } from '../../core/errors.ts'
import type { AccessAnswer, AccessQuery, DecisionPage, DecisionQuery } from '../../core/record/access.ts'
import type { AnalyticsAnswer, AnalyticsQuery } from '../../core/record/analytics.ts'
import { readCallQuery } from '../../core/record/call-query.ts'
import type { CallDetails, CallPage, CallQuery } from '../../core/record/call-store.ts'
import type { SpanDetails, SpanList, SpanPage, SpanPlace, SpanQuery, SpanSearch } from '../../core/record/span.ts'
import { compareAnswers } from '../../observe/compare-answers.ts'
import { type Actor, checkPermission, isWithin, workspaceFor } from '../../registry/access.ts'
import { signedBy } from '../audit/audit.ts'
import { withSavedFilter } from '../control-records/saved-filters.ts'
import type { ControlApp } from './app.ts'
import type { AuditApi } from './audit.ts'
import type { FiltersApi } from './filters.ts'

export interface CallsApi {
  readonly calls: {
    listCalls(query: CallQuery): Promise<CallPage>
    getCall(id: string): Promise<CallDetails | undefined>
    analytics(query: AnalyticsQuery): Promise<AnalyticsAnswer>
    access(query: AccessQuery): Promise<AccessAnswer>
    decisions(query: DecisionQuery): Promise<DecisionPage>
    sessions(query: SessionQuery): Promise<SessionPage>
    spans(query: SpanQuery): Promise<SpanList>
    getSpan(place: SpanPlace): Promise<SpanDetails | undefined>
    searchSpans(search: SpanSearch): Promise<SpanPage>
  }
}

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/calls',
  summary: 'Calls, newest first',
  request: {
    query: z.looseObject({
      limit: z.string().optional().openapi({ description: '1 to 200; default 50.' }),
      cursor: z.string().optional().openapi({ description: '`nextCursor` of the page before.' }),
      model: z.string().optional(),
      provider: z.string().optional(),
      account: z.string().optional(),
      key: z.string().optional(),
      workspace: z.string().optional(),
      agent: z.string().optional().openapi({ description: 'That the metadata name, as they write it.' }),
      user: z.string().optional(),
      tag: z.string().optional().openapi({ description: 'One of those in the metadata `tags`.' }),
      trace: z.string().optional(),
      session: z.string().optional(),
      status: z.string().optional().openapi({ description: '`404`, `4xx`, `5xx`, `ok` or `error`.' }),
      errorCode: z.string().optional().openapi({ description: 'As docs/ERRORS.md has them: `rate_limited`.' }),
      from: z.string().optional().openapi({ description: 'ISO 8601 or Unix milliseconds.' }),
      to: z.string().optional().openapi({ description: 'Not before `from`.' }),
      filter: z.string().optional().openapi({
        description: 'Name of a saved filter of the workspace; what is asked beside it goes before what it says.',
      }),
      feedback: z.string().optional().openapi({ description: '`any`, `good` or `bad`: what people thought of it.' }),
      q: z.string().optional().openapi({ description: 'Text of the input, the output or the error.' }),
      'metadata.<name>': z.string().optional().openapi({ description: 'Text that the metadata have for the name.' }),
    }),
  },
  responses: {
    200: {
      description: 'A page of calls, without their bodies',
      content: {
        'application/json': {
          schema: z.object({ data: z.array(z.looseObject({ id: z.string() })), nextCursor: z.string().nullable() }),
        },
      },
    },
  },
})

const oneRoute = createRoute({
  method: 'get',
  path: '/api/v1/calls/{id}',
  summary: 'One call with its input and output',
  request: { params: z.object({ id: z.string() }) },
  responses: {
    200: { description: 'The call', content: { 'application/json': { schema: z.looseObject({ id: z.string() }) } } },
  },
})

export function addCallRoutes(app: ControlApp, { calls, filters, audit }: CallsApi & FiltersApi & AuditApi): void {
  app.openAPIRegistry.registerPath(listRoute)
  app.get('/api/v1/calls', async (context) => {
    const actor = context.get('actor')
    const query = askedCalls(actor, context.req.query(), filters)
    const page = await calls.listCalls(readCallQuery(query))
    // What a search finds says what stands in prompts and replies. What was looked for may be as private.
    if (query['q'] !== undefined) {
      const details = { found: page.data.length }
      await audit.append(signedBy(actor, { action: 'calls-searched', subject: '', details }))
    }
    return context.json(page)
  })
  app.openAPIRegistry.registerPath(oneRoute)
  app.get('/api/v1/calls/:id', async (context) => {
    const call = await calls.getCall(context.req.param('id'))
    const actor = context.get('actor')
    if (call === undefined || !isWithin(actor, call.workspace))
      throw new GatewayError('not_found', 'There is no call with this id.')
    const { id, workspace } = call
    await audit.append(signedBy(actor, { action: 'call-read', subject: id, details: { workspace } }))
    if (call.shadowOf === null) return context.json(call)
    const original = await calls.getCall(call.shadowOf)
    return context.json({ ...call, comparison: original === undefined ? null : compareAnswers(original, call) })
  })
}

/** Of calls that the actor may see; a saved filter says what it says in place of its name. Throws `permission_denied`, `not_found`. */
export function askedCalls(
  actor: Actor,
  asked: Readonly<Record<string, string>>,
  filters: FiltersApi['filters'],
): Readonly<Record<string, string>> {
  const workspace = workspaceFor(actor, asked['workspace'] || undefined)
  const query = withSavedFilter({ ...asked, ...(workspace === undefined ? {} : { workspace }) }, filters)
  if (query['q'] !== undefined) checkPermission(actor, 'content:read')
  return query
}
