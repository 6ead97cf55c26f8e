/**
 * Names of attributes and metrics. Those of GenAI are of the OpenTelemetry repository `semantic-conventions-genai`, where all
 * are in development still; those of OpenInference are of its `spec/semantic_conventions.md`. What neither has a name for
 * begins with `portcullis.`
 */
export const genAi = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  /** The name that `gen_ai.provider.name` had; many a backend looks for this one. */
  system: 'gen_ai.system',
  requestModel: 'gen_ai.request.model',
  requestStream: 'gen_ai.request.stream',
  responseModel: 'gen_ai.response.model',
  finishReasons: 'gen_ai.response.finish_reasons',
  timeToFirstChunk: 'gen_ai.response.time_to_first_chunk',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheReadTokens: 'gen_ai.usage.cache_read.input_tokens',
  cacheWriteTokens: 'gen_ai.usage.cache_creation.input_tokens',
  reasoningTokens: 'gen_ai.usage.reasoning.output_tokens',
  conversation: 'gen_ai.conversation.id',
  agentId: 'gen_ai.agent.id',
  inputMessages: 'gen_ai.input.messages',
  outputMessages: 'gen_ai.output.messages',
  tokenType: 'gen_ai.token.type',
} as const

export const openInference = {
  kind: 'openinference.span.kind',
  model: 'llm.model_name',
  provider: 'llm.provider',
  inputTokens: 'llm.token_count.prompt',
  outputTokens: 'llm.token_count.completion',
  totalTokens: 'llm.token_count.total',
  cacheReadTokens: 'llm.token_count.prompt_details.cache_read',
  cacheWriteTokens: 'llm.token_count.prompt_details.cache_write',
  reasoningTokens: 'llm.token_count.completion_details.reasoning',
  cost: 'llm.cost.total',
  finishReason: 'llm.finish_reason',
  metadata: 'metadata',
  inputValue: 'input.value',
  inputType: 'input.mime_type',
  outputValue: 'output.value',
  outputType: 'output.mime_type',
} as const

/** Of both conventions, and of OpenTelemetry as a whole. */
export const common = {
  session: 'session.id',
  user: 'user.id',
  errorType: 'error.type',
  method: 'http.request.method',
  route: 'http.route',
  status: 'http.response.status_code',
} as const

export const own = {
  call: 'portcullis.call.id',
  workspace: 'portcullis.workspace',
  key: 'portcullis.key.id',
  account: 'portcullis.account',
  trace: 'portcullis.trace.id',
  route: 'portcullis.route',
  cache: 'portcullis.cache',
  cost: 'portcullis.cost.usd',
  saved: 'portcullis.cost.saved_usd',
  estimated: 'portcullis.usage.estimated',
  overhead: 'portcullis.overhead_ms',
  queued: 'portcullis.queued_ms',
  requestedModel: 'portcullis.requested_model',
  shadowOf: 'portcullis.shadow_of',
  attempt: 'portcullis.attempt',
  metadata: 'portcullis.metadata.',
  decision: 'portcullis.decision',
  cacheHit: 'portcullis.cache.hit',
  stage: 'portcullis.stage',
} as const

const seconds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]

/** Boundaries are those that the conventions advise. */
export const histograms = {
  'gen_ai.client.token.usage': {
    unit: '{token}',
    description: 'Number of input and output tokens used.',
    boundaries: Array.from({ length: 14 }, (_, index) => 4 ** index),
  },
  'gen_ai.server.request.duration': {
    unit: 's',
    description: 'Duration of a call, until the last byte of its answer.',
    boundaries: seconds,
  },
  'gen_ai.server.time_to_first_token': {
    unit: 's',
    description: 'Time until the first content of an answer that succeeded.',
    boundaries: [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  },
  'gen_ai.server.time_per_output_token': {
    unit: 's',
    description: 'Time per output token after the first one, of streams that succeeded.',
    boundaries: [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5],
  },
  'portcullis.overhead': {
    unit: 's',
    description: 'Time that the gateway added.',
    boundaries: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5],
  },
  'portcullis.stage.duration': {
    unit: 's',
    description: 'Time of a call in one of its stages, until its answer leaves.',
    boundaries: [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.1, 1, 10],
  },
  'portcullis.cost': {
    unit: '{USD}',
    description: 'Cost of a call, where it is known.',
    boundaries: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
  },
} as const
export type HistogramName = keyof typeof histograms
