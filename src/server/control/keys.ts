import { createRoute, z } from '@hono/zod-openapi'
import { priorities, type VirtualKey } from '../../core/calls/registry.ts'
import { inUnits, measures, periods } from '../../core/spending/budget.ts'
import { type Actor, isWithin, workspaceFor } from '../../registry/access.ts'
import type { KeyPair } from '../../registry/key-pairs.ts'
import { idPattern, idRule } from '../config/schema.ts'
import { KeySettings, maxOverlapSeconds } from '../keys/key-settings.ts'
import type { ControlApp } from './app.ts'
import { readJson } from './read-json.ts'

export interface KeysApi {
  readonly keys: {
    list(): readonly VirtualKey[]
    /** Throws `not_found`. */
    get(by: Actor, id: string): VirtualKey
    /** Makes a key that works at once; the only time that it is seen. Throws `conflict`, or `invalid_request` for its budgets. */
    create(
      by: Actor,
      wanted: KeySettings & { readonly id: string; readonly workspace: string },
    ): Promise<{
      readonly key: string
      readonly record: VirtualKey
      readonly warnings: Warnings
    }>
    /** What is not given stays. Throws `not_found`, `revoked_key`, `invalid_request`, or `conflict` for a key that the file owns. */
    change(
      by: Actor,
      id: string,
      changes: KeySettings,
    ): Promise<{ readonly record: VirtualKey; readonly warnings: Warnings }>
    /** Another value for the key; the one before works as long beside it. Throws as `change` does. */
    rotate(
      by: Actor,
      id: string,
      overlapSeconds: number,
    ): Promise<{ readonly key: string; readonly record: VirtualKey }>
    /** The key as AWS SDKs take one: an id and a secret to sign with. Always the same. Throws `not_found` or `revoked_key`. */
    pair(by: Actor, id: string): Promise<KeyPair>
    /** Stops a key at once. Throws `not_found`, or `conflict` for a key that the file owns. */
    revoke(by: Actor, id: string): Promise<void>
  }
}

/** Sentences about what a key is bound to that is not there now. */
type Warnings = readonly string[]

/** `null`: anything. */
const bounds = z.array(z.string()).nullable()

const KeyDescription = z.object({
  id: z.string(),
  workspace: z.string(),
  models: z.array(z.string()),
  source: z.string(),
  owner: z.string().nullable(),
  priority: z.enum(priorities),
  providers: bounds,
  dataRegions: bounds,
  endpoints: bounds,
  networks: bounds,
  agents: bounds,
  requireMetadata: bounds,
  budgets: z.array(z.object({ measure: z.enum(measures), amount: z.number(), per: z.enum(periods).nullable() })),
  createdAt: z.string().nullable(),
  expiresAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
})
export type KeyDescription = z.infer<typeof KeyDescription>

const NewKey = KeySettings.extend({
  id: z.string().regex(idPattern, idRule),
  workspace: z.string().regex(idPattern, idRule).optional(),
})

const Rotation = z.strictObject({
  overlapSeconds: z
    .int()
    .min(0)
    .max(maxOverlapSeconds)
    .optional()
    .openapi({ description: 'How long the value before works too. Default 0.' }),
})

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/keys',
  summary: 'Virtual keys, without the keys themselves',
  request: { query: z.strictObject({ workspace: z.string().optional() }) },
  responses: {
    200: {
      description: 'Keys',
      content: { 'application/json': { schema: z.object({ data: z.array(KeyDescription) }) } },
    },
  },
})

const oneRoute = createRoute({
  method: 'get',
  path: '/api/v1/keys/{id}',
  summary: 'One virtual key, without the key itself',
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: { description: 'The key', content: { 'application/json': { schema: KeyDescription } } } },
})

const createKeyRoute = createRoute({
  method: 'post',
  path: '/api/v1/keys',
  summary: 'A new virtual key; the reply is the only time that it is shown',
  request: { body: { required: true, content: { 'application/json': { schema: NewKey } } } },
  responses: {
    201: {
      description: 'The key',
      content: {
        'application/json': { schema: KeyDescription.extend({ key: z.string(), warnings: z.array(z.string()) }) },
      },
    },
  },
})

const KeyWithValue = KeyDescription.extend({ key: z.string() })

