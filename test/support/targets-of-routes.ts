import type { Target } from '../../src/core/calls/registry.ts'
import type { Provider } from '../../src/core/model/provider.ts'

/** A target of an account of its own, for what decides between targets and sends nothing. */
export function targetOf(id: string): Target {
  return {
    account: {
      id,
      provider: { id } as Pick<Provider, 'id'> as Provider,
      baseUrl: 'https://example.com',
      allowPrivateNetwork: false,
      requestStreamUsage: false,
      options: {},
      source: 'file',
    },
    model: 'model',
  }
}
