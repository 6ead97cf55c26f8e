import { createRoute, z } from '@hono/zod-openapi'
import type { CacheMatch } from '../../core/calls/cache.ts'
import { GatewayError } from '../../core/errors.ts'
import { isWithin, workspaceFor } from '../../registry/access.ts'
import { audited, signedBy } from '../audit/audit.ts'
import { idPattern, idRule } from '../config/schema.ts'
import type { ControlApp } from './app.ts'
import type { AuditApi } from './audit.ts'
import type { CallsApi } from './calls.ts'

export interface CacheApi extends CallsApi {
  /** Takes the answer away wherever it is kept, and asks more of its partition. */
  reportAnswer(match: CacheMatch, workspace: string): void
  purgeCache(workspace: string, tag?: string): Promise<Purge>
}

export interface Purge {
  /** What stands in several places counts in each. */
  readonly purged: number
  readonly workers: number
  /** Workers that did not answer in time, and may have kept what they had. */
  readonly unanswered: number
}

const purgeRoute = createRoute({
  method: 'delete',
  path: '/api/v1/cache',
  summary: 'Takes answers out of the cache, in all workers',
  request: {
    query: z.strictObject({
      workspace: z.string().regex(idPattern, idRule),
      tag: z
        .string()
        .min(1)
        .max(128)
        .optional()
        .openapi({ description: 'Only answers that were given this tag. Without it: all of the workspace.' }),
    }),
  },
  responses: {
    200: {
      description: 'How many; what stands in several places counts in each',
      content: {
        'application/json': {
          schema: z.object({ purged: z.number(), workers: z.number(), unanswered: z.number() }),
        },
      },
    },
  },
})

const reportRoute = createRoute({
  method: 'post',
  path: '/api/v1/cache/{id}/report',
  summary: 'A call was answered from the semantic cache, and wrongly: the answer goes, and its partition asks for more',
  request: {
    params: z.object({ id: z.string().openapi({ description: 'Id of the call that was answered wrongly.' }) }),
  },
  responses: {
    200: {
      description: 'The kept question that the call was taken for, and how close it was',
      content: {
        'application/json': {
          schema: z.object({ cacheMatch: z.object({ id: z.string(), score: z.number() }) }),
        },
      },
    },
  },
})

export function addCacheRoutes(app: ControlApp, { calls, reportAnswer, purgeCache, audit }: CacheApi & AuditApi): void {
  app.openapi(purgeRoute, async (context) => {
    const { workspace, tag } = context.req.valid('query')
    const actor = context.get('actor')
    workspaceFor(actor, workspace)
    const draft = signedBy(actor, { action: 'cache-purged', subject: workspace, details: { tag } })
    return context.json(await audited(audit.append, draft, () => purgeCache(workspace, tag)))
  })
  app.openAPIRegistry.registerPath(reportRoute)
  app.post('/api/v1/cache/:id/report', async (context) => {
    const call = await calls.getCall(context.req.param('id'))
    const actor = context.get('actor')
    if (call === undefined || !isWithin(actor, call.workspace))
      throw new GatewayError('not_found', 'There is no call with this id.')
    const { cacheMatch } = call
    if (cacheMatch === null)
      throw new GatewayError('invalid_request', 'The semantic cache took this call for no other one.', { param: 'id' })
    const draft = signedBy(actor, { action: 'answer-reported', subject: call.id, details: {} })
    await audited(audit.append, draft, () => reportAnswer(cacheMatch, call.workspace))
    return context.json({ cacheMatch })
  })
}