const changeRoute = createRoute({
  method: 'patch',
  path: '/api/v1/keys/{id}',
  summary: 'Changes a virtual key that was made by the API; what is not given stays',
  request: {
    params: z.object({ id: z.string() }),
    body: { required: true, content: { 'application/json': { schema: KeySettings } } },
  },
  responses: {
    200: {
      description: 'The key',
      content: { 'application/json': { schema: KeyDescription.extend({ warnings: z.array(z.string()) }) } },
    },
  },
})

const rotateRoute = createRoute({
  method: 'post',
  path: '/api/v1/keys/{id}/rotate',
  summary: 'Another value for a virtual key; the reply is the only time that it is shown',
  request: {
    params: z.object({ id: z.string() }),
    body: { required: true, content: { 'application/json': { schema: Rotation } } },
  },
  responses: { 200: { description: 'The key', content: { 'application/json': { schema: KeyWithValue } } } },
})

const pairRoute = createRoute({
  method: 'post',
  path: '/api/v1/keys/{id}/key-pair',
  summary: 'The key pair with which clients of AWS sign as this key; always the same',
  request: { params: z.object({ id: z.string() }) },
  responses: {
    200: {
      description: 'The pair',
      content: {
        'application/json': { schema: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }) },
      },
    },
  },
})

const revokeRoute = createRoute({
  method: 'delete',
  path: '/api/v1/keys/{id}',
  summary: 'Revokes a virtual key at once',
  request: { params: z.object({ id: z.string() }) },
  responses: { 204: { description: 'Revoked' } },
})

export function addKeyRoutes(app: ControlApp, { keys }: KeysApi): void {
  app.openapi(listRoute, (context) => {
    const actor = context.get('actor')
    const asked = workspaceFor(actor, context.req.valid('query').workspace)
    const listed = keys
      .list()
      .filter(({ workspace }) => isWithin(actor, workspace) && (asked === undefined || workspace === asked))
    return context.json({ data: listed.map(describeKey) })
  })
  app.openapi(oneRoute, (context) =>
    context.json(describeKey(keys.get(context.get('actor'), context.req.valid('param').id))),
  )
  app.openAPIRegistry.registerPath(createKeyRoute)
  app.post('/api/v1/keys', async (context) => {
    const { workspace: asked, ...wanted } = await readJson(context.req.raw, NewKey)
    const actor = context.get('actor')
    const workspace = workspaceFor(actor, asked) ?? 'default'
    const { key, record, warnings } = await keys.create(actor, { workspace, ...wanted })
    return context.json({ ...describeKey(record), key, warnings }, 201)
  })
  app.openAPIRegistry.registerPath(changeRoute)
  app.patch('/api/v1/keys/:id', async (context) => {
    const changes = await readJson(context.req.raw, KeySettings)
    const { record, warnings } = await keys.change(context.get('actor'), context.req.param('id'), changes)
    return context.json({ ...describeKey(record), warnings })
  })
  app.openAPIRegistry.registerPath(rotateRoute)
  app.post('/api/v1/keys/:id/rotate', async (context) => {
    const { overlapSeconds = 0 } = await readJson(context.req.raw, Rotation)
    const { key, record } = await keys.rotate(context.get('actor'), context.req.param('id'), overlapSeconds)
    return context.json({ ...describeKey(record), key })
  })
  app.openapi(pairRoute, async (context) =>
    context.json({ ...(await keys.pair(context.get('actor'), context.req.valid('param').id)) }),
  )
  app.openapi(revokeRoute, async (context) => {
    await keys.revoke(context.get('actor'), context.req.valid('param').id)
    return context.body(null, 204)
  })
}

/** As the API lists a key. */
export function describeKey(key: VirtualKey): KeyDescription {
  const { id, workspace, models, source, owner = null, priority = 'normal', budgets = [], scope = {} } = key
  const time = (at: number | undefined): string | null =>
    at === undefined || at === 0 ? null : new Date(at).toISOString()
  return {
    id,
    workspace,
    models: [...models],
    source,
    owner,
    priority,
    providers: listed(scope.providers),
    dataRegions: listed(scope.dataRegions),
    endpoints: listed(scope.endpoints),
    networks: listed(scope.networks),
    agents: listed(scope.agents),
    requireMetadata: listed(scope.requireMetadata),
    budgets: budgets.map(({ measure, amount, window }) => ({
      measure,
      amount: inUnits(measure, amount),
      per: window?.per ?? null,
    })),
    createdAt: time(key.createdAt),
    expiresAt: time(key.expiresAt),
    revokedAt: time(key.revokedAt),
  }
}

function listed(texts: readonly string[] | undefined): string[] | null {
  return texts === undefined ? null : [...texts]
}
