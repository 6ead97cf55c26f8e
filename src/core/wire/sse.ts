/**
 * Server-sent events, as in the WHATWG HTML standard, section 9.2 "Server-sent events".
 *
 * Two steps, because a stream that passes through unchanged needs only the first: `EventFramer` cuts bytes
 * at event borders, `parseEvents` reads whole events.
 */
import type { EventFramer, EventWriter, Framing, WireEvent } from '../model/framing.ts'

const LF = 10
const CR = 13

/** `maxEventBytes` bounds what is held back; more than that throws `RangeError`. */
export function eventFramer(maxEventBytes: number): EventFramer {
  let held: Buffer[] = []
  let heldBytes = 0
  /** The last three bytes seen, the newest first: a border may be split over chunks of one byte. */
  let seen: Tail = [0, 0, 0]
  return {
    push(chunk) {
      const cut = lastBorder(chunk, seen)
      seen = [
        byteAt(chunk, seen, chunk.length - 1),
        byteAt(chunk, seen, chunk.length - 2),
        byteAt(chunk, seen, chunk.length - 3),
      ]
      if (cut === 0) {
        heldBytes += chunk.length
        if (heldBytes > maxEventBytes) throw new RangeError(`A stream event is larger than ${maxEventBytes} bytes.`)
        // Joining at each push would cost quadratic time for a long event.
        held.push(chunk)
        return undefined
      }
      const whole = cut === chunk.length ? chunk : chunk.subarray(0, cut)
      const frame = heldBytes === 0 ? whole : Buffer.concat([...held, whole])
      held = cut === chunk.length ? [] : [chunk.subarray(cut)]
      heldBytes = chunk.length - cut
      return frame
    },
    rest() {
      return heldBytes === 0 ? undefined : Buffer.concat(held)
    },
  }
}

type Tail = readonly [number, number, number]

function byteAt(chunk: Buffer, seen: Tail, index: number): number {
  return (index >= 0 ? chunk[index] : seen[-index - 1]) ?? 0
}

/**
 * Index just behind the last blank line of `chunk`; 0 when there is none.
 * A CR at the very end does not count as a border: the LF of a CR LF may still be on its way.
 */
function lastBorder(chunk: Buffer, seen: Tail): number {
  for (let end = chunk.length; end > 0; end--) {
    const last = chunk[end - 1]
    if (last !== LF && last !== CR) continue
    if (last === CR && end === chunk.length) continue
    // The line end that closes the blank line is LF, CR LF or CR; another line end must stand right before it.
    const start = last === LF && byteAt(chunk, seen, end - 2) === CR ? end - 2 : end - 1
    const previous = byteAt(chunk, seen, start - 1)
    if (previous === LF || previous === CR) return end
  }
  return 0
}

/** Reads whole events. Comments and unknown fields are skipped, as the standard says. */
export function parseEvents(frame: Buffer): WireEvent[] {
  const events: WireEvent[] = []
  let event: string | undefined
  let id: string | undefined
  let data: string | undefined
  for (const line of withoutMark(frame.toString('utf8')).split(/\r\n|\n|\r/)) {
    if (line === '') {
      if (data !== undefined)
        events.push({ data, ...(event === undefined ? {} : { event }), ...(id === undefined ? {} : { id }) })
      event = id = data = undefined
      continue
    }
    const colon = line.indexOf(':')
    if (colon === 0) continue
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line.charCodeAt(colon + 1) === 32 ? colon + 2 : colon + 1)
    if (field === 'data') data = data === undefined ? value : `${data}\n${value}`
    else if (field === 'event') event = value
    else if (field === 'id') id = value
  }
  return events
}

/** A stream may begin with a mark of the byte order, which says nothing. */
function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

/** Writes one event. A line break in `data` becomes several `data:` lines. */
export function formatEvent({ event, data, id }: WireEvent): string {
  const head = `${event === undefined ? '' : `event: ${event}\n`}${id === undefined ? '' : `id: ${id}\n`}`
  const body = data.includes('\n') || data.includes('\r') ? data.split(/\r\n|\n|\r/).join('\ndata: ') : data
  return `${head}data: ${body}\n\n`
}

const writer: EventWriter = { write: formatEvent, end: () => '' }
const blankLine = Buffer.from('\n\n')

export const sse: Framing = {
  contentType: 'text/event-stream',
  writer: () => writer,
  framer: eventFramer,
  parse: parseEvents,
  startOfEvent(frame, index) {
    const before = frame.lastIndexOf(blankLine, index)
    return before < 0 ? 0 : before + 2
  },
  /** The framer may only have waited for the LF that could have followed a last CR. */
  completed(rest) {
    const before = rest.at(-2)
    const isWhole = rest.at(-1) === CR && (before === CR || before === LF)
    return isWhole ? rest : Buffer.concat([rest, blankLine])
  },
  /** JSON begins with no letter and no colon. */
  beginsAsStream(start) {
    const text = start.toString('latin1', 0, 64).trimStart()
    if (start.length < 64 && text.length < 'event:'.length && !text.includes(':')) return undefined
    return /^(?:data|event|id|retry)?:/.test(text)
  },
  faultWord: Buffer.from('error'),
}
