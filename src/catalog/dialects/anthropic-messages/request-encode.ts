import type { TargetTraits } from '../../../core/dialect.ts'
import { type JsonObject, type JsonValue, parseJson } from '../../../core/json.ts'
import type {
  AssistantPart,
  CacheMarker,
  DocumentPart,
  EncodedRequest,
  MediaSource,
  Message,
  ModelRequest,
  ReasoningOptions,
  SystemMessage,
  TextPart,
  ToolChoice,
  ToolDefinition,
  ToolResultPart,
  UserPart,
} from '../../../core/model-request.ts'

/** Anthropic requires `max_tokens`. Where neither the client nor the catalogue names one, what every Claude model can write. */
const defaultMaxTokens = 4096

/** Writes a Messages request. What Anthropic cannot say is dropped and named as a client of OpenAI knows it. */
export function encodeRequest(request: ModelRequest, traits: TargetTraits): EncodedRequest {
  const dropped = new Set(request.other)
  const { system, messages } = splitSystem(request.messages)
  const body: JsonObject = {
    model: request.model,
    max_tokens: request.maxOutputTokens ?? traits.maxOutputTokens ?? defaultMaxTokens,
  }
  const put = (name: string, value: JsonValue | undefined): void => {
    if (value !== undefined) body[name] = value
  }
  const instruction = request.responseFormat?.type === 'json' ? jsonInstruction : undefined
  put('system', encodeSystem(system, instruction))
  body['messages'] = encodeMessages(messages, dropped)
  if (request.stream) body['stream'] = true
  put('stop_sequences', request.stop && [...request.stop])
  put('temperature', request.temperature)
  put('top_p', request.topP)
  put('top_k', request.topK)
  put('metadata', request.endUser === undefined ? undefined : { user_id: request.endUser })
  put('tools', request.tools?.map(encodeTool))
  put('tool_choice', encodeToolChoice(request))
  put('cache_control', request.cache && cacheControl(request.cache))
  encodeReasoning(request, body, dropped)
  encodeFormat(request, body)
  limitSampling(body, dropped)
  if (request.serviceTier === 'auto' || request.serviceTier === 'standard_only')
    body['service_tier'] = request.serviceTier
  else if (request.serviceTier !== undefined) dropped.add('service_tier')
  for (const [name, value] of unsaid(request)) if (value !== undefined) dropped.add(name)
  return { body, dropped: [...dropped] }
}

/** OpenAI's JSON mode promises an object and no more; Anthropic has no switch for it, so the model is told. */
const jsonInstruction = 'Answer with one valid JSON object and nothing else.'

function unsaid(request: ModelRequest): readonly (readonly [name: string, value: unknown])[] {
  return [
    ['n', request.choiceCount === 1 ? undefined : request.choiceCount],
    ['seed', request.seed],
    ['frequency_penalty', request.frequencyPenalty],
    ['presence_penalty', request.presencePenalty],
    ['logit_bias', request.logitBias],
    ['logprobs', request.logprobs],
    ['verbosity', request.verbosity],
    ['metadata', request.metadata],
  ]
}

/** System prompts at the start go into `system`. A later one stays where it was said, as a marked text of the user's turn: only newer models take the role there. */
function splitSystem(messages: readonly Message[]): {
  readonly system: readonly SystemMessage[]
  readonly messages: readonly Message[]
} {
  const start = messages.findIndex((message) => message.role !== 'system' && message.role !== 'developer')
  const end = start < 0 ? messages.length : start
  const system = messages
    .slice(0, end)
    .flatMap((message) => (message.role === 'system' || message.role === 'developer' ? [message] : []))
  return { system, messages: messages.slice(end) }
}

function encodeSystem(system: readonly SystemMessage[], instruction: string | undefined): JsonValue | undefined {
  const parts = system.flatMap((message) => message.parts).filter((part) => part.text !== '')
  const all: TextPart[] = instruction === undefined ? parts : [...parts, { type: 'text', text: instruction }]
  const first = all[0]
  if (first === undefined) return undefined
  return all.length === 1 && first.cache === undefined ? first.text : all.map(encodeText)
}

interface Turn {
  readonly role: 'user' | 'assistant'
  /** Stand before the rest of a user's turn, as Anthropic demands. */
  readonly results: JsonObject[]
  readonly content: JsonObject[]
}

