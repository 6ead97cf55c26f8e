import { GatewayError } from '../../core/errors.ts'
import type { EmbeddingRequest } from '../../core/model/embeddings.ts'

/** The inputs as texts. Throws `invalid_request` for tokens: their numbers mean something to one tokenizer only. */
export function textsOf({ inputs }: EmbeddingRequest): string[] {
  return inputs.map((input) => {
    if (typeof input === 'string') return input
    throw new GatewayError('invalid_request', 'This model takes texts, not the numbers of tokens.', { param: 'input' })
  })
}
