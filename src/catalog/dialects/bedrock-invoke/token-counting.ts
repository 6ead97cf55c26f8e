import { GatewayError } from '../../../core/errors.ts'
import type { TokenCounting } from '../../../core/model/dialect.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../../core/wire/json.ts'
import { modelPath } from '../bedrock-converse/model-path.ts'
import { decodeRequest as decodeConverse } from '../bedrock-converse/request-decode.ts'
import { decodeRequest } from './request.ts'

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html: the prompt of either operation. */
export const tokenCounting: TokenCounting = {
  paths: [{ path: '/model/{model}/count-tokens' }],
  providerPath: (model) => `${modelPath(model)}/count-tokens`,
  promptIn({ input }, model) {
    const { converse, invokeModel }: JsonObject = isJsonObject(input) ? input : {}
    if (isJsonObject(converse)) return decodeConverse(converse, { model, stream: false })
    return decodeRequest({ max_tokens: 1, ...invokedBody(invokeModel) }, { model, stream: false })
  },
  encodeCount: (tokens) => ({ inputTokens: tokens }),
}

function invokedBody(invokeModel: unknown): JsonObject {
  const encoded = isJsonObject(invokeModel) ? invokeModel['body'] : undefined
  const body = typeof encoded === 'string' ? parseJson(Buffer.from(encoded, 'base64').toString('utf8')) : undefined
  if (isJsonObject(body)) return body
  throw new GatewayError('invalid_request', '`input` must hold `converse`, or `invokeModel` with a body of JSON.', {
    param: 'input',
  })
}