/** Turns alternate at Anthropic, so what follows in the same role is one turn. */
function encodeMessages(messages: readonly Message[], dropped: Set<string>): JsonValue[] {
  const turns: Turn[] = []
  const turnOf = (role: Turn['role']): Turn => {
    const last = turns.at(-1)
    if (last?.role === role) return last
    const turn: Turn = { role, results: [], content: [] }
    turns.push(turn)
    return turn
  }
  for (const message of messages) {
    if ('name' in message && message.name !== undefined) dropped.add('name')
    switch (message.role) {
      case 'system':
      case 'developer':
        turnOf('user').content.push({
          type: 'text',
          text: `<system>\n${message.parts.map(({ text }) => text).join('\n')}\n</system>`,
        })
        break
      case 'user':
        turnOf('user').content.push(...message.parts.flatMap((part) => encodeUserPart(part, dropped)))
        break
      case 'tool': {
        const last = turns.at(-1)
        // Results that come after the user spoke on answer an older turn; they still have to stand first.
        const turn = last?.role === 'user' ? last : turnOf('user')
        turn.results.push(...message.parts.map((part) => encodeToolResult(part, dropped)))
        break
      }
      case 'assistant':
        turnOf('assistant').content.push(...message.parts.flatMap((part) => encodeAssistantPart(part, dropped)))
        break
    }
  }
  trimPrefill(turns.at(-1))
  return turns
    .map(({ role, results, content }) => ({ role, content: plain([...results, ...content]) }))
    .filter(({ content }) => content.length > 0)
}

/** One text without a marker is written as a plain string. */
function plain(content: JsonObject[]): string | JsonObject[] {
  const first = content[0]
  const isPlain = content.length === 1 && first?.['type'] === 'text' && first['cache_control'] === undefined
  return isPlain ? String(first['text']) : content
}

/** "final assistant content cannot end with trailing whitespace" */
function trimPrefill(turn: Turn | undefined): void {
  const last = turn?.role === 'assistant' ? turn.content.at(-1) : undefined
  if (turn === undefined || last?.['type'] !== 'text') return
  const text = String(last['text']).trimEnd()
  if (text === '') turn.content.pop()
  else turn.content[turn.content.length - 1] = { ...last, text }
}

function encodeText(part: TextPart): JsonObject {
  return { type: 'text', text: part.text, ...marked(part) }
}

function marked({ cache }: { readonly cache?: CacheMarker }): JsonObject {
  return cache === undefined ? {} : { cache_control: cacheControl(cache) }
}

function cacheControl({ ttl }: CacheMarker): JsonObject {
  return { type: 'ephemeral', ...(ttl === undefined ? {} : { ttl }) }
}

function encodeUserPart(part: UserPart, dropped: Set<string>): JsonObject[] {
  switch (part.type) {
    case 'text':
      // Empty text blocks are refused.
      return part.text === '' ? [] : [encodeText(part)]
    case 'image':
      if (part.detail !== undefined && part.detail !== 'auto') dropped.add('detail')
      return [{ type: 'image', source: encodeSource(part.source), ...marked(part) }]
    case 'document':
      return [encodeDocument(part)]
    case 'audio':
      dropped.add('input_audio')
      return [{ type: 'text', text: '[an audio part that this model cannot hear]' }]
  }
}

function encodeSource(source: MediaSource): JsonObject {
  switch (source.type) {
    case 'url':
      return { type: 'url', url: source.url }
    case 'base64':
      return { type: 'base64', media_type: source.mediaType, data: source.data }
    case 'file':
      return { type: 'file', file_id: source.fileId }
  }
}

function encodeDocument(part: DocumentPart): JsonObject {
  const { source, name, context, citations } = part
  return {
    type: 'document',
    source:
      source.type === 'text' ? { type: 'text', media_type: 'text/plain', data: source.text } : encodeSource(source),
    ...(name === undefined ? {} : { title: name }),
    ...(context === undefined ? {} : { context }),
    ...(citations === undefined ? {} : { citations: { enabled: citations } }),
    ...marked(part),
  }
}

function encodeAssistantPart(part: AssistantPart, dropped: Set<string>): JsonObject[] {
  switch (part.type) {
    case 'text':
      return part.text === '' ? [] : [encodeText(part)]
    case 'refusal':
      return part.text === '' ? [] : [{ type: 'text', text: part.text }]
    case 'reasoning':
      if (part.redacted !== undefined) return [{ type: 'redacted_thinking', data: part.redacted }]
      if (part.signature !== undefined) return [{ type: 'thinking', thinking: part.text, signature: part.signature }]
      // Thinking that Anthropic did not sign is refused.
      dropped.add('reasoning_content')
      return []
    case 'tool-call':
      return [{ type: 'tool_use', id: part.id, name: part.name, input: toolInput(part.arguments), ...marked(part) }]
  }
}

