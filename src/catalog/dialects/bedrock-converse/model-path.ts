import { checkedStep } from '../../../core/model/path-step.ts'
import { percentEncoded } from '../../../core/secrets/aws-signature.ts'

/** Where a model stands at Bedrock. An id may be an ARN with colons and slashes; all but unreserved characters are encoded, as AWS SDKs do. */
export function modelPath(model: string): string {
  return `/model/${percentEncoded(checkedStep(model))}`
}
