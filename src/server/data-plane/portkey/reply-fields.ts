import { headerValue } from '../reply/reply-head.ts'

/** What is known of the attempts so far. */
export interface LastAttempt {
  /** `config.targets[1]` */
  path: string
  /** How often the target was asked again. */
  retries: number
  provider?: string
  /** Absent: no cache was asked. */
  cache?: 'HIT' | 'SEMANTIC HIT' | 'MISS' | 'REFRESH' | undefined
}

const maxTraceIdLength = 256

/** Headers that a client of Portkey looks for in a reply: https://portkey.ai/docs/api-reference/inference-api/response-schema. */
export function replyFields(traceId: string | undefined, callId: string, last: LastAttempt): readonly string[] {
  const fields = [
    // Its SDKs do not repeat a call that failed when this is there: the gateway has tried what there was to try.
    'x-portkey-trace-id',
    headerValue(traceId === undefined || traceId === '' ? callId : traceId.slice(0, maxTraceIdLength)),
    'x-portkey-last-used-option-index',
    last.path,
    'x-portkey-retry-attempt-count',
    String(last.retries),
    'x-portkey-cache-status',
    last.cache ?? 'DISABLED',
  ]
  if (last.provider !== undefined) fields.push('x-portkey-provider', last.provider)
  return fields
}
