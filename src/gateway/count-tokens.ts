import type { Endpoint, ModelCall, ModelReply } from '../core/calls/call.ts'
import type { Target } from '../core/calls/registry.ts'
import { estimatePrompt } from '../core/model/estimate-prompt.ts'
import { surfaceFor } from '../core/model/provider.ts'

type Attempt = (call: ModelCall, target: Target) => Promise<ModelReply>

/** Says on a count that it is not the provider's. */
const estimatedHeader = 'x-portcullis-estimated'

/** How many tokens a prompt has: asked of the provider where it counts for clients of the dialect, else estimated and labelled so. */
export function countTokens(attempt: Attempt): Attempt {
  return (call, target) => {
    const { endpoint } = call
    if (endpoint.kind !== 'count-tokens') return attempt(call, target)
    const surface = surfaceFor(target.account.provider, endpoint.errorDialect, target.model)
    if (surface.dialect === endpoint.errorDialect && surface.countsTokens === true) return attempt(call, target)
    return Promise.resolve(estimate(call, target, endpoint))
  }
}

function estimate(
  { model, wire }: ModelCall,
  target: Target,
  { counting }: Endpoint & { readonly kind: 'count-tokens' },
): ModelReply {
  const tokens = estimatePrompt(counting.promptIn(wire.json, model))
  return {
    target,
    status: 200,
    headers: { [estimatedHeader]: 'input-tokens' },
    body: {
      kind: 'unary',
      bytes: Buffer.from(JSON.stringify(counting.encodeCount(tokens))),
      contentType: 'application/json',
      parts: [],
    },
  }
}
