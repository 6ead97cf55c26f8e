import type { ModelCall } from '../../core/calls/call.ts'
import type { CallLifetime } from '../../core/calls/lifetime.ts'
import type { ProviderAccount } from '../../core/calls/registry.ts'
import { ownCall } from '../own-call.ts'

/** The smallest call that makes a model answer: one word in, one token out. Nobody's, and recorded nowhere. */
export function oneToken(account: ProviderAccount, model: string, lifetime: CallLifetime): ModelCall {
  const { dialect, traits = {} } = account.provider
  return ownCall({
    id: 'probe',
    request: {
      model,
      stream: false,
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
      maxOutputTokens: 1,
      other: [],
    },
    dialect,
    traits,
    principal: { key: 'probe', workspace: 'default', models: ['*'] },
    lifetime,
  })
}
