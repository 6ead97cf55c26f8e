/** Which headers pass between clients and providers. Both lists allow; what they do not name stays here. */

const forwardedRequestHeaders = new Set(['traceparent', 'tracestate', 'idempotency-key', 'x-client-request-id'])
const forwardedRequestPrefixes = ['anthropic-', 'openai-']

/** Client headers for the provider, as a flat list of names and values. */
export function requestHeaders(raw: readonly string[]): string[] {
  const kept: string[] = []
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index]?.toLowerCase() ?? ''
    if (forwardedRequestHeaders.has(name) || forwardedRequestPrefixes.some((prefix) => name.startsWith(prefix))) {
      kept.push(name, raw[index + 1] ?? '')
    }
  }
  return kept
}

const forwardedReplyHeaders = new Set([
  'retry-after',
  'retry-after-ms',
  'request-id',
  'x-request-id',
  'openai-processing-ms',
  'openai-version',
  'openai-model',
])
const forwardedReplyPrefixes = ['x-ratelimit-', 'anthropic-ratelimit-']

/** Provider headers for the client. Cookies, and names of the organisation behind our credential, are not among them. */
export function replyHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const name in headers) {
    if (!forwardedReplyHeaders.has(name) && !forwardedReplyPrefixes.some((prefix) => name.startsWith(prefix))) continue
    const value = headers[name]
    if (value !== undefined) kept[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return kept
}
