import type { EventFramer, EventWriter, Framing, WireEvent } from '../model/framing.ts'

const LF = 10
const lineEnd = Buffer.from('\n')

/** A JSON text has no line break of its own, so each LF ends one (https://github.com/ndjson/ndjson-spec). */
function lineFramer(maxEventBytes: number): EventFramer {
  let held: Buffer[] = []
  let heldBytes = 0
  return {
    push(chunk) {
      const cut = chunk.lastIndexOf(LF) + 1
      const rest = cut === chunk.length ? undefined : chunk.subarray(cut)
      if (cut === 0) {
        heldBytes += chunk.length
        if (heldBytes > maxEventBytes) throw new RangeError(`A stream event is larger than ${maxEventBytes} bytes.`)
        held.push(chunk)
        return undefined
      }
      const whole = rest === undefined ? chunk : chunk.subarray(0, cut)
      const frame = heldBytes === 0 ? whole : Buffer.concat([...held, whole])
      held = rest === undefined ? [] : [rest]
      heldBytes = rest?.length ?? 0
      return frame
    },
    rest: () => (heldBytes === 0 ? undefined : Buffer.concat(held)),
  }
}

function parseLines(frame: Buffer): WireEvent[] {
  const events: WireEvent[] = []
  for (const line of frame.toString('utf8').split('\n')) {
    const data = line.trim()
    if (data !== '') events.push({ data })
  }
  return events
}

const writer: EventWriter = { write: ({ data }) => `${data}\n`, end: () => '' }

/** Newline-delimited JSON: one object a line, no names and no terminator. */
export const ndjson: Framing = {
  contentType: 'application/x-ndjson',
  writer: () => writer,
  framer: lineFramer,
  parse: parseLines,
  startOfEvent: (frame, index) => frame.lastIndexOf(LF, index) + 1,
  completed: (rest) => Buffer.concat([rest, lineEnd]),
  faultWord: Buffer.from('error'),
}
