import { createRoute, z } from '@hono/zod-openapi'
import { agentIn } from '../../core/calls/caller-names.ts'
import { GatewayError } from '../../core/errors.ts'
import type { Approval } from '../../core/inspection/approval.ts'
import type { GuardrailDecision } from '../../core/inspection/guardrail.ts'
import { readDecisionQuery } from '../../core/record/access.ts'
import type { CallDetails } from '../../core/record/call-store.ts'
import { isJsonObject } from '../../core/wire/json.ts'
import { type Actor, isWithin, withinWorkspace } from '../../registry/access.ts'
import type { ApprovalsApi } from '../inspection/approvals.ts'
import type { ControlApp } from './app.ts'
import type { CallsApi } from './calls.ts'

const MAX_PENDING = 50

const Pending = z.object({
  id: z.string().openapi({ description: 'The decision, as the refused call names it.' }),
  callId: z.string(),
  at: z.string(),
  workspace: z.string(),
  key: z.string(),
  model: z.string().nullable(),
  agent: z.string().nullable().openapi({ description: 'As the call names it; an approval is for no other one.' }),
  user: z.string().nullable(),
  guardrails: z.array(z.string()),
  rules: z.array(z.string()).openapi({ description: 'What was found, by its name. The call has the places.' }),
})
const Decided = z.object({
  id: z.string(),
  verdict: z.enum(['approved', 'rejected']),
  workspace: z.string(),
  key: z.string(),
  guardrails: z.array(z.string()),
  by: z.string(),
  reason: z.string().optional(),
  at: z.string(),
  expiresAt: z.string(),
})
export type PendingApproval = z.infer<typeof Pending>
export type DecidedApproval = z.infer<typeof Decided>

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/approvals',
  summary: 'Calls that guardrails ask about: what waits since a day, newest first, and what was said of others',
  responses: {
    200: {
      description: 'At most 50 that wait',
      content: {
        'application/json': { schema: z.object({ pending: z.array(Pending), decided: z.array(Decided) }) },
      },
    },
  },
})

const Verdict = z.strictObject({
  verdict: z.enum(['approve', 'reject']),
  minutes: z
    .int()
    .min(1)
    .max(7 * 24 * 60)
    .default(60)
    .openapi({
      description: 'For so long the same call, of the same key, agent and user, passes. Default 60, at most a week.',
    }),
  reason: z.string().min(1).max(500).optional(),
})

const decideRoute = createRoute({
  method: 'post',
  path: '/api/v1/approvals/{id}',
  summary: 'Approve or reject a call that a guardrail asks about',
  request: {
    params: z.object({ id: z.string() }),
    body: { required: true, content: { 'application/json': { schema: Verdict } } },
  },
  responses: { 200: { description: 'What holds now', content: { 'application/json': { schema: Decided } } } },
})

export function addApprovalRoutes(app: ControlApp, { approvals, calls }: ApprovalsApi & CallsApi): void {
  app.openapi(listRoute, async (context) => {
    const actor = context.get('actor')
    const decided = approvals.list().filter(({ workspace }) => isWithin(actor, workspace))
    const query = withinWorkspace(actor, { kind: ['guardrail'], limit: ['200'] })
    const { data } = await calls.decisions(readDecisionQuery(query, Date.now()))
    const ids = new Set(
      data.filter(({ effect, state }) => effect === 'ask' && state === 'enforce').map((one) => one.callId),
    )
    const seen = new Set(decided.map(({ digest }) => digest))
    const pending: PendingApproval[] = []
    for (const id of [...ids].slice(0, MAX_PENDING)) {
      const call = await calls.getCall(id)
      const asked = call && askedOf(call)
      if (asked === undefined || seen.has(asked.digest)) continue
      seen.add(asked.digest)
      pending.push(asked.pending)
    }
    return context.json({ pending, decided: decided.map(described) })
  })
  app.openapi(decideRoute, async (context) => {
    const actor = context.get('actor')
    const { id } = context.req.valid('param')
    const { verdict, minutes, reason } = context.req.valid('json')
    const { pending, digest } = await asked(actor, id)
    const approval = await approvals.decide(actor, {
      id,
      verdict: verdict === 'approve' ? 'approved' : 'rejected',
      workspace: pending.workspace,
      key: pending.key,
      guardrails: pending.guardrails,
      digest,
      ...(reason === undefined ? {} : { reason }),
      expiresAt: Date.now() + minutes * 60_000,
    })
    return context.json(described(approval))
  })

  /** One of another workspace is not there. */
  async function asked(actor: Actor, id: string): Promise<Asked> {
    const call = id.endsWith(':input') ? await calls.getCall(id.slice(0, -':input'.length)) : undefined
    const found = call !== undefined && isWithin(actor, call.workspace) ? askedOf(call) : undefined
    if (found !== undefined) return found
    const message = `No call on record waits for an approval of the decision "${id.slice(0, 100)}".`
    throw new GatewayError('not_found', message)
  }
}

interface Asked {
  readonly pending: PendingApproval
  readonly digest: string
}

function askedOf({
  id: callId,
  startedAt,
  workspace,
  key,
  requestedModel,
  decisions,
  metadata,
  user,
}: CallDetails): Asked | undefined {
  // Written by this program, and read back by it.
  const asking = decisions.filter((one) => isJsonObject(one) && typeof one['approval'] === 'string')
  const own = asking as unknown as readonly GuardrailDecision[]
  const [first] = own
  if (first?.approval === undefined) return undefined
  return {
    digest: first.approval,
    pending: {
      id: first.id,
      callId,
      at: startedAt,
      workspace,
      key: key ?? '',
      model: requestedModel,
      agent: agentIn({ metadata }) ?? null,
      user,
      guardrails: [...new Set(own.map(({ guardrail }) => guardrail))],
      rules: [...new Set(own.flatMap(({ findings }) => findings.map(({ rule }) => rule)))],
    },
  }
}

function described({ digest: _, at, expiresAt, ...said }: Approval): DecidedApproval {
  return { ...said, at: new Date(at).toISOString(), expiresAt: new Date(expiresAt).toISOString() }
}
