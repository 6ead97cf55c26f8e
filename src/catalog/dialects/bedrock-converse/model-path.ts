import { percentEncoded } from '../../../core/aws-signature.ts'
import { GatewayError } from '../../../core/errors.ts'

/** Where a model stands at Bedrock. An id may be an ARN with colons and slashes; all but unreserved characters are encoded, as AWS SDKs do. */
export function modelPath(model: string): string {
  // A URL has no way to write these two as a name (WHATWG URL, "double-dot path segment").
  if (model === '.' || model === '..')
    throw new GatewayError('unknown_model', `No provider serves a model named "${model}".`, { param: 'model' })
  return `/model/${percentEncoded(model)}`
}
