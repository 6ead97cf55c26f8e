import { GatewayError } from '../../../core/errors.ts'
import type { Asked, TargetTraits } from '../../../core/model/dialect.ts'
import type { EncodedRequest, ModelRequest } from '../../../core/model/model-request.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import { decodeCloudRequest, encodeCloudRequest } from '../anthropic-messages/cloud-request.ts'
import { adaptRequest as adaptMessages } from '../anthropic-messages/request-adapt.ts'

/** Reads a body in Anthropic's format. Throws `invalid_request`, or `unsupported_endpoint` for another vendor's format. */
export function decodeRequest(body: JsonObject, asked: Asked): ModelRequest {
  if (!isAnthropic(body)) {
    throw new GatewayError(
      'unsupported_endpoint',
      'Of InvokeModel only bodies in the format of Anthropic, with `anthropic_version`, go to other providers than Bedrock. Use Converse, or a model of a Bedrock account.',
      { param: 'anthropic_version' },
    )
  }
  return decodeCloudRequest(body, asked)
}

/** Whether it is a stream stands in the path. */
export function encodeRequest(request: ModelRequest, traits: TargetTraits): EncodedRequest {
  return encodeCloudRequest('bedrock-2023-05-31', { ...request, stream: false }, traits)
}

export function adaptRequest(body: JsonObject, traits: TargetTraits): EncodedRequest | undefined {
  return isAnthropic(body) ? adaptMessages(body, traits) : undefined
}

/** Bedrock wants this field in each body of Claude, and no other vendor has it. */
function isAnthropic(body: JsonObject): boolean {
  return typeof body['anthropic_version'] === 'string'
}
