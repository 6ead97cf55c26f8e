import { createRoute, z } from '@hono/zod-openapi'
import { readDimensions, rolledDimensions } from '../../core/record/analytics.ts'
import { measures, readAnalyticsQuery } from '../../core/record/analytics-query.ts'
import { intervals } from '../../core/record/time-buckets.ts'
import { withinWorkspace } from '../../registry/access.ts'
import type { ControlApp } from './app.ts'
import type { CallsApi } from './calls.ts'

const filter = z.union([z.string(), z.array(z.string())]).optional()
const values = z.record(z.string(), z.union([z.number(), z.string(), z.null()]))

const route = createRoute({
  method: 'get',
  path: '/api/v1/analytics',
  summary: 'Measures of calls by any dimensions over any range',
  request: {
    query: z.looseObject({
      measures: z
        .string()
        .optional()
        .openapi({ description: `Names with commas between them: ${measures.join(', ')}.` }),
      by: z
        .string()
        .optional()
        .openapi({
          description: `At most four, with commas between them: ${[...rolledDimensions, ...readDimensions].join(', ')}, metadata.<name>.`,
        }),
      from: z.string().optional().openapi({ description: 'ISO 8601 or Unix milliseconds; default a day before `to`.' }),
      to: z.string().optional().openapi({ description: 'Default now.' }),
      interval: z.enum(intervals).optional(),
      timeZone: z.string().optional().openapi({ description: 'IANA name; default UTC.' }),
      limit: z.string().optional().openapi({ description: 'Groups, 1 to 1000; default 100.' }),
      '<dimension>': filter.openapi({ description: 'Only calls with this value, or with one of several.' }),
    }),
  },
  responses: {
    200: {
      description: 'The largest groups by the first measure, and the totals of all',
      content: {
        'application/json': {
          schema: z.object({
            from: z.string(),
            to: z.string(),
            interval: z.enum(intervals).nullable(),
            timeZone: z.string(),
            by: z.array(z.string()),
            measures: z.array(z.string()),
            totals: values,
            data: z.array(
              z.object({
                group: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
                values,
                series: z.array(z.object({ start: z.string(), values })).optional(),
              }),
            ),
            groups: z.int(),
            read: z.object({ rollups: z.int(), calls: z.int() }),
          }),
        },
      },
    },
  },
})

export function addAnalyticsRoutes(app: ControlApp, { calls }: CallsApi): void {
  app.openAPIRegistry.registerPath(route)
  app.get('/api/v1/analytics', async (context) => {
    const queries = withinWorkspace(context.get('actor'), context.req.queries())
    return context.json(await calls.analytics(readAnalyticsQuery(queries, Date.now())))
  })
}
