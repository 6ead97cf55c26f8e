import { CallLifetime } from '../../core/calls/lifetime.ts'
import type { HealthCheck, Principal, ProviderAccount } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import { callDirect } from '../call-raw.ts'
import { callProvider } from '../provider-call/call-provider.ts'
import type { SendOptions } from '../provider-call/send.ts'
import { tellsOfTarget } from '../routing/target-state.ts'
import { oneToken } from './one-token.ts'

/** Nobody's: it is the gateway that asks. */
const principal: Principal = { key: '', workspace: '', models: [] }

/** Some lists of models have a megabyte. */
const maxReplyBytes = 16 << 20

/**
 * Asks an account whether it is there, over its own connections, with its credential and its rules for addresses. Resolves with
 * the fault that says that it is not.
 */
export function askHealth(
  options: SendOptions,
): (account: ProviderAccount, check: HealthCheck) => Promise<GatewayError | undefined> {
  const { limits, acquire, acquireNew, replace } = options
  const bounded: SendOptions = {
    ...options,
    limits: { ...limits, maxReplyBytes: Math.min(limits.maxReplyBytes, maxReplyBytes) },
    // The connections are the ones that calls use, and have their limits.
    acquire: (account) => acquire(account, limits),
    acquireNew: (account) => acquireNew(account, limits),
    replace: (account) => replace(account, limits),
  }
  // Nobody's data is in the question.
  const direct = callDirect(bounded, () => true)
  const call = callProvider(bounded)

  const ask = (account: ProviderAccount, question: HealthCheck['question'], lifetime: CallLifetime) => {
    if (question.kind === 'model')
      return call(oneToken(account, question.model, lifetime), { account, model: question.model })
    const { provider, baseUrl } = account
    const { dialect } = provider
    const path = question.kind === 'path' ? question.path : (dialect.modelListPath ?? '')
    return direct({
      principal,
      endpoint: { kind: 'raw', path, errorDialect: dialect },
      lifetime,
      method: 'GET',
      account,
      surface: question.kind === 'path' ? { ...provider, url: () => new URL(baseUrl).origin + path } : provider,
      path,
      query: '',
      headers: [],
      contentType: undefined,
      body: Buffer.alloc(0),
      emit: () => undefined,
    })
  }

  return async (account, { question, timeoutMs }) => {
    const lifetime = new CallLifetime()
    const timer = setTimeout(
      () => lifetime.end(new GatewayError('upstream_timeout', `Nothing came within ${timeoutMs} ms.`)),
      timeoutMs,
    )
    try {
      await ask(account, question, lifetime)
      return undefined
    } catch (fault) {
      if (!(fault instanceof GatewayError)) throw fault
      return isFault(fault, question) ? fault : undefined
    } finally {
      clearTimeout(timer)
      lifetime.end(new GatewayError('client_closed', 'The question is over.'))
    }
  }
}

/**
 * A provider that knows no list of models, or shows it to nobody, answers all the same; one that refuses for its rate is there.
 * Where somebody chose the question, any other answer than success is a fault.
 */
function isFault({ code }: GatewayError, { kind }: HealthCheck['question']): boolean {
  if (code === 'upstream_rate_limited') return false
  return kind === 'models' ? code !== 'upstream_forbidden' && tellsOfTarget.has(code) : code.startsWith('upstream_')
}
