/** What was said, as attributes: for those who asked for it to leave. */

import type { Message, ModelRequest } from '../../core/model/model-request.ts'
import type { CallOutput, FinishedCall } from '../../core/record/call-store.ts'
import type { TelemetryConventions } from '../../core/record/telemetry.ts'
import { isJsonObject, parseJson } from '../../core/wire/json.ts'
import type { Dialects } from '../finish-call.ts'
import type { SpanAttributes } from './call-spans.ts'
import { genAi, openInference } from './names.ts'

/** Bodies are cut long before this, as the workspace has it. */
const maxContentLength = 1 << 20

export function contentAttributes(
  { record, input, output }: FinishedCall,
  dialects: Dialects,
  conventions: TelemetryConventions,
): SpanAttributes {
  const attributes: SpanAttributes = {}
  const add = (name: string, text: string | undefined): void => {
    if (text !== undefined) attributes[name] = text.slice(0, maxContentLength).toWellFormed()
  }
  if (conventions !== 'gen_ai') {
    add(openInference.inputValue, input)
    add(openInference.outputValue, output)
    if (input !== undefined) attributes[openInference.inputType] = 'application/json'
    if (output !== undefined) attributes[openInference.outputType] = 'application/json'
  }
  if (conventions !== 'openinference') {
    const { clientDialect: id = '' } = record
    const dialect = Object.hasOwn(dialects, id) ? dialects[id] : undefined
    const body = input === undefined ? undefined : parseJson(input)
    if (dialect !== undefined && isJsonObject(body))
      add(
        genAi.inputMessages,
        inputMessages(() => dialect.decodeRequest(body, { model: '', stream: false })),
      )
    if (output !== undefined) add(genAi.outputMessages, outputMessages(parseJson(output) as unknown as CallOutput))
  }
  return attributes
}

function inputMessages(read: () => ModelRequest): string | undefined {
  try {
    return JSON.stringify(read().messages.map(({ role, parts }) => ({ role, parts: parts.flatMap(partOf) })))
  } catch {
    // A body that was refused cannot be read either.
    return undefined
  }
}

/** https://github.com/open-telemetry/semantic-conventions-genai: parts have a `type`, and those of text their `content`. */
function partOf(part: Message['parts'][number]): readonly object[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return [{ type: 'text', content: part.text }]
    case 'reasoning':
      return part.text === '' ? [] : [{ type: 'reasoning', content: part.text }]
    case 'tool-call':
      return [{ type: 'tool_call', id: part.id, name: part.name, arguments: part.arguments }]
    default:
      // Media is named and does not travel.
      return [{ type: part.type }]
  }
}

function outputMessages(output: CallOutput | undefined): string | undefined {
  if (output === undefined || !('choices' in output)) return undefined
  const messages = output.choices.map(({ text, reasoning, refusal, toolCalls = [], finishReason }) => ({
    role: 'assistant',
    parts: [
      ...(reasoning === undefined ? [] : [{ type: 'reasoning', content: reasoning }]),
      ...(text === '' ? [] : [{ type: 'text', content: text }]),
      ...(refusal === undefined ? [] : [{ type: 'text', content: refusal }]),
      ...toolCalls.map(({ id, name, arguments: given }) => ({ type: 'tool_call', id, name, arguments: given })),
    ],
    finish_reason: finishReason ?? 'error',
  }))
  return JSON.stringify(messages)
}