/** `input` must be an object; a model may have written something else. */
export function toolInput(text: string): JsonObject {
  const value = text.trim() === '' ? {} : parseJson(text)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { arguments: text }
}

function encodeToolResult(part: ToolResultPart, dropped: Set<string>): JsonObject {
  const content = part.content.flatMap((inner) => encodeUserPart(inner, dropped))
  return {
    type: 'tool_result',
    tool_use_id: part.toolCallId,
    ...(content.length === 0 ? {} : { content: plain(content) }),
    ...(part.isError === true ? { is_error: true } : {}),
    ...marked(part),
  }
}

function encodeTool(tool: ToolDefinition): JsonObject {
  const { name, description, parameters, strict } = tool
  return {
    name,
    ...(description === undefined ? {} : { description }),
    // The schema is required, and its type must be `object`.
    input_schema: { type: 'object', ...parameters },
    ...(strict === undefined ? {} : { strict }),
    ...marked(tool),
  }
}

function encodeToolChoice({ toolChoice, parallelToolCalls, tools }: ModelRequest): JsonObject | undefined {
  if (tools === undefined) return undefined
  const isSerial = parallelToolCalls === undefined ? {} : { disable_parallel_tool_use: !parallelToolCalls }
  if (toolChoice === undefined) return parallelToolCalls === false ? { type: 'auto', ...isSerial } : undefined
  return toolChoice.type === 'none' ? { type: 'none' } : { ...choiceOf(toolChoice), ...isSerial }
}

function choiceOf(choice: ToolChoice): JsonObject {
  if (choice.type === 'tool') return { type: 'tool', name: choice.name }
  return { type: choice.type === 'required' ? 'any' : choice.type }
}

/** Thinking budgets for OpenAI's efforts. Anthropic's least is 1,024 tokens, and the budget counts towards `max_tokens`. */
const budgets: Readonly<Record<string, number>> = {
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 32_768,
  max: 32_768,
}

function encodeReasoning({ reasoning }: ModelRequest, body: JsonObject, dropped: Set<string>): void {
  if (reasoning === undefined) return
  if (reasoning.mode === 'adaptive') {
    if (reasoning.effort !== undefined) body['output_config'] = { effort: reasoning.effort }
    else body['thinking'] = { type: 'adaptive' }
    return
  }
  if (reasoning.mode === 'off') {
    body['thinking'] = { type: 'disabled' }
    return
  }
  const budget = budgetOf(reasoning)
  body['thinking'] = { type: 'enabled', budget_tokens: budget }
  const maxTokens = Number(body['max_tokens'])
  if (maxTokens <= budget) body['max_tokens'] = budget + maxTokens
  // https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking: not together with these.
  for (const name of ['temperature', 'top_k']) {
    if (body[name] === undefined) continue
    delete body[name]
    dropped.add(name)
  }
  const choice = body['tool_choice'] as JsonObject | undefined
  if (choice?.['type'] === 'any' || choice?.['type'] === 'tool') {
    body['tool_choice'] = { ...choice, type: 'auto', name: undefined }
    dropped.add('tool_choice')
  }
}

function budgetOf({ effort, budgetTokens }: ReasoningOptions): number {
  return Math.max(1024, budgetTokens ?? budgets[effort ?? 'medium'] ?? 8192)
}

function encodeFormat({ responseFormat }: ModelRequest, body: JsonObject): void {
  if (responseFormat?.type !== 'json-schema') return
  body['output_config'] = {
    ...(body['output_config'] as JsonObject | undefined),
    format: { type: 'json_schema', schema: responseFormat.schema },
  }
}

/** OpenAI's temperature goes up to 2, Anthropic's to 1: the nearest value is sent, and the parameter named as changed. */
function limitSampling(body: JsonObject, dropped: Set<string>): void {
  if (typeof body['temperature'] !== 'number' || body['temperature'] <= 1) return
  body['temperature'] = 1
  dropped.add('temperature')
}

/** Fits a body of this dialect to a provider that takes less of it. */
export function adaptRequest(body: JsonObject, traits: TargetTraits): EncodedRequest | undefined {
  const refused = (traits.unsupported ?? []).filter((name) => body[name] !== undefined)
  if (refused.length === 0) return undefined
  const adapted: JsonObject = { ...body }
  for (const name of refused) delete adapted[name]
  return { body: adapted, dropped: refused }
}
