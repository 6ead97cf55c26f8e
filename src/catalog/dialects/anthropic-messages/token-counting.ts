import type { TokenCounting } from '../../../core/model/dialect.ts'
import { decodeRequest } from './request-decode.ts'

/** https://docs.anthropic.com/en/api/messages-count-tokens */
export const tokenCounting: TokenCounting = {
  paths: [{ path: '/v1/messages/count_tokens' }],
  providerPath: () => '/v1/messages/count_tokens',
  // A count needs no limit of the answer, a call does.
  promptIn: (body, model) => decodeRequest({ max_tokens: 1, ...body, model }),
  encodeCount: (tokens) => ({ input_tokens: tokens }),
}
