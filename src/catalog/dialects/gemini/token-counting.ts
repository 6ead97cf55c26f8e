import type { TokenCounting } from '../../../core/model/dialect.ts'
import { isJsonObject, type JsonObject } from '../../../core/wire/json.ts'
import { methodPaths } from './method-paths.ts'
import { modelPath } from './model-path.ts'
import { decodeRequest } from './request-decode.ts'

/** https://ai.google.dev/api/tokens: contents alone, or a whole request that names its model once more. */
export const tokenCounting: TokenCounting = {
  paths: methodPaths('countTokens'),
  providerPath: (model) => `${modelPath(model)}:countTokens`,
  promptIn: (body, model) => decodeRequest(wholeRequest(body) ?? body, { model, stream: false }),
  adapt(body, model) {
    const request = wholeRequest(body)
    const name = modelPath(model).slice(1)
    if (request?.['model'] === undefined || request['model'] === name) return undefined
    const { [camel]: whole, [snake]: _, ...rest } = body
    return { ...rest, [isJsonObject(whole) ? camel : snake]: { ...request, model: name } }
  },
  encodeCount: (tokens) => ({ totalTokens: tokens }),
}

const camel = 'generateContentRequest'
const snake = 'generate_content_request'

function wholeRequest(body: JsonObject): JsonObject | undefined {
  return [body[camel], body[snake]].find(isJsonObject)
}
