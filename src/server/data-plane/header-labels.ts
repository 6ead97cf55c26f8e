import { type CallLabels, callLabels } from './call-labels.ts'
import { portkeyLabels } from './portkey/read-headers.ts'

/** What a client says in headers of a request whose body is not read. Throws `invalid_request`. */
export function headerLabels(headers: Readonly<Record<string, string>>): CallLabels {
  return callLabels(headers, {}, portkeyLabels(headers))
}
