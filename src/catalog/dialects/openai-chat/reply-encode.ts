import type { FinishReason, ReplyContext, ReplyPart, Usage } from '../../../core/model/model-reply.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import { extraContent } from './extra-content.ts'
import { isLegacy } from './legacy-functions.ts'
import { encodeFinishReason, encodeUsage } from './usage.ts'

interface Choice {
  text: string
  refusal: string
  reasoning: string
  blocks: JsonObject[]
  open: string
  calls: { id: string; name: string; json: string; signature: string | undefined }[]
  reason: FinishReason
}

export function encodeReply(parts: readonly ReplyPart[], context: ReplyContext): JsonObject {
  const choices: Choice[] = []
  let usage: Usage | undefined
  const choiceAt = (index: number): Choice => {
    while (choices.length <= index)
      choices.push({ text: '', refusal: '', reasoning: '', blocks: [], open: '', calls: [], reason: 'stop' })
    return choices[index] as Choice
  }
  for (const part of parts) {
    switch (part.type) {
      case 'text-delta':
        choiceAt(part.choice).text += part.text
        break
      case 'refusal-delta':
        choiceAt(part.choice).refusal += part.text
        break
      case 'reasoning-delta': {
        const choice = choiceAt(part.choice)
        choice.reasoning += part.text
        choice.open += part.text
        break
      }
      case 'reasoning-signature': {
        const choice = choiceAt(part.choice)
        choice.blocks.push({ type: 'thinking', thinking: choice.open, signature: part.signature })
        choice.open = ''
        break
      }
      case 'reasoning-redacted':
        choiceAt(part.choice).blocks.push({ type: 'redacted_thinking', data: part.data })
        break
      case 'tool-call-start':
        choiceAt(part.choice).calls[part.index] = {
          id: part.id,
          name: part.name,
          json: '',
          signature: part.signature,
        }
        break
      case 'tool-call-delta': {
        const call = choiceAt(part.choice).calls[part.index]
        if (call !== undefined) call.json += part.json
        break
      }
      case 'usage-report':
        usage = { ...usage, ...part.usage }
        break
      case 'choice-end':
        choiceAt(part.choice).reason = part.reason
        break
    }
  }
  return {
    id: `chatcmpl-${context.callId}`,
    object: 'chat.completion',
    created: context.createdAt,
    model: context.model,
    choices: choices.map((choice, index) => encodeChoice(choice, index, isLegacy(context.body))),
    ...(usage === undefined ? {} : { usage: encodeUsage(usage) }),
  }
}

function encodeChoice(choice: Choice, index: number, isOld: boolean): JsonObject {
  const { text, refusal, reasoning, blocks, calls, reason } = choice
  const made = calls.filter((call) => call !== undefined)
  return {
    index,
    message: {
      role: 'assistant',
      content: text === '' && (made.length > 0 || refusal !== '') ? null : text,
      refusal: refusal === '' ? null : refusal,
      ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
      ...(blocks.length === 0 ? {} : { thinking_blocks: blocks }),
      ...(made.length === 0 ? {} : isOld ? { function_call: functionOf(made[0]) } : { tool_calls: made.map(toolCall) }),
    },
    logprobs: null,
    finish_reason: encodeFinishReason(reason, isOld),
  }
}

function toolCall(call: Choice['calls'][number]): JsonObject {
  return { id: call.id, type: 'function', function: functionOf(call), ...extraContent(call.signature) }
}

function functionOf({ name = '', json = '' }: Partial<Choice['calls'][number]> = {}): JsonObject {
  return { name, arguments: json === '' ? '{}' : json }
}
