import type { ReceivedSpan, Span, SpanOrigin } from '../../core/record/span.ts'
import { isJsonObject, parseJson } from '../../core/wire/json.ts'
import type { SpoolFrame } from '../spool-frame.ts'

const mark = '{"spansOf":'

/** What stands in the head of a frame that holds spans; they are its request. */
export function spansHeader(origin: SpanOrigin): object {
  return { spansOf: origin }
}

/** The spans of a frame; `undefined` for one that holds none, or one of another version. */
export function spansIn({ header, bodies }: SpoolFrame): readonly ReceivedSpan[] | undefined {
  if (header === undefined || !header.startsWith(mark)) return undefined
  const read = parseJson(header)
  const origin = isJsonObject(read) ? read['spansOf'] : undefined
  const spans = parseJson(Buffer.from(bodies.request ?? []).toString('utf8'))
  if (!isJsonObject(origin) || !Array.isArray(spans)) return undefined
  const { workspace, key, receivedAt } = origin
  if (typeof workspace !== 'string' || typeof key !== 'string' || !Number.isSafeInteger(receivedAt)) return undefined
  // Written by this product, and behind a checksum.
  return (spans as unknown as readonly Span[]).map((span) => ({ workspace, key, receivedAt: Number(receivedAt), span }))
}
