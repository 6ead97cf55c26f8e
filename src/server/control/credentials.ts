import { createRoute, z } from '@hono/zod-openapi'
import type { SealedCredential } from '../../core/secrets/sealed-credential.ts'
import { workspaceFor } from '../../registry/access.ts'
import { idPattern, idRule } from '../config/schema.ts'
import type { KeptCredentials } from '../secrets/kept-credentials.ts'
import type { ControlApp, ControlEnv } from './app.ts'
import { bodyOf, json } from './json-of.ts'
import { invalid, readJson } from './read-json.ts'

export interface CredentialsApi {
  readonly credentials: KeptCredentials
}

const id = z.string().regex(idPattern, idRule)
export const CredentialSecret = z.string().trim().min(1).max(16_384)

const Description = z.object({
  workspace: z.string(),
  name: z.string(),
  version: z.number().openapi({ description: 'Goes up with each value.' }),
  reference: z.string().openapi({ description: 'What `apiKey` of an account names it by.' }),
  createdAt: z.string(),
  changedAt: z.string(),
})
export type CredentialDescription = z.infer<typeof Description>

const NewCredential = z.strictObject({ name: id, workspace: id.optional(), secret: CredentialSecret })
const NewValue = z.strictObject({ secret: CredentialSecret })
const params = z.object({ name: z.string() })
const query = z.strictObject({ workspace: id.optional() })

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/credentials',
  summary: 'Kept credentials of providers, by their names. None can be read',
  responses: { 200: json('Credentials', z.object({ data: z.array(Description) })) },
})
const addRoute = createRoute({
  method: 'post',
  path: '/api/v1/credentials',
  summary: 'Keeps a credential of a provider, sealed with the master key',
  request: bodyOf(NewCredential),
  responses: { 201: json('Its name', Description) },
})
const replaceRoute = createRoute({
  method: 'put',
  path: '/api/v1/credentials/{name}',
  summary: 'Another value for a kept credential; calls use it at once',
  request: { params, query, ...bodyOf(NewValue) },
  responses: { 200: json('Its name', Description) },
})
const removeRoute = createRoute({
  method: 'delete',
  path: '/api/v1/credentials/{name}',
  summary: 'Removes a kept credential',
  request: { params, query },
  responses: { 204: { description: 'Removed' } },
})

export function addCredentialRoutes(app: ControlApp, { credentials }: CredentialsApi): void {
  const placeOf = (actor: ControlEnv['Variables']['actor'], name: string, workspace: string | undefined) => ({
    name,
    workspace: workspaceFor(actor, workspace) ?? 'default',
  })
  app.openapi(listRoute, (context) =>
    context.json({ data: credentials.list(context.get('actor')).map(describeCredential) }),
  )
  app.openAPIRegistry.registerPath(addRoute)
  app.post('/api/v1/credentials', async (context) => {
    const { name, workspace, secret } = await readJson(context.req.raw, NewCredential)
    const actor = context.get('actor')
    return context.json(describeCredential(await credentials.add(actor, placeOf(actor, name, workspace), secret)), 201)
  })
  app.openAPIRegistry.registerPath(replaceRoute)
  app.put('/api/v1/credentials/:name', async (context) => {
    const asked = query.safeParse(context.req.query())
    if (!asked.success) throw invalid(asked.error)
    const { secret } = await readJson(context.req.raw, NewValue)
    const actor = context.get('actor')
    const place = placeOf(actor, context.req.param('name'), asked.data.workspace)
    return context.json(describeCredential(await credentials.replace(actor, place, secret)))
  })
  app.openapi(removeRoute, async (context) => {
    const actor = context.get('actor')
    const place = placeOf(actor, context.req.valid('param').name, context.req.valid('query').workspace)
    await credentials.remove(actor, place)
    return context.body(null, 204)
  })
}

export function describeCredential(kept: SealedCredential): CredentialDescription {
  const { workspace, name, version, createdAt, changedAt } = kept
  return {
    workspace,
    name,
    version,
    reference: workspace === 'default' ? `credential:${name}` : `credential:${workspace}/${name}`,
    createdAt: new Date(createdAt).toISOString(),
    changedAt: new Date(changedAt).toISOString(),
  }
}
