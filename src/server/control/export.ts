import { createRoute, z } from '@hono/zod-openapi'
import { GatewayError } from '../../core/errors.ts'
import { readCallQuery } from '../../core/record/call-query.ts'
import { isWithin } from '../../registry/access.ts'
import { signedBy } from '../audit/audit.ts'
import { callExports, type ExportFormat, exportedCalls, exportFormats } from '../exports/call-exports.ts'
import type { ControlApp } from './app.ts'
import type { AuditApi } from './audit.ts'
import { askedCalls, type CallsApi } from './calls.ts'
import type { FiltersApi } from './filters.ts'

const MAX_CALLS = 1_000_000
const USUAL_CALLS = 10_000

const route = createRoute({
  method: 'get',
  path: '/api/v1/calls/export',
  summary: 'Calls with their bodies as one file, newest first',
  request: {
    query: z.looseObject({
      format: z.enum(exportFormats).optional().openapi({ description: 'Default `jsonl`.' }),
      max: z
        .string()
        .optional()
        .openapi({ description: `Of calls; at most ${MAX_CALLS}, default ${USUAL_CALLS}.` }),
    }),
  },
  responses: {
    200: {
      description: 'The file. All other parameters are those of `GET /api/v1/calls`, without `limit` and `cursor`.',
      content: {
        'application/x-ndjson': { schema: z.string() },
        'application/vnd.apache.parquet': { schema: z.string().openapi({ format: 'binary' }) },
      },
    },
  },
})

/** Before the route of one call, whose id could be this word. */
export function addExportRoute(app: ControlApp, { calls, filters, audit }: CallsApi & FiltersApi & AuditApi): void {
  app.openAPIRegistry.registerPath(route)
  app.get('/api/v1/calls/export', async (context) => {
    const actor = context.get('actor')
    const { format: wanted, max: most, limit, cursor, ...asked } = context.req.query()
    for (const [param, value] of Object.entries({ limit, cursor }))
      if (value !== undefined && value !== '')
        throw invalid(param, `\`${param}\` is for pages; an export takes \`max\`.`)
    const format = formatOf(wanted)
    const max = countOf(most)
    const query = askedCalls(actor, asked, filters)
    readCallQuery(query)
    const { workspace } = query
    const details = { format, max, ...(workspace === undefined ? {} : { workspace }) }
    await audit.append(signedBy(actor, { action: 'calls-exported', subject: '', details }))
    const source = {
      list: (page: Readonly<Record<string, string>>) => calls.listCalls(readCallQuery(page)),
      async get(id: string) {
        const call = await calls.getCall(id)
        return call !== undefined && isWithin(actor, call.workspace) ? call : undefined
      },
    }
    const { contentType, extension } = callExports[format]
    return context.body(ReadableStream.from(exportedCalls(source, query, { format, max })), 200, {
      'content-type': contentType,
      'content-disposition': `attachment; filename="calls.${extension}"`,
    })
  })
}

function formatOf(wanted: string | undefined): ExportFormat {
  if (wanted === undefined || wanted === '') return 'jsonl'
  const format = exportFormats.find((known) => known === wanted)
  if (format === undefined) throw invalid('format', `\`format\` is one of ${exportFormats.join(', ')}.`)
  return format
}

function countOf(most: string | undefined): number {
  if (most === undefined || most === '') return USUAL_CALLS
  const count = /^\d{1,7}$/.test(most) ? Number(most) : 0
  if (count < 1 || count > MAX_CALLS) throw invalid('max', `\`max\` is a whole number from 1 to ${MAX_CALLS}.`)
  return count
}

function invalid(param: string, message: string): GatewayError {
  return new GatewayError('invalid_request', message, { param })
}
