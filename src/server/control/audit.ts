import { createRoute, z } from '@hono/zod-openapi'
import { AuditEntry } from '../../core/record/audit.ts'
import { Checkpoint } from '../../observe/audit/checkpoint.ts'
import type { Audit } from '../audit/audit.ts'
import type { ControlApp } from './app.ts'
import { json } from './json-of.ts'

export interface AuditApi {
  readonly audit: Audit
}

const count = z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)
const hashes = z.array(z.string())
const ok = <Schema extends z.ZodType>(description: string, schema: Schema) => ({ 200: json(description, schema) })

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/audit',
  summary: 'Entries of the audit log, in their order',
  request: {
    query: z.strictObject({
      from: count.default(0).openapi({ description: 'The first entry. Default 0.' }),
      limit: count.min(1).max(200).default(50),
    }),
  },
  responses: ok('Entries, and how many there are in all', z.object({ data: z.array(AuditEntry), size: z.number() })),
})

const proofRoute = createRoute({
  method: 'get',
  path: '/api/v1/audit/{seq}/proof',
  summary: 'That an entry is in the tree of a checkpoint (RFC 9162, 2.1.3)',
  request: { params: z.object({ seq: count }), query: z.strictObject({ size: count.min(1).optional() }) },
  responses: ok(
    'The entry, its leaf, the path and the signed root',
    z.object({ entry: AuditEntry, size: z.number(), leafHash: z.string(), path: hashes, checkpoint: Checkpoint }),
  ),
})

const consistencyRoute = createRoute({
  method: 'get',
  path: '/api/v1/audit/consistency',
  summary: 'That the tree of `to` entries begins with that of `from` (RFC 9162, 2.1.4)',
  request: { query: z.strictObject({ from: count.min(1), to: count.min(1).optional() }) },
  responses: ok('The proof', z.object({ from: z.number(), to: z.number(), proof: hashes })),
})

const checkpointRoute = createRoute({
  method: 'get',
  path: '/api/v1/audit/checkpoint',
  summary: 'The tree as it is now, signed',
  responses: ok('The checkpoint, with the public key', Checkpoint),
})

export function addAuditRoutes(app: ControlApp, { audit }: AuditApi): void {
  app.openapi(listRoute, async (context) => {
    const { from, limit } = context.req.valid('query')
    return context.json({ data: [...(await audit.entries(from, limit))], size: await audit.size() })
  })
  app.openapi(consistencyRoute, async (context) => {
    const { from, to } = context.req.valid('query')
    const { proof, ...sizes } = await audit.consistency(from, to)
    return context.json({ ...sizes, proof: [...proof] })
  })
  app.openapi(checkpointRoute, async (context) => context.json(await audit.checkpoint()))
  app.openapi(proofRoute, async (context) => {
    const { path, ...inclusion } = await audit.inclusion(
      context.req.valid('param').seq,
      context.req.valid('query').size,
    )
    return context.json({ ...inclusion, path: [...path], checkpoint: await audit.checkpoint(inclusion.size) })
  })
}
