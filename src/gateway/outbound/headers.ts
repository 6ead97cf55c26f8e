import { createHash } from 'node:crypto'
import { spanIdOf } from '../../core/record/span-ids.ts'
import { traceParentBelow } from '../../core/record/trace-context.ts'
import { checkedWait } from './retry-after.ts'

/** Which headers pass between clients and providers. Both lists allow; what they do not name stays here. */

/** W3C Trace Context and Baggage: of the client's own house, and a provider is a stranger there. */
const traceNames: ReadonlySet<string> = new Set(['traceparent', 'tracestate', 'baggage'])

const traceOnly: ReadonlySet<string> = new Set(['traceparent', 'tracestate'])

/** They name one call, and are passed on. */
const namesOfOneCall: ReadonlySet<string> = new Set([...traceNames, 'idempotency-key', 'x-client-request-id'])

/** Parameters of InvokeModel, such as its guardrail, are headers of Bedrock. */
const requestPrefixes = ['anthropic-', 'openai-', 'x-amzn-bedrock-'] as const

/** Who pays, and whose limits and settings hold, is the account's to say. */
const accountsOwn: ReadonlySet<string> = new Set(['openai-organization', 'openai-project'])

/** Client headers for the provider, as a flat list of names and values. `headers` as Node gives them: names in lower case. */
export function requestHeaders(
  headers: Readonly<NodeJS.Dict<string | string[]>>,
  workspace: string,
): readonly string[] {
  let kept: string[] | undefined
  for (const name in headers) {
    if (!requestPrefixes.some((prefix) => name.startsWith(prefix)) && !namesOfOneCall.has(name)) continue
    if (accountsOwn.has(name)) continue
    const value = headers[name]
    if (value === undefined) continue
    kept ??= []
    const text = typeof value === 'string' ? value : value.join(', ')
    kept.push(name, name === 'idempotency-key' ? keyOf(text, workspace) : text)
  }
  return kept ?? none
}

/**
 * Workspaces share the account of a provider. One that answers a key it has seen from its memory must not give the answer of
 * one workspace to another that came upon the same key.
 */
function keyOf(idempotencyKey: string, workspace: string): string {
  return createHash('sha256').update(`${workspace}\n${idempotencyKey}`).digest('hex')
}

const none: readonly string[] = []

/** Of `headers`, names and values in turn, those that the account is to get: what it does is a part of the span of the call. */
export function headersForAccount(
  headers: readonly string[],
  { passesTraceContext }: { readonly passesTraceContext?: true },
  callId: string | undefined,
): readonly string[] {
  if (passesTraceContext !== true) return without(traceNames, headers)
  const place = headers.findIndex((name, index) => index % 2 === 0 && name === 'traceparent')
  if (place < 0) return headers
  const below = callId === undefined ? undefined : traceParentBelow(headers[place + 1] ?? '', spanIdOf(callId))
  // Where there is no trace, its state says nothing.
  return below === undefined ? without(traceOnly, headers) : headers.with(place + 1, below)
}

/** Those that may change an answer: what is another one with each call, and says nothing of what is asked, is left out. */
export function askingHeaders(headers: readonly string[]): readonly string[] {
  return without(namesOfOneCall, headers)
}

function without(names: ReadonlySet<string>, headers: readonly string[]): readonly string[] {
  let kept: string[] | undefined
  for (let index = 0; index < headers.length; index += 2) {
    const isLeftOut = names.has(headers[index] ?? '')
    if (isLeftOut) kept ??= headers.slice(0, index)
    else kept?.push(headers[index] ?? '', headers[index + 1] ?? '')
  }
  return kept ?? headers
}

const waitNames = ['retry-after', 'retry-after-ms'] as const

const replyNames: ReadonlySet<string> = new Set([
  'request-id',
  'x-request-id',
  'openai-processing-ms',
  'openai-version',
  'openai-model',
  'x-amzn-requestid',
  'x-amzn-errortype',
])

const replyPrefixes = ['x-ratelimit-', 'anthropic-ratelimit-', 'x-amzn-bedrock-'] as const

/** Provider headers for the client. Cookies, and names of the organisation behind our credential, are not among them. */
export function replyHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const name in headers) {
    if (!replyNames.has(name) && !replyPrefixes.some((prefix) => name.startsWith(prefix))) continue
    kept[name] = headers[name] ?? ''
  }
  for (const name of waitNames) {
    const value = headers[name] === undefined ? undefined : checkedWait(name, headers[name])
    if (value !== undefined) kept[name] = value
  }
  return kept
}
