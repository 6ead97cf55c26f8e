import type { ProviderFault } from '../../core/model/dialect.ts'
import { isJsonObject, type JsonValue, parseJson } from '../../core/wire/json.ts'

/** What an error body in any of the usual shapes says: `{"error":{…}}`, `{"error":"…"}`, `{"detail":…}`, `{"message":…}`, or no JSON at all. */
export function readError(status: number, body: string): ProviderFault {
  const json = parseJson(body)
  const first = Array.isArray(json) ? json[0] : json
  if (isJsonObject(first)) {
    const error = first['error'] ?? first
    if (typeof error === 'string') return { message: errorSentence(error, status) }
    if (isJsonObject(error)) {
      const { message, type, code, param, details } = error
      const detail = message ?? first['message'] ?? first['detail']
      return {
        message: errorSentence(readable(detail), status),
        ...(typeof type === 'string' ? { vendorType: type } : {}),
        ...(typeof code === 'string' || typeof code === 'number' ? { vendorCode: String(code) } : {}),
        ...(typeof param === 'string' ? { param } : {}),
        ...googleReason(details),
      }
    }
  }
  return { message: errorSentence('', status) }
}

/**
 * `google.rpc.ErrorInfo` holds the cause as a word. Google says of a wrong key that the request is wrong:
 * https://ai.google.dev/gemini-api/docs/troubleshooting
 */
export function googleReason(details: JsonValue | undefined): Pick<ProviderFault, 'vendorCode' | 'credential'> {
  for (const detail of Array.isArray(details) ? details : []) {
    if (!isJsonObject(detail) || typeof detail['reason'] !== 'string') continue
    const { reason } = detail
    return { vendorCode: reason, ...(reason === 'API_KEY_INVALID' ? { credential: 'refused' } : {}) }
  }
  return {}
}

/** FastAPI lists its findings (Mistral, vLLM): their place and reason are read, never `input`, which is the caller's text. */
function readable(detail: JsonValue | undefined): string {
  if (typeof detail === 'string') return detail
  const list = isJsonObject(detail) ? detail['detail'] : detail
  if (!Array.isArray(list)) return ''
  const findings = list.slice(0, 5).flatMap((item) => {
    if (!isJsonObject(item) || typeof item['msg'] !== 'string') return []
    return [Array.isArray(item['loc']) ? `${item['loc'].join('.')}: ${item['msg']}` : item['msg']]
  })
  return findings.join('; ')
}

export function errorSentence(message: string, status: number): string {
  const text = message.trim().slice(0, 1000)
  return text === '' || text.startsWith('<')
    ? `The provider answered with status ${status} and no readable message.`
    : text
}
