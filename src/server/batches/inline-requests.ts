/** Lines of a file as a provider takes them that has batches of another shape, and its answers as lines. Pure. */
import type { BatchUsage } from '../../core/calls/batch.ts'
import type { ProviderAccount } from '../../core/calls/registry.ts'
import { GatewayError, upstreamErrorCode } from '../../core/errors.ts'
import type { Dialect } from '../../core/model/dialect.ts'
import type { InlineRequest, InlineResult } from '../../core/model/inline-batches.ts'
import type { Usage } from '../../core/model/model-reply.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import { readsOneWay } from '../../core/wire/reads-one-way.ts'
import { fitToolNames, withOriginalNames } from '../../gateway/provider-call/tool-names.ts'
import { type BatchRequest, readBatchLine } from './batch-lines.ts'
import { lineCutter } from './line-cutter.ts'
import { openaiLines } from './openai-lines.ts'

export interface LineRequest extends BatchRequest {
  readonly json: JsonObject
}

/** Throws `invalid_request` for a line that is none: whoever pays for all of them at once shall know before. */
export function requestsIn(file: Buffer, endpoint: string, maxRequests: number): readonly LineRequest[] {
  const cutter = lineCutter()
  const lines = [...cutter.push(file), ...cutter.end()]
  if (lines.length === 0) throw wrong('The input file has no lines.')
  if (lines.length > maxRequests) throw wrong(`The input file has more than ${maxRequests} lines.`)
  const seen = new Set<string>()
  return lines.map(({ bytes }, index) => {
    const read = readBatchLine(bytes, endpoint, openaiLines)
    const subject = openaiLines.subject(index + 1)
    if ('fault' in read) throw wrong(`${subject} ${read.fault}.`)
    if (seen.has(read.customId)) throw wrong(`${subject} repeats the \`custom_id\` of an earlier one.`)
    seen.add(read.customId)
    const json: JsonObject = JSON.parse(read.body.toString('utf8'))
    if (!readsOneWay({ bytes: read.body, json })) throw wrong(`${subject} has a field twice in its \`body\`; keep one.`)
    return { ...read, json }
  })
}

interface FittedRequest extends InlineRequest {
  readonly dropped: readonly string[]
  readonly toolNames: ReadonlyMap<string, string> | undefined
}

/** In the provider's dialect. Throws `invalid_request`. */
export function fittedRequest(
  { customId: key, json }: LineRequest,
  client: Dialect,
  { model, account: { provider, options } }: { readonly model: string; readonly account: ProviderAccount },
): FittedRequest {
  const { dialect, traits = {} } = provider
  const asked = { ...client.decodeRequest(json, { model: String(json['model']), stream: false }), model }
  const fitted = dialect.toolNames && fitToolNames(asked, dialect.toolNames)
  const { body, dropped } = dialect.encodeRequest(fitted?.request ?? asked, traits)
  const adjusted = provider.adjust?.(body, { model, options }) ?? body
  return { key, body: adjusted, dropped, toolNames: fitted?.originals }
}

export interface Answer {
  readonly isError: boolean
  readonly status: number
  readonly body: JsonObject
  readonly usage?: Usage
}

/** What came of a request, in the words of its client. */
export function answerTo(
  request: LineRequest | undefined,
  result: InlineResult | undefined,
  client: Dialect,
  {
    model,
    account,
    callId,
    createdAt,
  }: {
    readonly model: string
    readonly account: ProviderAccount
    readonly callId: string
    /** Unix seconds. */
    readonly createdAt: number
  },
): Answer {
  const failed = (status: number, message: string): Answer => {
    const error = new GatewayError(upstreamErrorCode(status), message, { status })
    return { isError: true, status, body: client.encodeError(error) }
  }
  if (result === undefined) return failed(502, `The provider account "${account.id}" gave no answer to this request.`)
  if (!('reply' in result)) return failed(result.status, result.message)
  try {
    const names = request === undefined ? undefined : fittedRequest(request, client, { model, account }).toolNames
    const parts = withOriginalNames(account.provider.dialect.decodeReply(result.reply), names)
    const shown = String(request?.json['model'] ?? model)
    const body = request === undefined ? {} : { body: request.json }
    const usage = parts.findLast((part) => part.type === 'usage-report')?.usage
    return {
      isError: false,
      status: 200,
      body: client.encodeReply(parts, { callId, model: shown, createdAt, streamUsage: false, ...body }),
      ...(usage === undefined ? {} : { usage }),
    }
  } catch (fault) {
    if (!(fault instanceof GatewayError)) throw fault
    return { isError: true, status: fault.status, body: client.encodeError(fault) }
  }
}

export function totalUsage(answers: readonly Answer[]): BatchUsage {
  const sum = (name: keyof BatchUsage): number => answers.reduce((total, { usage }) => total + (usage?.[name] ?? 0), 0)
  return {
    inputTokens: sum('inputTokens'),
    cachedInputTokens: sum('cachedInputTokens'),
    outputTokens: sum('outputTokens'),
    reasoningTokens: sum('reasoningTokens'),
  }
}

function wrong(message: string): GatewayError {
  return new GatewayError('invalid_request', message, { param: 'input_file_id' })
}
