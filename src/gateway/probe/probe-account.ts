import { CallLifetime } from '../../core/calls/lifetime.ts'
import type { ProviderAccount, Target } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import type { ModelFacts } from '../../core/model/prices.ts'
import { credentialFilter } from '../credentials/credential-filter.ts'
import { networkError } from '../outbound/network-error.ts'
import type { WholeReply } from '../outbound/request-whole.ts'
import { callProvider } from '../provider-call/call-provider.ts'
import type { SendOptions } from '../provider-call/send.ts'
import { upstreamError } from '../provider-call/upstream-error.ts'
import { type Finding, findingOf, lacksCredential, missingCredential, type Said } from './diagnosis.ts'
import { modelIds } from './model-ids.ts'
import { modelListRequest } from './model-list-request.ts'
import { oneToken } from './one-token.ts'

export interface ProbeOptions extends SendOptions {
  /** One GET inside the account's address rules. Rejects with a fault of the connection as it is, or a `GatewayError`. */
  get(account: ProviderAccount, url: URL, headers: Readonly<Record<string, string>>): Promise<WholeReply>
  /** Most time for each request. */
  readonly timeoutMs: number
  /** For the test call; absent: the cheapest one that is known. */
  readonly model?: string
  modelsOf(providerId: string): readonly ModelFacts[]
}

export interface Diagnosis extends Finding {
  /** The last thing that was asked. */
  readonly request?: string
}

/**
 * Finds out whether an account works, with the cheapest call that tells: the list of models, or one token of a model
 * where there is no list, or where the list is there for everybody and says nothing of the credential.
 */
export async function probeAccount(account: ProviderAccount, options: ProbeOptions): Promise<Diagnosis> {
  if (lacksCredential(account)) return missingCredential(account)
  let usable: ProviderAccount
  try {
    usable = await options.credentials.usable(account, {
      lifetime: new CallLifetime(),
      timeoutMs: options.timeoutMs,
    })
  } catch (fault) {
    const finding = findingOf(asGatewayError(fault, account), account, {})
    return { ...finding, fault: 'no-token', message: (fault as Error).message }
  }
  const listed = options.model === undefined ? await askForModels(usable, options) : undefined
  if (listed?.kind === 'told') return { ...listed.finding, request: listed.request }
  return await askModel(account, listed?.ids ?? [], options)
}

type Listed =
  | { readonly kind: 'told'; readonly finding: Finding; readonly request: string }
  /** Nothing is known of the credential yet. */
  | { readonly kind: 'untold'; readonly ids: readonly string[] }

async function askForModels(account: ProviderAccount, options: ProbeOptions): Promise<Listed> {
  const { provider } = account
  const question = modelListRequest(account)
  if (question === undefined) return { kind: 'untold', ids: [] }
  const { url, anonymous: common, headers } = question
  const request = `GET ${url.origin}${url.pathname}`
  const told = (finding: Finding): Listed => ({ kind: 'told', finding, request })
  try {
    const reply = await options.get(account, url, headers)
    const ids = isSuccess(reply) ? modelIds(reply.body.toString('utf8')) : undefined
    if (ids === undefined) {
      // A 403 may be about the list alone, as with OpenAI's restricted keys; the other statuses, that there is none.
      if (reply.status < 500 && reply.status !== 401 && reply.status !== 402 && reply.status !== 429) {
        return { kind: 'untold', ids: [] }
      }
      return told(
        finding(
          upstreamError({ account, model: '' }, provider.dialect, headOf(reply), bodyOf(account, reply)),
          account,
        ),
      )
    }
    if (!provider.needsKey || account.secret === undefined) return told(works)
    const anonymous = await options.get(account, url, common)
    return isSuccess(anonymous) ? { kind: 'untold', ids } : told(works)
  } catch (fault) {
    const error = asGatewayError(fault, account)
    return error.code === 'upstream_reply_too_large' ? { kind: 'untold', ids: [] } : told(finding(error, account))
  }
}

const works: Finding = { verdict: 'ok', message: 'The account works.' }

async function askModel(account: ProviderAccount, ids: readonly string[], options: ProbeOptions): Promise<Diagnosis> {
  const { provider } = account
  const known = options.model ?? modelFor(options.modelsOf(provider.id), ids)
  // No vendor has a model of this name: what refuses it has read the request and its credential.
  const model = known ?? 'portcullis-doctor'
  const target: Target = { account, model, timeoutMs: options.timeoutMs }
  const request = `one token of ${account.id}/${model}`
  try {
    await callProvider(options)(oneToken(account, model, new CallLifetime()), target)
    return { ...works, request }
  } catch (fault) {
    return { ...finding(asGatewayError(fault, account), account), request }
  }
}

/** The cheapest model that writes text, calls tools (so that it is no mere classifier) and is in the list, if there is one. */
function modelFor(models: readonly ModelFacts[], ids: readonly string[]): string | undefined {
  const listed = new Set(ids)
  const [cheapest] = models
    .filter(
      ({ id, supportsTools, price }) =>
        supportsTools === true && price !== undefined && (listed.size === 0 || listed.has(id)),
    )
    .sort((a, b) => costOf(a) - costOf(b))
  return cheapest?.id ?? ids[0]
}

function costOf({ price }: ModelFacts): number {
  return price === undefined ? Number.POSITIVE_INFINITY : price.input + price.output
}

function finding(error: GatewayError, account: ProviderAccount): Finding {
  return findingOf(error, account, saidIn(error, account))
}

function saidIn({ wire, status }: GatewayError, account: ProviderAccount): Said {
  if (wire === undefined) return {}
  const { message, vendorCode } = account.provider.dialect.decodeError(
    status,
    wire.bytes.toString('utf8'),
    wire.headers,
  )
  const words = withoutTraces(credentialFilter(account).text(message), account.secret)
  return { words: words.slice(0, 300), ...(vendorCode === undefined ? {} : { vendorCode }) }
}

/** Vendors quote a wrong key in part: `sk-abc****wxyz`. */
function withoutTraces(text: string, secret: string | undefined): string {
  const begin = secret !== undefined && secret.length >= 8 ? secret.slice(0, 4) : undefined
  return text.replace(/\S+/g, (word) =>
    word.includes('**') || (begin !== undefined && word.includes(begin)) ? '[credential]' : word,
  )
}

function asGatewayError(fault: unknown, account: ProviderAccount): GatewayError {
  return fault instanceof GatewayError ? fault : networkError(fault as Error, account.id)
}

function isSuccess({ status }: WholeReply): boolean {
  return status >= 200 && status < 300
}

function headOf({ status, headers }: WholeReply) {
  const contentType = headers['content-type'] ?? ''
  return { status, headers, contentType, encoding: '', form: 'unary' as const }
}

function bodyOf(account: ProviderAccount, { body }: WholeReply): Buffer {
  return credentialFilter(account).bytes(body)
}
