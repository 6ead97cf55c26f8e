/** Turns a frame of the spool into a call ready to be kept. This is the work that the request path does not do. */

import type { Dialect } from '../core/model/dialect.ts'
import { estimatePrompt, tokensPerMessage } from '../core/model/estimate-prompt.ts'
import { estimateTokens } from '../core/model/estimate-tokens.ts'
import type { Usage } from '../core/model/model-reply.ts'
import { callCost } from '../core/model/prices.ts'
import type { CallRecord } from '../core/record/call-record.ts'
import type { CallOutput, FinishedCall } from '../core/record/call-store.ts'
import { isJsonObject, parseJson } from '../core/wire/json.ts'
import { assembleOutput } from './assemble-output.ts'
import type { SpoolFrame } from './spool-frame.ts'

export type Dialects = Readonly<Record<string, Dialect>>

/** `undefined` when the frame holds no record of ours. */
export function finishCall({ header, bodies }: SpoolFrame, dialects: Dialects): FinishedCall | undefined {
  const record = header === undefined ? undefined : readRecord(header)
  if (record === undefined) return undefined
  const dialect = dialectOf(dialects, record.providerDialect)
  const output = bodies.reply === undefined ? undefined : assembleOutput(bodies.reply, dialect, record.toolNames)
  const input = bodies.request === undefined ? undefined : Buffer.from(bodies.request).toString('utf8')
  const finished = withCost(record, {
    dialect,
    client: dialectOf(dialects, record.clientDialect),
    input: bodies.requestTruncated ? undefined : input,
    output: bodies.replyTruncated ? undefined : output,
    isUnanswered: bodies.request !== undefined && bodies.reply === undefined && !bodies.replyTruncated,
  })
  return {
    record: finished,
    ...(record.costNanoUsd === undefined && finished.costNanoUsd !== undefined ? { isCostLate: true } : {}),
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output: JSON.stringify(output) }),
    inputTruncated: bodies.requestTruncated,
    outputTruncated: bodies.replyTruncated,
  }
}

/** The same without a look into its bodies: what stands for a call whose bodies cannot be worked on. */
export function unfinishedCall({ header, bodies }: SpoolFrame): FinishedCall | undefined {
  const record = header === undefined ? undefined : readRecord(header)
  if (record === undefined) return undefined
  const { price: _, toolNames: __, unsentTokens: ___, ...kept } = record
  return {
    record: kept,
    ...(bodies.request === undefined ? {} : { input: Buffer.from(bodies.request).toString('utf8') }),
    ...(bodies.reply === undefined ? {} : { output: JSON.stringify(assembleOutput(bodies.reply, undefined)) }),
    inputTruncated: bodies.requestTruncated,
    outputTruncated: bodies.replyTruncated,
  }
}

/** The CRC vouches for the bytes; this, for a spool that another version left behind. */
function readRecord(header: string): CallRecord | undefined {
  const record = parseJson(header)
  if (!isJsonObject(record)) return undefined
  const isRecord =
    typeof record['id'] === 'string' &&
    isTime(record['startedAt']) &&
    typeof record['workspace'] === 'string' &&
    typeof record['endpoint'] === 'string' &&
    Number.isInteger(record['status'])
  return isRecord ? (record as unknown as CallRecord) : undefined
}

function isTime(value: unknown): boolean {
  return Number.isSafeInteger(value) && !Number.isNaN(new Date(Number(value)).getTime())
}

function dialectOf(dialects: Dialects, id: string | undefined): Dialect | undefined {
  return id !== undefined && Object.hasOwn(dialects, id) ? dialects[id] : undefined
}

interface Said {
  readonly dialect: Dialect | undefined
  readonly client: Dialect | undefined
  /** Absent when it was not kept or is not whole: half a text would give half a cost. */
  readonly input: string | undefined
  readonly output: CallOutput | undefined
  /** Bodies are kept, and no byte of a reply came. */
  readonly isUnanswered: boolean
}

function withCost({ price, toolNames: _, unsentTokens = 0, ...record }: CallRecord, said: Said): CallRecord {
  const usage = record.usage
  const isWhole = usage?.inputTokens !== undefined && usage.outputTokens !== undefined
  if (isWhole || record.costNanoUsd !== undefined) return record
  // An endpoint without a dialect has no output to count: an embedding costs what its input costs.
  if (said.dialect === undefined) return costed(record, price, usage)
  const estimate = estimateUsage(record, unsentTokens, said)
  if (estimate === undefined) return record
  return costed({ ...record, usage: estimate, usageEstimated: true }, price, estimate)
}

function costed(record: CallRecord, price: CallRecord['price'], usage: Usage | undefined): CallRecord {
  const costNanoUsd = callCost(price, usage)
  return costNanoUsd === undefined ? record : { ...record, costNanoUsd }
}

/** Fills the gaps of what the provider said. `undefined` when it was not used, or when not all gaps can be filled. */
function estimateUsage(
  record: CallRecord,
  unsentTokens: number,
  { client, input, output, isUnanswered }: Said,
): Usage | undefined {
  const answered = output !== undefined && 'choices' in output && output.choices.length > 0
  const abandoned = isUnanswered && cutShort.has(record.errorCode ?? '') && record.attempts.length > 0
  if (!answered && !abandoned) return undefined
  const inputTokens =
    record.usage?.inputTokens ?? (input === undefined ? undefined : estimateInputTokens(input, client))
  if (inputTokens === undefined) return undefined
  const sentTokens = answered ? estimateOutputTokens(output) : 0
  const outputTokens = record.usage?.outputTokens ?? sentTokens + unsentTokens
  return { ...record.usage, inputTokens, outputTokens }
}

/** The provider had the question, and was stopped. */
const cutShort: ReadonlySet<string> = new Set(['client_closed', 'guardrail_denied', 'guardrail_unavailable'])

function estimateOutputTokens(output: CallOutput): number {
  if ('raw' in output) return 0
  let tokens = 0
  for (const { text, reasoning = '', refusal = '', toolCalls = [] } of output.choices) {
    tokens += estimateTokens(text) + estimateTokens(reasoning) + estimateTokens(refusal)
    for (const call of toolCalls) tokens += tokensPerMessage + estimateTokens(call.name + call.arguments)
  }
  return tokens
}

/** `undefined` for a body that cannot be read as its dialect's: half a text would give half a cost. */
function estimateInputTokens(input: string, dialect: Dialect | undefined): number | undefined {
  const body = parseJson(input)
  if (dialect === undefined || !isJsonObject(body)) return undefined
  try {
    return estimatePrompt(dialect.decodeRequest(body, { model: '', stream: false }))
  } catch {
    return undefined
  }
}
