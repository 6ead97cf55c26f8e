import { createRoute, z } from '@hono/zod-openapi'
import { GatewayError } from '../../core/errors.ts'
import { type Actor, checkPermission, workspaceFor } from '../../registry/access.ts'
import { audited, signedBy } from '../audit/audit.ts'
import { idPattern, idRule } from '../config/schema.ts'
import type { SavedFilter, SavedFilters } from '../control-records/saved-filters.ts'
import type { ControlApp } from './app.ts'
import type { AuditApi } from './audit.ts'
import { bodyOf, json } from './json-of.ts'
import { readJson } from './read-json.ts'

export interface FiltersApi {
  readonly filters: SavedFilters
}

const id = z.string().regex(idPattern, idRule)
const query = z
  .record(z.string().max(150), z.string().max(600))
  .refine((fields) => Object.keys(fields).length <= 30, 'takes at most 30 fields')

const FilterRequest = z.strictObject({
  name: id,
  workspace: id.optional(),
  query: query.openapi({
    description: 'Parameters of `GET /api/v1/calls`, without `limit`, `cursor` and `workspace`.',
  }),
})
const Filter = z.object({
  name: z.string(),
  workspace: z.string(),
  query: z.record(z.string(), z.string()),
  savedAt: z.string(),
})
export type FilterDescription = z.infer<typeof Filter>

const place = {
  params: z.object({ name: z.string() }),
  query: z.strictObject({ workspace: z.string().optional().openapi({ description: 'Default: `default`.' }) }),
}
const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/filters',
  summary: 'Saved filters of calls, of one workspace',
  request: { query: place.query },
  responses: { 200: json('Filters', z.object({ data: z.array(Filter) })) },
})
const getRoute = createRoute({
  method: 'get',
  path: '/api/v1/filters/{name}',
  summary: 'One saved filter',
  request: place,
  responses: { 200: json('The filter', Filter) },
})
const saveRoute = createRoute({
  method: 'post',
  path: '/api/v1/filters',
  summary: 'Saves a filter of calls under a name',
  request: bodyOf(FilterRequest),
  responses: { 201: json('The filter', Filter) },
})
const removeRoute = createRoute({
  method: 'delete',
  path: '/api/v1/filters/{name}',
  summary: 'Removes a saved filter',
  request: place,
  responses: { 200: json('The filter that was', Filter) },
})

export function addFilterRoutes(app: ControlApp, { filters, audit }: FiltersApi & AuditApi): void {
  const found = (actor: Actor, name: string, wanted: string | undefined): SavedFilter => {
    const filter = filters.find(workspaceFor(actor, wanted) ?? 'default', name)
    if (maySee(actor, filter)) return filter
    throw new GatewayError('not_found', 'There is no saved filter of this name.')
  }
  app.openapi(listRoute, (context) => {
    const actor = context.get('actor')
    const all = filters.list(workspaceFor(actor, context.req.valid('query').workspace) ?? 'default')
    return context.json({ data: all.filter((filter) => maySee(actor, filter)).map(describe) })
  })
  app.openapi(getRoute, (context) => {
    const { name } = context.req.valid('param')
    return context.json(describe(found(context.get('actor'), name, context.req.valid('query').workspace)), 200)
  })
  app.openAPIRegistry.registerPath(saveRoute)
  app.post('/api/v1/filters', async (context) => {
    const { workspace: asked, ...given } = await readJson(context.req.raw, FilterRequest)
    const actor = context.get('actor')
    const workspace = workspaceFor(actor, asked) ?? 'default'
    if (given.query['q'] !== undefined) checkPermission(actor, 'content:read')
    const filter = { ...given, workspace, savedAt: Date.now() }
    filters.check(filter)
    // What is looked for may be private: it is in no entry.
    const entry = signedBy(actor, { action: 'filter-saved', subject: filter.name, details: { workspace } })
    await audited(audit.append, entry, () => filters.add(filter))
    return context.json(describe(filter), 201)
  })
  app.openapi(removeRoute, async (context) => {
    const actor = context.get('actor')
    const filter = found(actor, context.req.valid('param').name, context.req.valid('query').workspace)
    const { name, workspace } = filter
    const entry = signedBy(actor, { action: 'filter-removed', subject: name, details: { workspace } })
    await audited(audit.append, entry, () => filters.remove(workspace, name))
    return context.json(describe(filter), 200)
  })
}

/** What somebody looks for in prompts is shown to those who may read them. */
function maySee({ permissions }: Actor, { query: { q } }: SavedFilter): boolean {
  return q === undefined || permissions.has('content:read')
}

function describe({ savedAt, ...filter }: SavedFilter): FilterDescription {
  return { ...filter, query: { ...filter.query }, savedAt: new Date(savedAt).toISOString() }
}
