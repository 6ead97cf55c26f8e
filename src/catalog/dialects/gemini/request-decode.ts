import type { Asked } from '../../../core/model/dialect.ts'
import type {
  Message,
  ModelRequest,
  ReasoningOptions,
  ResponseFormat,
  ToolChoice,
  ToolDefinition,
} from '../../../core/model/model-request.ts'
import { isJsonObject, type JsonObject } from '../../../core/wire/json.ts'
import { given } from '../given.ts'
import { readWith } from '../schema-error.ts'
import { unreadFields } from '../unread-fields.ts'
import { decodeContents, decodeSystem } from './decode-contents.ts'
import { camelCased } from './field-names.ts'
import { jsonSchema } from './google-schema.ts'
import { GenerateRequest } from './request-schema.ts'

const unreadIn = unreadFields(GenerateRequest)

/** Reads a request into the neutral form. Throws `invalid_request` for a wrong type. */
export function decodeRequest(body: JsonObject, asked: Asked): ModelRequest {
  const named = camelCased(body)
  const request = readWith(GenerateRequest, named)
  const other = unreadIn(named)
  const config = request.generationConfig ?? {}
  const system = decodeSystem(request.systemInstruction, other)
  const messages: Message[] = system.length > 0 ? [{ role: 'system', parts: system }] : []
  for (const message of decodeContents(request.contents, other)) messages.push(message)
  return {
    model: asked.model,
    stream: asked.stream,
    messages,
    streamUsage: true,
    ...decodeTools(request, other),
    ...given({
      maxOutputTokens: config.maxOutputTokens,
      temperature: config.temperature,
      topP: config.topP,
      topK: config.topK,
      stop: config.stopSequences,
      seed: config.seed,
      presencePenalty: config.presencePenalty,
      frequencyPenalty: config.frequencyPenalty,
      choiceCount: config.candidateCount,
      logprobs: config.responseLogprobs === true ? given({ top: config.logprobs }) : undefined,
      responseFormat: decodeFormat(config, other),
      reasoning: decodeReasoning(config.thinkingConfig),
    }),
    other: [...other],
  }
}

function decodeTools(
  request: GenerateRequest,
  other: Set<string>,
): { readonly tools?: readonly ToolDefinition[]; readonly toolChoice?: ToolChoice } {
  const tools = (request.tools ?? []).flatMap(({ functionDeclarations }) =>
    (functionDeclarations ?? []).map(({ name, description, parameters, parametersJsonSchema }): ToolDefinition => {
      const schema = isJsonObject(parametersJsonSchema) ? parametersJsonSchema : undefined
      const google = parameters ? jsonSchema(parameters as JsonObject) : undefined
      return { name, ...given({ description, parameters: schema ?? google }) }
    }),
  )
  const { mode, allowedFunctionNames } = request.toolConfig?.functionCallingConfig ?? {}
  const allowed = allowedFunctionNames?.length ? new Set(allowedFunctionNames) : undefined
  const [only] = allowed?.size === 1 ? tools.filter(({ name }) => allowed.has(name)) : []
  const toolChoice = decodeToolChoice(mode?.toUpperCase(), only, other)
  // Those that may not be called need not be told, unless one is named, which other dialects can say.
  const usable =
    allowed === undefined || toolChoice?.type === 'tool' ? tools : tools.filter(({ name }) => allowed.has(name))
  return given({ tools: usable.length === 0 ? undefined : usable, toolChoice })
}

function decodeToolChoice(
  mode: string | undefined,
  only: ToolDefinition | undefined,
  other: Set<string>,
): ToolChoice | undefined {
  if (mode === undefined || mode === 'MODE_UNSPECIFIED') return undefined
  if (mode === 'AUTO') return { type: 'auto' }
  if (mode === 'NONE') return { type: 'none' }
  if (mode === 'ANY') return only === undefined ? { type: 'required' } : { type: 'tool', name: only.name }
  // `VALIDATED` is automatic, and binds the model to the schemas.
  other.add('toolConfig.functionCallingConfig.mode')
  return mode === 'VALIDATED' ? { type: 'auto' } : undefined
}

type Config = NonNullable<GenerateRequest['generationConfig']>

function decodeFormat(config: Config, other: Set<string>): ResponseFormat | undefined {
  const { responseMimeType: type, responseSchema, responseJsonSchema } = config
  const google = responseSchema ? jsonSchema(responseSchema as JsonObject) : undefined
  const schema = isJsonObject(responseJsonSchema) ? responseJsonSchema : google
  if (type === 'application/json') return schema === undefined ? { type: 'json' } : { type: 'json-schema', schema }
  if (schema !== undefined) other.add(google === schema ? 'responseSchema' : 'responseJsonSchema')
  if (!type || type === 'text/plain') return undefined
  other.add('responseMimeType')
  return undefined
}

/** A budget of -1 leaves it to the model, 0 forbids it: https://ai.google.dev/gemini-api/docs/thinking */
function decodeReasoning(config: Config['thinkingConfig']): ReasoningOptions | undefined {
  const { thinkingBudget: budget, thinkingLevel: level, includeThoughts } = config ?? {}
  if (budget === 0) return { mode: 'off' }
  if (typeof budget === 'number' && budget > 0) return { mode: 'on', budgetTokens: budget }
  if (level && level !== 'THINKING_LEVEL_UNSPECIFIED') return { mode: 'on', effort: level.toLowerCase() }
  return typeof budget === 'number' || includeThoughts === true ? { mode: 'adaptive' } : undefined
}
