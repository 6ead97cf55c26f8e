import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { VirtualKey } from '../../core/registry.ts'
import type { KeyPair } from '../../registry/key-pairs.ts'
import { idPattern, idRule } from '../config/schema.ts'
import { readJson } from './read-json.ts'

export interface KeysApi {
  readonly keys: {
    list(): readonly VirtualKey[]
    /** Makes a key that works at once; the only time that it is seen. Throws `conflict`. */
    create(wanted: { readonly id: string; readonly workspace: string; readonly models: readonly string[] }): {
      readonly key: string
      readonly record: VirtualKey
      /** Sentences about patterns that no model fits now. */
      readonly warnings: readonly string[]
    }
    /** The key as AWS SDKs take one: an id and a secret to sign with. Always the same. Throws `not_found` or `revoked_key`. */
    pair(id: string): KeyPair
    /** Stops a key at once. Throws `not_found`, or `conflict` for a key that the file owns. */
    revoke(id: string): void
  }
}

const KeyDescription = z.object({
  id: z.string(),
  workspace: z.string(),
  models: z.array(z.string()),
  source: z.string(),
  createdAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
})

const NewKey = z.strictObject({
  id: z.string().regex(idPattern, idRule),
  workspace: z.string().regex(idPattern, idRule).optional(),
  models: z.array(z.string().min(1).max(200)).max(1000).optional(),
})

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/keys',
  summary: 'Virtual keys, without the keys themselves',
  responses: {
    200: {
      description: 'Keys',
      content: { 'application/json': { schema: z.object({ data: z.array(KeyDescription) }) } },
    },
  },
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

export function addKeyRoutes(app: OpenAPIHono, { keys }: KeysApi): void {
  app.openapi(listRoute, (context) => context.json({ data: keys.list().map(describe) }))
  app.openAPIRegistry.registerPath(createKeyRoute)
  app.post('/api/v1/keys', async (context) => {
    const { id, workspace = 'default', models = ['*'] } = await readJson(context.req.raw, NewKey)
    const { key, record, warnings } = keys.create({ id, workspace, models })
    return context.json({ ...describe(record), key, warnings }, 201)
  })
  app.openapi(pairRoute, (context) => context.json({ ...keys.pair(context.req.valid('param').id) }))
  app.openapi(revokeRoute, (context) => {
    keys.revoke(context.req.valid('param').id)
    return context.body(null, 204)
  })
}

function describe({ id, workspace, models, source, createdAt, revokedAt }: VirtualKey) {
  return {
    id,
    workspace,
    models: [...models],
    source,
    createdAt: createdAt === 0 ? null : new Date(createdAt).toISOString(),
    revokedAt: revokedAt === undefined ? null : new Date(revokedAt).toISOString(),
  }
}
