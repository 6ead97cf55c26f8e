import { percentEncoded } from '../../../core/aws-signature.ts'
import { checkedStep } from '../../../core/path-step.ts'

/** Where a model stands at Bedrock. An id may be an ARN with colons and slashes; all but unreserved characters are encoded, as AWS SDKs do. */
export function modelPath(model: string): string {
  return `/model/${percentEncoded(checkedStep(model))}`
}
