import type { TargetTraits } from '../../../core/model/dialect.ts'
import type { EncodedRequest } from '../../../core/model/model-request.ts'
import { isJsonObject, type JsonObject } from '../../../core/wire/json.ts'
import { withoutExtraContent } from './extra-content.ts'

/** Fits a body of this dialect to a provider that takes less of it; `undefined` when the bytes can go as they are. */
export function adaptRequest(
  body: JsonObject,
  traits: TargetTraits,
  options: { readonly streamUsage: boolean },
): EncodedRequest | undefined {
  const refused = (traits.unsupported ?? []).filter((name) => body[name] !== undefined)
  const renamed = traits.maxTokensField === undefined ? undefined : otherMaxTokens[traits.maxTokensField]
  const isRenamed = renamed !== undefined && body[renamed] !== undefined
  const isStreamUsageMissing = options.streamUsage && body['stream'] === true && !asksForUsage(body)
  const messages = traits.takesExtraContent === false ? withoutExtraContent(body['messages']) : undefined
  if (refused.length === 0 && !isRenamed && !isStreamUsageMissing && messages === undefined) return undefined
  const adapted: JsonObject = { ...body }
  if (isRenamed && traits.maxTokensField !== undefined) {
    adapted[traits.maxTokensField] = adapted[traits.maxTokensField] ?? adapted[renamed]
    delete adapted[renamed]
  }
  if (isStreamUsageMissing) adapted['stream_options'] = { ...streamOptions(body), include_usage: true }
  if (messages !== undefined) adapted['messages'] = messages
  for (const name of refused) delete adapted[name]
  return { body: adapted, dropped: messages === undefined ? refused : [...refused, 'messages[].extra_content'] }
}

const otherMaxTokens = { max_tokens: 'max_completion_tokens', max_completion_tokens: 'max_tokens' } as const

function asksForUsage(body: JsonObject): boolean {
  return streamOptions(body)?.['include_usage'] === true
}

function streamOptions({ stream_options: options }: JsonObject): JsonObject | undefined {
  return isJsonObject(options) ? options : undefined
}
