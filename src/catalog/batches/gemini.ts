import type { InlineBatch, InlineBatches, InlineResult } from '../../core/model/inline-batches.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/wire/json.ts'
import { modelPath } from '../dialects/gemini/model-path.ts'

/** https://ai.google.dev/api/batch-api */
export const geminiBatches: InlineBatches = {
  // "Total request size under 20MB": https://ai.google.dev/gemini-api/docs/batch-api
  maxBytes: 20_000_000,
  createPath: (model) => `${modelPath(model)}:batchGenerateContent`,
  path: (id) => `/batches/${id}`,
  cancelPath: (id) => `/batches/${id}:cancel`,
  encode: (model, requests) => ({
    batch: {
      displayName: 'portcullis',
      inputConfig: {
        requests: {
          requests: requests.map(({ key, body }) => ({
            request: { model: decodeURIComponent(modelPath(model)).slice(1), ...body },
            metadata: { key },
          })),
        },
      },
    },
  }),
  decode(told) {
    const { name, metadata, response, error } = told
    const id = typeof name === 'string' ? /^batches\/([\w-]+)$/.exec(name)?.[1] : undefined
    const said = isJsonObject(metadata) ? metadata : {}
    const status = states[String(said['state'])]
    if (id === undefined || status === undefined) return undefined
    const fault = isJsonObject(error) ? error['message'] : undefined
    return {
      id,
      status,
      ...(typeof fault === 'string' ? { fault } : {}),
      results: [...resultsIn(response), ...(isJsonObject(response) ? [] : resultsIn(said['output']))],
    }
  },
}

/** Google's SDKs write the second word for the first: https://github.com/googleapis/js-genai */
const states: Readonly<Record<string, InlineBatch['status']>> = Object.fromEntries(
  (
    [
      ['UNSPECIFIED', 'validating'],
      ['PENDING', 'validating'],
      ['QUEUED', 'validating'],
      ['RUNNING', 'in_progress'],
      ['SUCCEEDED', 'completed'],
      ['FAILED', 'failed'],
      ['CANCELLED', 'cancelled'],
      ['EXPIRED', 'expired'],
    ] as const
  ).flatMap(([state, status]) => ['BATCH_STATE_', 'JOB_STATE_'].map((prefix) => [prefix + state, status])),
)

function resultsIn(output: JsonValue | undefined): readonly InlineResult[] {
  const held = isJsonObject(output) ? output['inlinedResponses'] : undefined
  const list = isJsonObject(held) ? held['inlinedResponses'] : held
  return Array.isArray(list) ? list.map((item) => resultOf(isJsonObject(item) ? item : {})) : []
}

function resultOf({ response, error, metadata }: JsonObject): InlineResult {
  const key = isJsonObject(metadata) ? metadata['key'] : undefined
  const named = typeof key === 'string' ? { key } : {}
  if (isJsonObject(response)) return { ...named, reply: response }
  const { code, message } = isJsonObject(error) ? error : {}
  return {
    ...named,
    status: httpStatusOf(code),
    message: typeof message === 'string' && message !== '' ? message : 'The provider gave no answer to this request.',
  }
}

/** https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto */
const httpStatuses = [200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401]

function httpStatusOf(code: JsonValue | undefined): number {
  if (typeof code !== 'number') return 500
  const status = httpStatuses[code] ?? code
  return Number.isInteger(status) && status >= 400 && status <= 599 ? status : 500
}
