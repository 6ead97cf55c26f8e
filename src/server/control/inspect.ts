import { createRoute, z } from '@hono/zod-openapi'
import type { VirtualKey } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import { inspectionPoints } from '../../core/inspection/detection.ts'
import { guardrailActions } from '../../core/inspection/guardrail.ts'
import { type Actor, checkPermission, isWithin, workspaceFor } from '../../registry/access.ts'
import { namedKey } from '../../registry/named-key.ts'
import { type InspectRequest as Asked, deciders, type InspectedText } from '../inspection/inspect-texts.ts'
import type { ControlApp } from './app.ts'
import { readJson } from './read-json.ts'

export interface InspectApi {
  inspect(request: Asked): Promise<readonly InspectedText[]>
  readonly keysInspected: () => readonly VirtualKey[]
}

const maxTexts = 256
const maxBytes = 4 << 20

const texts = z.array(z.string()).max(maxTexts)
const name = z.string().min(1).max(256)
const InspectRequest = z.strictObject({
  point: z.enum(inspectionPoints).default('input'),
  texts: texts.min(1),
  conversation: z
    .strictObject({
      instructions: texts.default([]).describe('System prompts.'),
      sources: texts.default([]).describe('Documents and results of tools that an answer is to rest on.'),
      question: z.string().optional(),
    })
    .optional()
    .describe('What the texts are judged beside.'),
  by: z
    .enum(deciders)
    .default('balanced')
    .describe('Whose guardrails decide: a preset, or `gateway` for those in use.'),
  workspace: name
    .optional()
    .describe('Of `gateway`: whose call it would be. Default: that of `key`, or of the key that asks.'),
  key: name.optional().describe('Of `gateway`: the id of a virtual key.'),
  model: name.optional().describe('Of `gateway`.'),
})

const Finding = z.object({
  detector: z.string(),
  rule: z.string(),
  category: z.string(),
  score: z.number().describe('Above 0, up to 1.'),
  span: z.object({ start: z.number(), end: z.number() }).describe('UTF-16 units of the text as it was sent.'),
  evidence: z
    .object({ source: z.number(), start: z.number(), end: z.number() })
    .optional()
    .describe('What it was held against: a place in one of `conversation.sources`, counted from 0.'),
})
const Inspected = z.object({
  results: z.array(
    z.object({
      decision: z.object({
        by: z.enum(deciders),
        effect: z.enum(guardrailActions),
        guardrails: z.array(z.string()).describe('Those of its guardrails that found something, in shadow too.'),
        text: z.string().optional().describe('What would go on in place of the text.'),
        fault: z
          .enum(['failed', 'timed-out', 'unreadable'])
          .optional()
          .describe('It would be refused for this alone: a detector could not look.'),
        policyVersion: z.string(),
      }),
      findings: z.array(Finding),
      faults: z
        .array(z.object({ detector: z.string(), fault: z.enum(['failed', 'timed-out']) }))
        .optional()
        .describe('Detectors that did not come to an end: what they would have found is not known.'),
    }),
  ),
})

const inspectRoute = createRoute({
  method: 'post',
  path: '/api/v1/inspect',
  summary: 'What all detectors find in texts, and what a preset or the gateway would do',
  request: { body: { required: true, content: { 'application/json': { schema: InspectRequest } } } },
  responses: {
    200: {
      description: 'One result for each text, in their order',
      content: { 'application/json': { schema: Inspected } },
    },
  },
})

const callerFields = ['workspace', 'key', 'model'] as const

export function addInspectRoute(app: ControlApp, { inspect, keysInspected }: InspectApi): void {
  app.openAPIRegistry.registerPath(inspectRoute)
  app.post('/api/v1/inspect', async (context) => {
    const given = await readJson(context.req.raw, InspectRequest, { maxBytes })
    const { conversation, workspace, key, model, ...asked } = given
    const param = asked.by === 'gateway' ? undefined : callerFields.find((field) => given[field] !== undefined)
    if (param !== undefined) {
      const message = `\`${param}\` says whose call it would be, which a preset does not ask: take \`"by": "gateway"\` with it.`
      throw new GatewayError('invalid_request', message, { param })
    }
    const { question, ...beside } = conversation ?? { instructions: [], sources: [] }
    const results = await inspect({
      ...asked,
      ...(asked.by === 'gateway'
        ? { caller: callerOf(context.get('actor'), { workspace, key, model }, keysInspected()) }
        : {}),
      ...(conversation === undefined
        ? {}
        : { conversation: { ...beside, ...(question === undefined ? {} : { question }) } }),
    })
    return context.json({ results })
  })
}

interface AskedCaller {
  readonly workspace?: string | undefined
  readonly key?: string | undefined
  readonly model?: string | undefined
}

/** How a workspace is guarded is the concern of those who may see its calls. Without a model, all guardrails of models look. */
function callerOf(actor: Actor, { workspace, key, model }: AskedCaller, keys: readonly VirtualKey[]) {
  checkPermission(actor, 'calls:read')
  const asked = workspaceFor(actor, workspace)
  const known =
    key === undefined
      ? undefined
      : namedKey(key, keys, (one) => isWithin(actor, one.workspace) && (asked ?? one.workspace) === one.workspace)
  return {
    workspace: known?.workspace ?? asked ?? 'default',
    key: known?.id ?? '',
    ...(model === undefined ? {} : { model }),
  }
}
