import { headerText } from '../../../core/text/header-text.ts'
import { type JsonValue, parseJson } from '../../../core/wire/json.ts'
import type { ClientLabels } from '../request/call-labels.ts'
import { onlyWatch } from './hooks.ts'
import { noChanges, type Plan } from './plan.ts'
import { accountName, type IsAccount } from './provider-names.ts'
import { type Inherited, maxRetries, readConfig } from './read-config.ts'
import { readMetadata } from './read-metadata.ts'
import { accountRefusal, refused } from './refusals.ts'

type Headers = Readonly<Record<string, string>>

const prefix = 'x-portkey-'

export interface PortkeyRequest {
  readonly plan: Plan
  /** That of its header. */
  readonly metadata: Readonly<Record<string, string>>
  /** What was asked for and is not done, by its name in the request. */
  readonly dropped: readonly string[]
}

/** Headers that are read, or that change nothing when they are not. */
const quiet: ReadonlySet<string> = new Set([
  'api-key',
  'cache-force-refresh',
  'cache-namespace',
  'cache-ttl',
  'calculate-audio-duration',
  'config',
  'gateway-transport',
  'metadata',
  'package-version',
  'parent-span-id',
  'provider',
  'request-timeout',
  'retry-count',
  'runtime',
  'runtime-version',
  'sensitive-headers',
  'span-id',
  'span-name',
  'strict-open-ai-compliance',
  'strict-openai-compliance',
  'trace-id',
  'virtual-key',
])

const guardrails = ['default-input-guardrails', 'default-output-guardrails'] as const

const instructions = ['config', 'provider', 'virtual-key', 'custom-host', ...guardrails] as const

/** Headers that say nothing with this value. */
const idle: Readonly<Record<string, string>> = { debug: 'true', cache: 'false' }

/** The one look that a call without any such header pays for. */
export function hasPortkeyHeaders(headers: Headers): boolean {
  for (const name in headers) if (name.startsWith(prefix)) return true
  return false
}

/** For paths that say themselves where a request goes, and where no config is followed: one that is sent must not be passed over. */
export function refuseInstructions(headers: Headers): void {
  for (const short of instructions) {
    const name = prefix + short
    if (headers[name] !== undefined)
      throw refused(name, 'is not read at this path; name the account in the path or the model.')
  }
}

/** Reads the `x-portkey-` headers of a request: https://portkey.ai/docs/api-reference/inference-api/headers. Throws `invalid_request`. */
export function readPortkeyHeaders(headers: Headers, isAccount: IsAccount): PortkeyRequest {
  const dropped = new Set<string>()
  for (const name in headers) {
    if (!name.startsWith(prefix)) continue
    const short = name.slice(prefix.length)
    if (quiet.has(short)) continue
    const refusal = accountRefusal(short)
    if (refusal !== undefined) throw refused(name, refusal)
    if (idle[short] !== headers[name]) dropped.add(name)
  }
  for (const name of guardrails) checkGuardrails(headers, prefix + name)
  const metadata = headerMetadata(headers)
  const defaultAccount = accountOf(headers, isAccount)
  const timeoutMs = requestTimeout(headers[`${prefix}request-timeout`])
  const attempts = retryCount(headers[`${prefix}retry-count`])
  const cacheTtlMs = cacheTtl(headers[`${prefix}cache-ttl`])
  const inherited: Inherited = {
    metadata: {},
    changes: noChanges,
    ...(attempts === 0 ? {} : { retry: { attempts } }),
    ...(defaultAccount === undefined ? {} : { defaultAccount }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(cacheTtlMs === undefined ? {} : { cacheTtlMs }),
  }
  const config = headers[`${prefix}config`]
  const plan: Plan =
    config === undefined
      ? { kind: 'target', path: 'config', ...inherited }
      : readConfig(headerText(config), inherited, isAccount, (name) => dropped.add(name))
  return { plan, metadata, dropped: [...dropped] }
}

/** What a client of Portkey says of a call, to find it by. Throws `invalid_request`. */
export function portkeyLabels(headers: Headers): ClientLabels {
  const traceId = headers[`${prefix}trace-id`]
  return { metadata: headerMetadata(headers), ...(traceId === undefined ? {} : { traceId }) }
}

function headerMetadata(headers: Headers): Readonly<Record<string, string>> {
  const name = `${prefix}metadata`
  const text = headers[name]
  return text === undefined ? {} : readMetadata(parseJson(headerText(text)) ?? null, name)
}

function accountOf(headers: Headers, isAccount: IsAccount): string | undefined {
  for (const name of ['virtual-key', 'provider']) {
    const value = headers[prefix + name]
    if (value !== undefined && value !== '') return accountName(value, prefix + name, isAccount)
  }
  return undefined
}

function requestTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,7}$/.test(text)) throw refused(`${prefix}request-timeout`, 'takes whole milliseconds.')
  return Number(text)
}

function retryCount(text: string | undefined): number {
  if (text === undefined) return 0
  if (!/^\d{1,3}$/.test(text)) throw refused(`${prefix}retry-count`, 'takes a whole number.')
  return Math.min(maxRetries, Number(text))
}

function cacheTtl(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,8}$/.test(text)) throw refused(`${prefix}cache-ttl`, 'takes whole seconds.')
  return Number(text) * 1000
}

function checkGuardrails(headers: Headers, name: string): void {
  const text = headers[name]
  if (text === undefined) return
  const hooks: JsonValue | undefined = parseJson(text)
  if (hooks === undefined || !onlyWatch(hooks)) {
    throw refused(name, 'may deny or change a call, and guardrails are not there yet; nothing is sent without them.')
  }
}
