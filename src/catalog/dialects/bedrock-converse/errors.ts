import type { GatewayError } from '../../../core/errors.ts'
import type { ProviderFault } from '../../../core/model/dialect.ts'
import type { WireEvent } from '../../../core/model/framing.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../../core/wire/json.ts'
import { errorSentence, readError } from '../read-error.ts'

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html, "Errors". */
const statuses: Readonly<Record<string, number>> = {
  ValidationException: 400,
  AccessDeniedException: 403,
  ResourceNotFoundException: 404,
  ModelTimeoutException: 408,
  ModelErrorException: 424,
  ModelStreamErrorException: 424,
  ThrottlingException: 429,
  ModelNotReadyException: 429,
  InternalServerException: 500,
  ServiceUnavailableException: 503,
}

/** The HTTP status of an error that came inside a stream, where names begin in lower case. */
export function statusOf(type: string): number {
  const name = type.charAt(0).toUpperCase() + type.slice(1)
  return (Object.hasOwn(statuses, name) ? statuses[name] : undefined) ?? 502
}

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html: all of them with status 403, as what a credential may not do. */
const credentialFaults: Readonly<Record<string, ProviderFault['credential']>> = {
  ExpiredTokenException: 'expired',
  UnrecognizedClientException: 'refused',
  InvalidSignatureException: 'refused',
}

/** `{"message":…}`; services in front of Bedrock write `Message`. */
export function decodeError(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): ProviderFault {
  const json = parseJson(body)
  const { Message: message, __type: type } = isJsonObject(json) ? json : {}
  const name = nameIn(type) ?? nameIn(headers['x-amzn-errortype']) ?? ''
  const credential = status < 500 && Object.hasOwn(credentialFaults, name) ? credentialFaults[name] : undefined
  const said =
    typeof message !== 'string'
      ? readError(status, body)
      : { message: errorSentence(message, status), ...(typeof type === 'string' ? { vendorType: name } : {}) }
  return credential === undefined ? said : { ...said, credential }
}

/** `com.amazon.coral.service#AccessDeniedException`, or `AccessDeniedException:http://internal.amazon.com/`. */
function nameIn(type: JsonValue | undefined): string | undefined {
  return typeof type === 'string' ? type.slice(type.indexOf('#') + 1).split(':', 1)[0] : undefined
}

export function encodeError({ message }: GatewayError): JsonObject {
  return { message }
}

/** AWS SDKs make their typed exceptions of this header, and decide by it whether to try again. */
export function errorHeaders(error: GatewayError): Readonly<Record<string, string>> {
  return { 'x-amzn-errortype': typeOf(error) }
}

function typeOf({ status, code, vendorType }: GatewayError): string {
  // SDKs set their clock by the reply's date when they hear this.
  if (code === 'invalid_signature') return 'InvalidSignatureException'
  if (vendorType !== undefined && Object.hasOwn(statuses, vendorType) && statuses[vendorType] === status)
    return vendorType
  if (status === 401 || status === 403) return 'AccessDeniedException'
  if (status === 404) return 'ResourceNotFoundException'
  if (status === 408 || status === 504) return 'ModelTimeoutException'
  if (status === 424) return 'ModelErrorException'
  if (status === 429) return 'ThrottlingException'
  if (status === 503 || status === 529) return 'ServiceUnavailableException'
  return status >= 500 ? 'InternalServerException' : 'ValidationException'
}

/** Of the exceptions above a stream knows five: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html */
export function encodeErrorEvent(error: GatewayError): WireEvent {
  const { message, status } = error
  return { event: streamType(error), data: JSON.stringify({ message, originalStatusCode: status }) }
}

function streamType({ status, code }: GatewayError): string {
  if (status === 429) return 'throttlingException'
  if (status === 503 || status === 529) return 'serviceUnavailableException'
  // SDKs take this one for worth a second try.
  if (status === 424 || code === 'upstream_reset' || code === 'upstream_timeout') return 'modelStreamErrorException'
  return status >= 500 ? 'internalServerException' : 'validationException'
}
