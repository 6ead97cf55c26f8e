import type { ReplyPart, Usage } from '../../../core/model/model-reply.ts'
import { usageIn } from '../../../core/model/usage-in.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import { decodeReply as decodeMessage } from '../anthropic-messages/reply-decode.ts'
import { decodeUsage } from '../bedrock-converse/usage.ts'

export { encodeReply } from '../anthropic-messages/reply-encode.ts'

/** Reads a whole reply: all of Claude's, and of another vendor's what was used. */
export function decodeReply(body: JsonObject): readonly ReplyPart[] {
  if (Array.isArray(body['content']) || body['type'] === 'error') return decodeMessage(body)
  return usageParts(decodeUsage(body['usage']) ?? usageIn(body) ?? decodeUsage(flatCounts(body)))
}

/** The body is whole, and so are its figures. */
export function usageParts(usage: Usage | undefined): readonly ReplyPart[] {
  return [...(usage === undefined ? [] : [{ type: 'usage-report', usage } as const]), { type: 'reply-end' }]
}

/** Llama's and Titan's names: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html */
function flatCounts(body: JsonObject): JsonObject {
  const input = body['prompt_token_count'] ?? body['inputTextTokenCount']
  const output = body['generation_token_count'] ?? (input === undefined ? undefined : 0)
  return {
    ...(input === undefined ? {} : { inputTokens: input }),
    ...(output === undefined ? {} : { outputTokens: output }),
  }
}
