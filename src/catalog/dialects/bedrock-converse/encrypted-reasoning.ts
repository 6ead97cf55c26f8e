import type { EncryptedReasoning } from '../../../core/model/encrypted-reasoning.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'
import { modelFamily } from './model-family.ts'

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ReasoningContentBlock.html */
export const encryptedReasoning: EncryptedReasoning = {
  name: 'reasoningContent',
  piecesIn: ({ messages }) =>
    Array.isArray(messages) ? messages.flatMap((message) => blocksOf(message).flatMap(piecesOf)) : [],
  without(body, isForeign) {
    const { messages } = body
    const isLost = (block: JsonValue): boolean => piecesOf(block).some(isForeign)
    if (!Array.isArray(messages) || !messages.some((message) => blocksOf(message).some(isLost)))
      return { body, dropped: [] }
    const kept = messages.flatMap((message) => {
      const blocks = blocksOf(message)
      const own = blocks.filter((block) => !isLost(block))
      if (own.length === blocks.length || !isJsonObject(message)) return [message]
      return own.length === 0 ? [] : [{ ...message, content: own }]
    })
    const calm = isToolLoopWithoutThinking(kept) ? withoutBudget(body) : body
    return { body: { ...calm, messages: kept }, dropped: [encryptedReasoning.name] }
  },
  mayCome({ additionalModelRequestFields: fields }, model) {
    const { claude, takesReasoning } = modelFamily(model)
    if (claude === undefined) return takesReasoning
    const thinking = isJsonObject(fields) ? fields['thinking'] : undefined
    return isJsonObject(thinking) ? thinking['type'] !== 'disabled' : !claude.canDisableThinking
  },
  landmarks: ['"signature"', '"redactedContent"'],
}

/** Claude refuses a loop of tools that begins without thinking while it is told to think. */
function withoutBudget(body: JsonObject): JsonObject {
  const { additionalModelRequestFields: fields, ...rest } = body
  const thinking = isJsonObject(fields) ? fields['thinking'] : undefined
  if (!isJsonObject(fields) || !isJsonObject(thinking) || thinking['type'] !== 'enabled') return body
  const { thinking: _, ...others }: JsonObject = fields
  return Object.keys(others).length === 0 ? rest : { ...rest, additionalModelRequestFields: others }
}

function isToolLoopWithoutThinking(messages: readonly JsonValue[]): boolean {
  const asked = messages.findLastIndex((message) => roleOf(message) === 'user' && !hasBlock(message, 'toolResult'))
  const [first, ...more] = messages.slice(asked + 1).filter((message) => roleOf(message) === 'assistant')
  const last = more.at(-1) ?? first
  if (first === undefined || last === undefined || !hasBlock(last, 'toolUse')) return false
  return !isGiven(blocksOf(first)[0], 'reasoningContent')
}

function piecesOf(block: JsonValue): readonly string[] {
  const reasoning = isJsonObject(block) ? block['reasoningContent'] : undefined
  if (!isJsonObject(reasoning)) return []
  const { reasoningText, redactedContent } = reasoning
  const signature = isJsonObject(reasoningText) ? reasoningText['signature'] : undefined
  return [signature, redactedContent].filter((piece) => typeof piece === 'string').filter((piece) => piece !== '')
}

function blocksOf(message: JsonValue): readonly JsonValue[] {
  const content = isJsonObject(message) ? message['content'] : undefined
  return Array.isArray(content) ? content : []
}

function hasBlock(message: JsonValue, name: string): boolean {
  return blocksOf(message).some((block) => isGiven(block, name))
}

function isGiven(block: JsonValue | undefined, name: string): boolean {
  return isJsonObject(block) && block[name] !== undefined && block[name] !== null
}

function roleOf(message: JsonValue): JsonValue | undefined {
  return isJsonObject(message) ? message['role'] : undefined
}
