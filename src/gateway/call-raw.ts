import type { CallFact, Endpoint, ModelReply } from '../core/calls/call.ts'
import type { CallLifetime } from '../core/calls/lifetime.ts'
import type { Principal, ProviderAccount } from '../core/calls/registry.ts'
import { GatewayError } from '../core/errors.ts'
import type { Surface } from '../core/model/provider.ts'
import type { StreamedBody } from '../core/wire/streamed-body.ts'
import { type SendOptions, sender } from './provider-call/send.ts'
import { type MayReach, outOfReach } from './reach.ts'

/** A request to a path of one account, whatever it is. */
export interface DirectCall {
  /** Of the call on the record; absent where it is the gateway's own. */
  readonly id?: string
  readonly principal: Principal
  readonly endpoint: Endpoint & { readonly kind: 'raw' }
  readonly lifetime: CallLifetime
  readonly method: string
  readonly account: ProviderAccount
  readonly surface: Surface
  /** Below the base URL of the account: `/videos/abc`. */
  readonly path: string
  /** Empty, or with its `?`. */
  readonly query: string
  /** Those that may go to a provider: names and values in turn. */
  readonly headers: readonly string[]
  readonly contentType: string | undefined
  readonly body: Buffer | StreamedBody
  emit(fact: CallFact): void
}

/** One whose account and path are as the client wrote them: the id of an account, or of a provider. */
export type RawCall = Omit<DirectCall, 'account' | 'surface'> & {
  readonly account: string
  /** The further credential of the account that has what the request names. */
  readonly credential?: ProviderAccount
}

export interface RawOptions {
  /** Throws `unknown_provider`. */
  accountOf(name: string): ProviderAccount
}

/** Sends a request as it came, with the account's credential. Throws `model_not_allowed`, `provider_not_allowed`, `invalid_request` or the fault of the provider. */
export function callRaw(
  { accountOf }: RawOptions,
  direct: ReturnType<typeof callDirect>,
): (call: RawCall) => Promise<ModelReply> {
  return async (call) => {
    const account = accountOf(call.account)
    checkScope(call.principal, account, accountOf)
    checkPath(call.path)
    const { provider } = account
    const query = queryWithoutKey(call.query, provider.dialect.keyParameter)
    return await direct({ ...call, account: call.credential ?? account, surface: provider, query })
  }
}

/** The same for a request of the gateway's own making: nothing of it is checked but that the account may have it. Throws `provider_not_allowed`. */
export function callDirect(options: SendOptions, mayReach: MayReach): (call: DirectCall) => Promise<ModelReply> {
  const send = sender(options)
  return async (call) => {
    const { account, surface, contentType = 'application/json' } = call
    if (!mayReach(call.principal, account)) throw outOfReach([account])
    return await send({
      call: { ...call, stream: false },
      target: { account, model: '' },
      surface,
      dialect: undefined,
      method: call.method,
      path: call.path,
      query: call.query,
      headers: call.contentType === undefined ? call.headers : [...call.headers, 'content-type', contentType],
      contentType,
      body: call.body,
    })
  }
}

/** It would stand beside the account's credential, and it may be a virtual key. */
function queryWithoutKey(query: string, name: string | undefined): string {
  if (name === undefined || query === '') return query
  const fields = query.slice(1).split('&')
  const kept = fields.filter((field) => !new URLSearchParams(field).has(name))
  return kept.length === fields.length ? query : kept.length === 0 ? '' : `?${kept.join('&')}`
}

/**
 * Which model a request to an account uses, nobody reads: only a key that may use all of them may send one. Throws
 * `model_not_allowed`.
 */
export function checkScope({ models }: Principal, account: ProviderAccount, accountOf: RawOptions['accountOf']): void {
  const { id, provider } = account
  // In the name of a model, too, the provider's id means one account only.
  const isMeantByProvider = accountOf(provider.id) === account
  const wanted = ['*', `${id}/*`, ...(isMeantByProvider ? [`${provider.id}/*`] : [])]
  if (models.some((pattern) => wanted.includes(pattern))) return
  throw new GatewayError(
    'model_not_allowed',
    `Requests of this kind to "${id}" need a key that may use all its models (\`${id}/*\`).`,
  )
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: no step of a path has one.
const leadsElsewhere = /[/\\\u0000-\u001f\u007f]/

/** A path that two readers could read as two different ones is refused: dots, empty steps and escaped separators. */
function checkPath(path: string): void {
  for (const step of path.slice(1).split('/')) {
    let decoded: string
    try {
      decoded = decodeURIComponent(step)
    } catch {
      throw wrongPath('is not valid percent-encoding')
    }
    if (decoded === '' && step !== path.slice(1)) throw wrongPath('has an empty step')
    if (decoded === '.' || decoded === '..' || leadsElsewhere.test(decoded))
      throw wrongPath('has a step that leads elsewhere')
  }
}

function wrongPath(fault: string): GatewayError {
  return new GatewayError('invalid_request', `The path behind the account ${fault}.`)
}
