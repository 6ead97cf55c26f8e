import { noCache } from '../../core/cache.ts'
import type { ModelCall } from '../../core/call.ts'
import type { CallLifetime } from '../../core/lifetime.ts'
import type { ModelRequest } from '../../core/model-request.ts'
import type { ProviderAccount } from '../../core/registry.ts'
import { requestFacts, routeFacts } from '../../core/request-facts.ts'

/** The smallest call that makes a model answer: one word in, one token out. Nobody's, and recorded nowhere. */
export function oneToken(account: ProviderAccount, model: string, lifetime: CallLifetime): ModelCall {
  const { dialect, traits = {} } = account.provider
  const request: ModelRequest = {
    model,
    stream: false,
    messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
    maxOutputTokens: 1,
    other: [],
  }
  const { body } = dialect.encodeRequest(request, traits)
  const [clientPath] = dialect.clientPaths
  if (clientPath === undefined) throw new Error(`The dialect ${dialect.id} has no path.`)
  const principal = { key: 'probe', workspace: 'default', models: ['*'] }
  return {
    id: 'probe',
    principal,
    model,
    lifetime,
    emit: () => undefined,
    endpoint: { kind: 'dialect', path: clientPath.path, dialect, clientPath },
    stream: false,
    wire: { bytes: Buffer.from(JSON.stringify(body)), json: body },
    headers: [],
    query: '',
    wish: noCache,
    request: () => request,
    facts: () =>
      routeFacts(requestFacts({ model, endpoint: clientPath.path, stream: false }, request), principal, {}, new Date()),
  }
}
