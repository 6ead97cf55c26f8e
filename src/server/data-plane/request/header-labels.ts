import type { RecordSettings } from '../../../core/calls/registry.ts'
import { portkeyLabels } from '../portkey/read-headers.ts'
import { type CallLabels, callLabels } from './call-labels.ts'

/** What a client says in headers of a request whose body is not read. Throws `invalid_request`. */
export function headerLabels(
  headers: Readonly<Record<string, string>>,
  { baggage }: Pick<RecordSettings, 'baggage'>,
): CallLabels {
  return callLabels(headers, {}, { said: portkeyLabels(headers), baggage })
}
