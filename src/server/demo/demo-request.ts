import { z } from 'zod'
import type { JsonObject } from '../../core/wire/json.ts'

const Schema = z.record(z.string(), z.json()).transform((schema) => schema as JsonObject)

const Part = z.object({ type: z.string(), text: z.string().optional() })

/** The fields of a Chat Completions request that the demo models react to. */
export const DemoChatRequest = z.object({
  model: z.string(),
  messages: z
    .array(
      z.object({
        role: z.string(),
        content: z.union([z.string(), z.array(Part)]).nullish(),
        tool_call_id: z.string().nullish(),
      }),
    )
    .min(1),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: z.int().positive().nullish(),
  max_completion_tokens: z.int().positive().nullish(),
  n: z.int().min(1).max(8).nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  tools: z.array(z.object({ function: z.object({ name: z.string(), parameters: Schema.nullish() }) })).nullish(),
  tool_choice: z.union([z.string(), z.object({ function: z.object({ name: z.string() }) })]).nullish(),
  response_format: z
    .object({ type: z.string(), json_schema: z.object({ schema: Schema.nullish() }).nullish() })
    .nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
})
export type DemoChatRequest = z.infer<typeof DemoChatRequest>

export const DemoEmbeddingRequest = z.object({
  model: z.string(),
  input: z.union([
    z.string(),
    z.array(z.string()).min(1).max(2048),
    z.array(z.int()).min(1),
    z.array(z.array(z.int())).min(1).max(2048),
  ]),
  dimensions: z.int().min(1).max(4096).nullish(),
  encoding_format: z.enum(['float', 'base64']).nullish(),
})
export type DemoEmbeddingRequest = z.infer<typeof DemoEmbeddingRequest>

/** A message's text: its text parts, one below the other. */
export function textOf(message: DemoChatRequest['messages'][number]): string {
  const { content } = message
  if (typeof content === 'string') return content
  return (content ?? []).flatMap(({ text }) => text ?? []).join('\n')
}

/** What is wrong with a request, for people who do not know Zod. */
export function issueSentence(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined || issue.path.length === 0) return 'The body must be a JSON object.'
  const field = `"${issue.path.map(String).join('.')}"`
  if (issue.message.includes('received undefined')) return `${field} is missing.`
  switch (issue.code) {
    case 'invalid_type':
      return `${field} must be ${typeNames.get(issue.expected) ?? issue.expected}.`
    case 'too_small':
      return issue.origin === 'array' ? `${field} is empty.` : `${field} must be at least ${minimum(issue)}.`
    case 'too_big':
      return issue.origin === 'array'
        ? `${field} holds more than ${issue.maximum} entries.`
        : `${field} must be at most ${issue.maximum}.`
    case 'invalid_value':
      return `${field} must be ${issue.values.map((value) => `"${String(value)}"`).join(' or ')}.`
    default:
      return `${field} is not understood.`
  }
}

const typeNames: ReadonlyMap<string, string> = new Map([
  ['array', 'a list'],
  ['object', 'an object'],
  ['record', 'an object'],
  ['string', 'a text'],
  ['boolean', 'true or false'],
  ['number', 'a number'],
  ['int', 'a whole number'],
])

/** `.positive()` says "more than 0". */
function minimum({ inclusive, minimum }: z.core.$ZodIssueTooSmall): number {
  return Number(minimum) + (inclusive === false ? 1 : 0)
}
