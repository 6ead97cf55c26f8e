import type { ModelRequest, ReasoningOptions } from '../../../core/model/model-request.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/wire/json.ts'
import { given } from '../given.ts'
import type { ConverseRequest } from './request-schema.ts'

type Fields = Pick<ModelRequest, 'topK' | 'reasoning' | 'parallelToolCalls' | 'toolChoice'>

/** What `additionalModelRequestFields` says in the words of the model's vendor; what nobody else could say is named. */
export function decodeModelFields(request: ConverseRequest, other: Set<string>): Fields {
  const fields = request.additionalModelRequestFields as JsonValue | undefined
  const known = isJsonObject(fields) ? fields : {}
  const { top_k: topK, inferenceConfig, tool_choice: choice, ...rest } = known
  const nova = isJsonObject(inferenceConfig) ? inferenceConfig['topK'] : undefined
  for (const name of Object.keys(rest))
    if (!reasoningFields.includes(name)) other.add(`additionalModelRequestFields.${name}`)
  if (fields !== undefined && fields !== null && !isJsonObject(fields)) other.add('additionalModelRequestFields')
  return {
    ...given({
      topK: [topK, nova].find((value) => typeof value === 'number'),
      reasoning: decodeReasoning(known, request.outputConfig?.effort ?? undefined),
    }),
    ...(isJsonObject(choice) ? decodeChoice(choice) : {}),
  }
}

const reasoningFields = ['thinking', 'output_config', 'reasoning_effort', 'reasoningConfig']

function decodeChoice({ type, disable_parallel_tool_use: isSerial }: JsonObject): Fields {
  return {
    ...(type === 'none' ? { toolChoice: { type } } : {}),
    ...(typeof isSerial === 'boolean' ? { parallelToolCalls: !isSerial } : {}),
  }
}

function decodeReasoning(fields: JsonObject, outputEffort: string | undefined): ReasoningOptions | undefined {
  const { thinking, output_config: config, reasoning_effort: plainEffort, reasoningConfig: nova } = fields
  const efforts = [
    outputEffort,
    isJsonObject(config) ? config['effort'] : undefined,
    plainEffort,
    isJsonObject(nova) ? nova['maxReasoningEffort'] : undefined,
  ]
  const effort = efforts.find((value) => typeof value === 'string')
  const wish = isJsonObject(thinking) ? thinking : isJsonObject(nova) ? nova : undefined
  if (wish === undefined) return effort === undefined ? undefined : { effort }
  const { type, budget_tokens: budget } = wish
  return {
    mode: type === 'disabled' ? 'off' : type === 'adaptive' ? 'adaptive' : 'on',
    ...given({ effort, budgetTokens: typeof budget === 'number' ? budget : undefined }),
  }
}
