import type { Asked, TargetTraits } from '../../../core/model/dialect.ts'
import type { EncodedRequest, ModelRequest } from '../../../core/model/model-request.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import { decodeRequest } from './request-decode.ts'
import { encodeRequest } from './request-encode.ts'

/** Reads a Messages body as clouds take it: the model stands in the path, and the version of the API in the body. */
export function decodeCloudRequest(body: JsonObject, { model, stream }: Asked): ModelRequest {
  const { anthropic_version: _, ...messages } = body
  return decodeRequest({ ...messages, model, stream })
}

export function encodeCloudRequest(version: string, request: ModelRequest, traits: TargetTraits): EncodedRequest {
  const { body, dropped } = encodeRequest(request, traits)
  const { model: _, ...rest } = body
  return { body: { anthropic_version: version, ...rest }, dropped }
}
