import { createRoute, z } from '@hono/zod-openapi'
import { GatewayError } from '../../core/errors.ts'
import { guardrailActions, type KeptPolicy } from '../../core/inspection/guardrail.ts'
import { describedGuardrail, describedPresets, nameOf, policyChanges } from '../../policy/guardrails/policy-changes.ts'
import type { PolicyVersions } from '../inspection/policy-versions.ts'
import type { ControlApp } from './app.ts'
import { json } from './json-of.ts'

export interface PoliciesApi {
  readonly policies: Pick<PolicyVersions, 'list' | 'read'> & { current(): string }
}

const Version = z.object({ version: z.string(), since: z.string(), isInUse: z.boolean() })
const Policy = Version.extend({
  onError: z.enum(['deny', 'allow']),
  unreadable: z.enum(['deny', 'allow']),
  presets: z.array(z.string()).openapi({ description: 'Who has which preset, in words. None: all have the same.' }),
  guardrails: z.array(
    z.object({
      id: z.string(),
      detector: z.string(),
      state: z.enum(['shadow', 'enforce']),
      action: z.enum(guardrailActions),
      text: z.string().openapi({ description: 'What it does, in words.' }),
    }),
  ),
})
const Changes = z.object({
  from: z.string(),
  to: z.string(),
  changes: z.array(
    z.object({
      guardrail: z.string().optional(),
      kind: z.enum(['added', 'removed', 'changed']),
      text: z.string(),
    }),
  ),
})
export type PolicyVersion = z.infer<typeof Version>
export type PolicyDescription = z.infer<typeof Policy>
export type PolicyDifference = z.infer<typeof Changes>

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/policies',
  summary: 'Versions of the policy of this gateway, as decisions name them, the newest first',
  responses: { 200: json('At most 500', z.object({ data: z.array(Version) })) },
})
const readRoute = createRoute({
  method: 'get',
  path: '/api/v1/policies/{version}',
  summary: 'What a version of the policy said',
  request: { params: z.object({ version: z.string() }) },
  responses: { 200: json('The policy', Policy) },
})
const changesRoute = createRoute({
  method: 'get',
  path: '/api/v1/policies/{version}/changes',
  summary: 'What changed from one version of the policy to another',
  request: {
    params: z.object({ version: z.string() }),
    query: z.strictObject({ to: z.string().optional().openapi({ description: 'Default: the one in use.' }) }),
  },
  responses: { 200: json('What was added, removed and changed, in words', Changes) },
})

export function addPolicyRoutes(app: ControlApp, { policies }: PoliciesApi): void {
  const seen = (version: string): KeptPolicy => {
    const policy = policies.read(version)
    if (policy !== undefined) return policy
    throw new GatewayError('not_found', `No policy with the version "${version.slice(0, 100)}" is kept.`)
  }
  const described = ({ version, since }: Pick<KeptPolicy, 'version' | 'since'>): PolicyVersion => ({
    version,
    since: new Date(since).toISOString(),
    isInUse: version === policies.current(),
  })
  app.openapi(listRoute, (context) => context.json({ data: policies.list().map(described) }))
  app.openapi(readRoute, (context) => {
    const policy = seen(context.req.valid('param').version)
    const { onError, unreadable } = policy
    const guardrails = policy.guardrails.map((one) => {
      const { detector, state, action } = one
      return { id: nameOf(one), detector, state, action, text: describedGuardrail(one) }
    })
    return context.json({
      ...described(policy),
      onError,
      unreadable,
      presets: [...describedPresets(policy)],
      guardrails,
    })
  })
  app.openapi(changesRoute, (context) => {
    const before = seen(context.req.valid('param').version)
    const after = seen(context.req.valid('query').to ?? policies.current())
    return context.json({ from: before.version, to: after.version, changes: [...policyChanges(before, after)] })
  })
}
