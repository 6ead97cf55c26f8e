import { hasControl } from '../text/control-characters.ts'
import { headerText } from '../text/header-text.ts'

/** W3C Trace Context and Baggage, as clients send them. What is not well formed is as if it were not there. */

/** The span of the client that a call is a part of. */
export interface TraceParent {
  readonly traceId: string
  readonly spanId: string
  readonly isSampled: boolean
}

/** https://www.w3.org/TR/trace-context/#traceparent-header */
const form = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/
const maxTraceParentLength = 512

export function readTraceParent(sent: string | undefined): TraceParent | undefined {
  const read = partsOf(sent)
  return read && { traceId: read.traceId, spanId: read.spanId, isSampled: (Number.parseInt(read.flags, 16) & 1) === 1 }
}

/** The same trace for those who come next, as part of our own span; `undefined` where there is none. */
export function traceParentBelow(sent: string, spanId: string): string | undefined {
  const read = partsOf(sent)
  if (read === undefined) return undefined
  // Who knows the first version only says no more than it knows: of flags, that it is sampled and that its id is random.
  const flags = read.version === '00' ? read.flags : (Number.parseInt(read.flags, 16) & 3).toString(16).padStart(2, '0')
  return `00-${read.traceId}-${spanId}-${flags}`
}

function partsOf(sent: string | undefined) {
  if (sent === undefined || sent.length > maxTraceParentLength) return undefined
  const [, version = 'ff', traceId = '', spanId = '', flags = '', more] = form.exec(sent) ?? []
  // Later versions may say more; the first one does not, and ff is none.
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  return { version, traceId, spanId, flags }
}

/** https://www.w3.org/TR/baggage/#limits: what is larger need not be passed on, and is not read here. */
const maxBaggageLength = 8192
const maxBaggageEntries = 180

/** The entries of these names; the first one of a name that is well formed counts. */
export function readBaggage(sent: string | undefined, names: ReadonlySet<string>): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  if (sent === undefined || sent.length > maxBaggageLength || names.size === 0) return found
  const entries = sent.split(',', maxBaggageEntries + 1)
  if (entries.length > maxBaggageEntries) return found
  for (const entry of entries) {
    const [pair = ''] = entry.split(';', 1)
    const equals = pair.indexOf('=')
    const name = pair.slice(0, Math.max(0, equals)).trim()
    if (!names.has(name) || found.has(name)) continue
    const value = decoded(pair.slice(equals + 1).trim())
    if (value !== undefined && value !== '') found.set(name, value)
  }
  return found
}

function decoded(value: string): string | undefined {
  try {
    const text = decodeURIComponent(headerText(value))
    // Percent signs must bring in nothing that a header cannot hold.
    return hasControl(text) ? undefined : text
  } catch {
    // A percent sign that stands for nothing.
    return undefined
  }
}
