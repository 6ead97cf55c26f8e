import { createRoute, z } from '@hono/zod-openapi'
import { inspectionPoints } from '../../core/detection.ts'
import { guardrailActions } from '../../core/guardrail.ts'
import type { InspectRequest as Asked, InspectedText } from '../inspection/inspect-texts.ts'
import type { ControlApp } from './app.ts'
import { readJson } from './read-json.ts'

export interface InspectApi {
  inspect(request: Asked): Promise<readonly InspectedText[]>
}

const maxTexts = 256
const maxBytes = 4 << 20

const texts = z.array(z.string()).max(maxTexts)
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
})

const Finding = z.object({
  detector: z.string(),
  rule: z.string(),
  category: z.string(),
  score: z.number().describe('Above 0, up to 1.'),
  span: z.object({ start: z.number(), end: z.number() }).describe('UTF-16 units of the text as it was sent.'),
})
const Inspected = z.object({
  results: z.array(
    z.object({
      decision: z.object({
        effect: z.enum(guardrailActions),
        guardrails: z.array(z.string()).describe('Of the preset, those that found something.'),
        text: z.string().optional().describe('What would go on in place of the text.'),
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
  summary: 'What all detectors find in texts, and what the preset `balanced` would do',
  request: { body: { required: true, content: { 'application/json': { schema: InspectRequest } } } },
  responses: {
    200: {
      description: 'One result for each text, in their order',
      content: { 'application/json': { schema: Inspected } },
    },
  },
})

export function addInspectRoute(app: ControlApp, { inspect }: InspectApi): void {
  app.openAPIRegistry.registerPath(inspectRoute)
  app.post('/api/v1/inspect', async (context) => {
    const { conversation, ...asked } = await readJson(context.req.raw, InspectRequest, { maxBytes })
    const { question, ...beside } = conversation ?? { instructions: [], sources: [] }
    const results = await inspect({
      ...asked,
      ...(conversation === undefined
        ? {}
        : { conversation: { ...beside, ...(question === undefined ? {} : { question }) } }),
    })
    return context.json({ results })
  })
}
