import type { Dialect } from '../core/model/dialect.ts'
import type { CallDetails } from '../core/record/call-store.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../core/wire/json.ts'
import type { Dialects } from './finish-call.ts'

/**
 * A call as an example of how to answer, in the form in which OpenAI and others take data to train with:
 * https://platform.openai.com/docs/guides/supervised-fine-tuning. `undefined` for what is none: a call that failed, an answer or a
 * request that was not kept whole, and what is no conversation.
 */
export function trainingExample(call: CallDetails, dialects: Dialects, chat: Dialect): JsonObject | undefined {
  const { input, output, clientDialect, inputTruncated, outputTruncated, status } = call
  if (status >= 400 || inputTruncated || outputTruncated || !isJsonObject(input)) return undefined
  const choice = output !== null && 'choices' in output ? output.choices[0] : undefined
  if (choice === undefined || clientDialect === null || !Object.hasOwn(dialects, clientDialect)) return undefined
  const { messages, tools } = chatOf(input, call, dialects[clientDialect], chat)
  if (!Array.isArray(messages)) return undefined
  const calls = (choice.toolCalls ?? []).map(({ id, name, arguments: text }) => ({
    id,
    type: 'function',
    function: { name, arguments: text },
  }))
  const answer: JsonObject = {
    role: 'assistant',
    content: choice.text === '' && calls.length > 0 ? null : choice.text,
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  }
  return { messages: [...messages, answer], ...(tools === undefined ? {} : { tools }) }
}

function chatOf(
  input: JsonObject,
  { model, stream }: Pick<CallDetails, 'model' | 'stream'>,
  client: Dialect | undefined,
  chat: Dialect,
): { readonly messages?: JsonValue; readonly tools?: JsonValue | undefined } {
  try {
    const request = client?.decodeRequest(input, { model: model ?? '', stream })
    if (request === undefined) return {}
    const { messages, tools } = chat.encodeRequest(request, {}).body
    return { ...(messages === undefined ? {} : { messages }), tools }
  } catch {
    // A body that passed through as it came may be one that our own decoder refuses.
    return {}
  }
}
