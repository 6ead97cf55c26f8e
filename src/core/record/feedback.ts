/** What somebody thought of an answer. */
import * as z from 'zod'
import { GatewayError } from '../errors.ts'
import { hasControl } from '../text/control-characters.ts'
import type { JsonObject } from '../wire/json.ts'

export interface Feedback {
  /** UUIDv7: sorts by time. */
  readonly id: string
  /** Unix milliseconds. */
  readonly at: number
  readonly workspace: string
  /** Id of the virtual key that it came with. */
  readonly key: string
  /** Id of the call that it is about. */
  readonly call?: string
  /** All calls of this trace. */
  readonly trace?: string
  /** From -10 to 10: below 0 it was bad, above it was good. */
  readonly value: number
  /** From 0 to 1. */
  readonly weight: number
  readonly label?: string
  readonly comment?: string
  /** The person whose opinion it is. */
  readonly user?: string
  readonly metadata?: Readonly<Record<string, string>>
}

/** What an opinion is about: in another workspace there is no such thing. */
export interface FeedbackSubject {
  readonly workspace: string
  readonly kind: 'call' | 'trace'
  readonly id: string
}

const isPlain = (text: string): boolean => !hasControl(text)
const plainText = z.string().min(1).refine(isPlain, 'it holds control characters')
const name = plainText.max(256)

/** A superset of Portkey's: https://portkey.ai/docs/api-reference/inference-api/feedback */
const FeedbackBody = z.strictObject({
  call_id: name.optional(),
  trace_id: name.optional(),
  value: z.number().min(-10).max(10),
  weight: z.number().min(0).max(1).optional(),
  label: plainText.max(64).optional(),
  comment: z
    .string()
    .min(1)
    .max(4000)
    .refine((text) => isPlain(text.replace(/[\r\n]/g, '')), 'it holds control characters other than ends of lines')
    .optional(),
  user: name.optional(),
  metadata: z
    .record(plainText.max(128), z.string().max(512).refine(isPlain, 'it holds control characters'))
    .refine((texts) => Object.keys(texts).length <= 32, 'has at most 32 texts')
    .optional(),
})

/** What a client says. Throws `invalid_request` naming the field. */
export function readFeedback(body: JsonObject): Omit<Feedback, 'id' | 'at' | 'workspace' | 'key'> {
  const read = FeedbackBody.safeParse(body)
  if (!read.success) throw invalid(read.error.issues[0])
  const { call_id: call, trace_id: trace, weight = 1, ...said } = read.data
  if (call === undefined && trace === undefined)
    throw new GatewayError('invalid_request', 'Say what it is about: `call_id`, or `trace_id`.', { param: 'call_id' })
  const { value, ...texts } = said
  return { value, weight, ...given({ call, trace, ...texts }) }
}

/** Each of them has to be there. */
export function subjectsOf(
  workspace: string,
  { call, trace }: Pick<Feedback, 'call' | 'trace'>,
): readonly FeedbackSubject[] {
  return [
    ...(call === undefined ? [] : [{ workspace, kind: 'call', id: call } as const]),
    ...(trace === undefined ? [] : [{ workspace, kind: 'trace', id: trace } as const]),
  ]
}

function given<Fields extends object>(fields: Fields): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}

function invalid(issue: z.core.$ZodIssue | undefined): GatewayError {
  if (issue?.code === 'unrecognized_keys') {
    const param = issue.keys[0] ?? ''
    return new GatewayError('invalid_request', `There is no \`${param.slice(0, 100)}\` here.`, { param })
  }
  const param = issue?.path.map(String).join('.').slice(0, 200) ?? ''
  return new GatewayError('invalid_request', `\`${param}\` is not valid: ${issue?.message ?? 'wrong value'}.`, {
    param,
  })
}
