import type { Frame } from '../../core/calls/call.ts'
import { GatewayError } from '../../core/errors.ts'
import type { Framing, WireEvent } from '../../core/model/framing.ts'
import { awsEventStream } from '../../core/wire/aws-event-stream.ts'
import { parseJson } from '../../core/wire/json.ts'
import { ndjson } from '../../core/wire/ndjson.ts'
import { sse } from '../../core/wire/sse.ts'
import { type EventData, eventData } from './event-data.ts'
import { textEncoding, withoutZeros } from './readable-text.ts'
import { textFraming } from './text-framing.ts'

/** How the events of a stream are found and read. */
export interface StreamReader {
  readonly framing: Framing
  /** It is no events, but one text. */
  readonly isText?: true
  dataOf(event: WireEvent): EventData | undefined
  /** What it gets is no whole events yet. */
  readonly isCutting: boolean
  /** The same bytes in frames of whole events. Throws `upstream_reply_too_large`. */
  push(frame: Frame): readonly Frame[]
  /** What is left at the end. */
  rest(): readonly Frame[]
}

/** For frames that hold whole events already. */
export function framedReader(framing: Framing): StreamReader {
  return { framing, dataOf: eventData, isCutting: false, push: (frame) => frame.split?.() ?? [frame], rest: () => [] }
}

/** For a stream that comes in any pieces, by its label and its first bytes; `undefined` for sound and pictures, which are not read. */
export function readerOf(contentType: string, start: Buffer): StreamReader | undefined {
  const events = eventsOf(contentType, start)
  const encoding = textEncoding(start, contentType)
  const framing = events ?? (encoding === undefined ? undefined : textFraming(encoding))
  if (framing === undefined) return undefined
  const framer = framing.framer(MAX_EVENT_BYTES)
  const frames = (cut: () => Buffer | undefined): readonly Frame[] => {
    try {
      const bytes = cut()
      return bytes === undefined ? [] : [plainFrame(bytes)]
    } catch (cause) {
      if (cause instanceof GatewayError) throw cause
      const message = `A line of the reply is longer than ${MAX_EVENT_BYTES} bytes, and a guardrail has to read it.`
      throw new GatewayError('upstream_reply_too_large', message, { cause })
    }
  }
  return {
    framing,
    ...(events === undefined ? { isText: true } : {}),
    dataOf:
      events === undefined
        ? ({ data }) => ({ value: withoutZeros(data), written: String, readsOneWay: () => true })
        : eventData,
    isCutting: true,
    push: ({ bytes }) => frames(() => framer.push(bytes)),
    rest: () => frames(() => framer.rest()),
  }
}

const MAX_EVENT_BYTES = 32 << 20

/** `undefined`: it is a text, or nothing that is read. */
function eventsOf(contentType: string, start: Buffer): Framing | undefined {
  if (contentType.startsWith(awsEventStream.contentType)) return awsEventStream
  if (textEncoding(start, contentType) !== 'utf-8') return undefined
  const text = start.toString().trimStart()
  if (/^(?:data|event|id|retry)?:/.test(text)) return sse
  if (!/^[{[]/.test(text)) return undefined
  const end = text.indexOf('\n')
  return end < 0 || parseJson(text.slice(0, end)) !== undefined ? ndjson : undefined
}

export function plainFrame(bytes: Buffer): Frame {
  return { bytes, saysError: false, parts: nothing, readableParts: nothing, landmarkParts: nothing }
}

function nothing(): readonly never[] {
  return []
}
