/** `guardrails` and `inspection` of the configuration. */
import * as z from 'zod'
import { inspectionPoints } from '../../core/inspection/detection.ts'
import { directions, guardrailActions, guardrailStates, redactions } from '../../core/inspection/guardrail.ts'

/** Sets of guardrails to begin with. */
export const presets = ['off', 'observe', 'balanced', 'strict', 'regulated'] as const
export type Preset = (typeof presets)[number]

const names = z.array(z.string().min(1).max(256)).min(1).max(1000)
const scope = {
  workspaces: names.optional().describe('Only calls of these workspaces. Default all.'),
  keys: names.optional().describe('Only calls of these virtual keys. Default all.'),
  models: names.optional().describe('Only calls for these models; a trailing `*` stands for any end. Default all.'),
  routes: names
    .optional()
    .describe('Only calls of these routes, as the record names them; a trailing `*` stands for any end. Default all.'),
}
const callerScope = {
  agents: names
    .optional()
    .describe('Only calls that name one of these as `metadata.agent`; a trailing `*` stands for any end. Default all.'),
  users: names
    .optional()
    .describe('Only calls that name one of these as their user; a trailing `*` stands for any end. Default all.'),
  directions: z
    .array(z.enum(directions))
    .min(1)
    .optional()
    .describe('Only what goes to the provider (`request`), or what comes back (`answer`). Default both.'),
}
const identifier = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i, 'takes letters, digits, dots, dashes and underscores, at most 64')

const score = z.number().min(0).max(1)

export const GuardrailEntry = z.strictObject({
  id: identifier,
  detector: z.string().min(1).max(64).describe('Catalogue entry, see docs/detectors/README.md.'),
  points: z
    .array(z.enum(inspectionPoints))
    .min(1)
    .optional()
    .describe('Where it looks. Default: all points of the detector.'),
  action: z
    .enum(guardrailActions)
    .optional()
    .describe(
      "What is done with what is found: `allow` only records, `answer` says something in the model's place. Default `deny`.",
    ),
  duringCall: z
    .boolean()
    .optional()
    .describe(
      'Requests go to the provider at once, and the answer waits for what this guardrail says. With `deny`, `ask` and `allow`. Default `false`.',
    ),
  files: z
    .boolean()
    .optional()
    .describe(
      'At `input`: whether files that users attach to what they say are looked at as what they say. Default `true`.',
    ),
  answer: z
    .string()
    .min(1)
    .max(4000)
    .optional()
    .describe('Of the action `answer`: what the client is told, as plain text.'),
  state: z.enum(guardrailStates).optional().describe('`shadow` records what `enforce` would do. Default `shadow`.'),
  redaction: z
    .enum(redactions)
    .optional()
    .describe(
      '`mask` names the kind, `hash` tells equal ones apart too, `token` comes back in the answer. Default `mask`.',
    ),
  threshold: score.optional().describe('Findings with a lower score do not count. Default 0.5.'),
  thresholds: z
    .partialRecord(z.enum(inspectionPoints), score)
    .optional()
    .describe('The same for single points, in place of `threshold`: `{ input: 0.8 }`.'),
  rules: names.optional().describe('Only these rules of the detector. Default all.'),
  categories: names.optional().describe('Only rules of these categories. Default all.'),
  ...scope,
  ...callerScope,
  settings: z
    .record(z.string(), z.json())
    .optional()
    .describe('Settings of the detector; docs/detectors/<id>.md names them.'),
  exceptions: z
    .array(
      z.strictObject({
        owner: z.string().min(1).max(256).describe('Who answers for it; on the record of each call that it lets pass.'),
        expires: z.iso
          .date('takes a date such as `2027-01-31`')
          .describe('The first day on which it no longer holds: `2027-01-31`.'),
        reason: z.string().max(1024).optional(),
        rules: names.optional().describe('Rules whose findings are left alone. Default all.'),
        ...scope,
      }),
    )
    .max(1000)
    .optional()
    .describe('What is left alone for a while.'),
})
export type GuardrailEntry = z.infer<typeof GuardrailEntry>

const callers = {
  workspaces: names.optional().describe('Calls of these workspaces.'),
  keys: names.optional().describe('Calls of these virtual keys; beside `workspaces`: of these keys in them.'),
}

function namesCallers({ workspaces, keys }: { readonly workspaces?: unknown; readonly keys?: unknown }): boolean {
  return workspaces !== undefined || keys !== undefined
}

export const PresetEntry = z
  .strictObject({ preset: z.enum(presets), ...callers })
  .refine(namesCallers, 'names `workspaces`, `keys` or both; what is for all calls is `inspection.preset`')
export type PresetEntry = z.infer<typeof PresetEntry>

const imageLimits = {
  max: z
    .int()
    .min(0)
    .optional()
    .describe('In one request, those that a provider is to fetch too. Default: any number.'),
  maxBytes: z.int().min(1).optional().describe('Of one that is sent along. Default: any number.'),
  maxPixels: z
    .int()
    .min(1)
    .optional()
    .describe(
      'Width by height of one that is sent along, from its head: PNG, JPEG, GIF, WebP. Others are refused then. Default: any number.',
    ),
}

const ImageLimitsEntry = z
  .strictObject({ ...imageLimits, ...callers })
  .refine(namesCallers, 'names `workspaces`, `keys` or both; what is for all calls stands above')

export const InspectionSection = z.strictObject({
  preset: z
    .enum(presets)
    .optional()
    .describe('Guardrails to begin with, beside those of the file. Default `observe`: all in `shadow`.'),
  presets: z
    .array(PresetEntry)
    .max(100)
    .optional()
    .describe(
      'Other presets for some workspaces and keys. The first that names a caller is his, in place of `preset`.',
    ),
  onError: z
    .enum(['deny', 'allow'])
    .optional()
    .describe('What happens to a text that an enforced guardrail could not look at. Default `deny`.'),
  recordSecrets: z
    .enum(['mask', 'keep'])
    .optional()
    .describe('Whether credentials in the bodies on record are masked. Default `mask`.'),
  sessions: z
    .enum(['deny', 'allow'])
    .optional()
    .describe(
      'Sound of answers in realtime sessions that enforced guardrails look at: with `deny`, the default, it waits until its words were looked at, and goes nowhere without them; with `allow` it goes as it comes.',
    ),
  tokensInCalls: z
    .enum(['restore', 'keep'])
    .optional()
    .describe(
      'Whether what was redacted by token comes back in arguments of tools. A tool may put an address together from several, and `keep` leaves the token in all of them. Default `restore`, but for addresses.',
    ),
  unreadable: z
    .enum(['allow', 'deny'])
    .optional()
    .describe(
      'What happens to documents that an enforced guardrail is to read and nobody can: encrypted, broken, too large, of another kind than PDF and office files. Default `deny`.',
    ),
  media: z
    .enum(['allow', 'deny'])
    .optional()
    .describe('The same for pictures, sound and video, which are not read. Default `allow`.'),
  images: z
    .strictObject({
      ...imageLimits,
      callers: z
        .array(ImageLimitsEntry)
        .max(100)
        .optional()
        .describe(
          'Other limits for some workspaces and keys. The first that names a caller are his, in place of all of these.',
        ),
    })
    .optional()
    .describe('What pictures of requests may be, whatever guardrails there are.'),
  timeoutMs: z.int().min(1).max(600_000).optional().describe('For all texts of a request, or a reply. Default 5000.'),
})
export type InspectionSection = z.infer<typeof InspectionSection>
