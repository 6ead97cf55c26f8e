import { createRoute, z } from '@hono/zod-openapi'
import type { LegalHold } from '../../core/record/retention.ts'
import { isWithin, workspaceFor } from '../../registry/access.ts'
import { idPattern, idRule } from '../config/schema.ts'
import type { CheckWorkspace } from '../privacy/known-workspace.ts'
import type { Privacy } from '../privacy/privacy.ts'
import type { ControlApp } from './app.ts'
import { bodyOf, json } from './json-of.ts'
import { readJson } from './read-json.ts'

export interface PrivacyApi {
  readonly privacy: Pick<Privacy, 'holds' | 'place' | 'release' | 'erase'>
  readonly checkWorkspace: CheckWorkspace
}

const workspace = z.string().regex(idPattern, idRule)
const name = z.string().min(1).max(512)

const HoldRequest = z.strictObject({
  workspace,
  user: name.optional().openapi({ description: 'Only calls that name this end user.' }),
  key: name.optional().openapi({ description: 'Only calls of this virtual key, by its id.' }),
  trace: name.optional().openapi({ description: 'Only calls of this trace.' }),
  reason: z.string().min(1).max(1000),
})
const ErasureRequest = z.strictObject({
  workspace,
  user: name.openapi({ description: 'The end user, in any writing that budgets take for the same.' }),
})

const Hold = z.object({
  id: z.string(),
  workspace: z.string(),
  user: z.string().nullable(),
  key: z.string().nullable(),
  trace: z.string().nullable(),
  reason: z.string(),
  placedAt: z.string(),
})
export type HoldDescription = z.infer<typeof Hold>

const Certificate = z.object({
  workspace: z.string(),
  user: z.string(),
  users: z
    .array(z.string())
    .openapi({ description: 'How the record had written the name: all that budgets take for the same.' }),
  salt: z.string().openapi({ description: 'Kept nowhere else.' }),
  subjectSha256: z.string().openapi({ description: 'Of salt, workspace and user, each on a line of its own.' }),
  erasedAt: z.string(),
  calls: z.number(),
  bodies: z.number(),
  spans: z
    .number()
    .openapi({ description: 'Of the traces of those calls, and of traces in which a span names the user.' }),
  replies: z.number(),
  callsSha256: z
    .string()
    .openapi({ description: 'Of the ids of the calls, oldest first, a line feed between two and none at the end.' }),
  held: z.number().openapi({ description: 'Calls left as they are, for a legal hold.' }),
  heldSpans: z.number(),
  cache: z.object({ purged: z.number(), workers: z.number(), unanswered: z.number() }),
  notSearched: z.array(z.string()),
  entry: z.number().openapi({ description: 'Place in the audit log.' }),
})
export type CertificateDescription = z.infer<typeof Certificate>

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/holds',
  summary: 'Legal holds: calls that are not taken away',
  responses: { 200: json('Holds', z.object({ data: z.array(Hold) })) },
})
const placeRoute = createRoute({
  method: 'post',
  path: '/api/v1/holds',
  summary: 'Keeps calls of a workspace as they are, until it is released',
  request: bodyOf(HoldRequest),
  responses: { 201: json('The hold', Hold) },
})
const releaseRoute = createRoute({
  method: 'delete',
  path: '/api/v1/holds/{id}',
  summary: 'Releases a legal hold',
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: json('The hold that was', Hold) },
})
const eraseRoute = createRoute({
  method: 'post',
  path: '/api/v1/erasures',
  summary: 'Takes an end user, and what was said in its calls, out of the record, kept replies and caches',
  request: bodyOf(ErasureRequest),
  responses: { 201: json('What was erased', Certificate) },
})

export function addPrivacyRoutes(app: ControlApp, { privacy, checkWorkspace }: PrivacyApi): void {
  app.openapi(listRoute, (context) =>
    context.json({
      data: privacy
        .holds()
        .filter(({ workspace: of }) => isWithin(context.get('actor'), of))
        .map(describe),
    }),
  )
  app.openAPIRegistry.registerPath(placeRoute)
  app.post('/api/v1/holds', async (context) => {
    const { user, key, trace, ...asked } = await readJson(context.req.raw, HoldRequest)
    const named = {
      ...(user === undefined ? {} : { user }),
      ...(key === undefined ? {} : { key }),
      ...(trace === undefined ? {} : { trace }),
    }
    const actor = context.get('actor')
    workspaceFor(actor, asked.workspace)
    await checkWorkspace(actor, asked.workspace)
    return context.json(describe(await privacy.place(actor, { ...asked, ...named })), 201)
  })
  app.openapi(releaseRoute, async (context) =>
    context.json(describe(await privacy.release(context.get('actor'), context.req.valid('param').id)), 200),
  )
  app.openAPIRegistry.registerPath(eraseRoute)
  app.post('/api/v1/erasures', async (context) => {
    const subject = await readJson(context.req.raw, ErasureRequest)
    const actor = context.get('actor')
    workspaceFor(actor, subject.workspace)
    await checkWorkspace(actor, subject.workspace)
    return context.json(await privacy.erase(actor, subject), 201)
  })
}

function describe({ user, key, trace, placedAt, ...hold }: LegalHold): HoldDescription {
  return {
    ...hold,
    user: user ?? null,
    key: key ?? null,
    trace: trace ?? null,
    placedAt: new Date(placedAt).toISOString(),
  }
}
