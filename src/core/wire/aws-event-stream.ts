/**
 * Binary events of AWS, `application/vnd.amazon.eventstream`:
 * https://smithy.io/2.0/aws/amazon-eventstream.html
 *
 * A message is its whole length, the length of its headers and the CRC-32 of these two, then headers, payload, and the
 * CRC-32 of all before. Numbers are big-endian.
 */
import { crc32 } from 'node:zlib'
import { GatewayError } from '../errors.ts'
import type { EventFramer, EventWriter, Framing, WireEvent } from '../model/framing.ts'

const preludeBytes = 12
const checksumBytes = 4
const minMessageBytes = preludeBytes + checksumBytes
/** The type of a header's value. */
const textType = 7

/** Also checks the sums, so that what it gives is whole and unharmed. A fault shows when what came before it has been given. */
function framer(maxEventBytes: number): EventFramer {
  let held: Buffer[] = []
  let heldBytes = 0
  /** Of the message whose beginning is held, as soon as its prelude is there. */
  let wanted = preludeBytes
  let fault: unknown
  const hold = (bytes: Buffer): void => {
    held = bytes.length === 0 ? [] : [bytes]
    heldBytes = bytes.length
  }
  return {
    push(chunk) {
      if (fault !== undefined) throw fault
      held.push(chunk)
      heldBytes += chunk.length
      // Joining at each push would cost quadratic time for a long message.
      if (heldBytes < wanted) return undefined
      const bytes = held.length === 1 ? chunk : Buffer.concat(held)
      let start = 0
      wanted = preludeBytes
      try {
        while (bytes.length - start >= preludeBytes) {
          const length = checkedLength(bytes, start, maxEventBytes)
          if (bytes.length - start < length) {
            wanted = length
            break
          }
          checkMessage(bytes, start, length)
          start += length
        }
      } catch (cause) {
        if (start === 0) throw cause
        fault = cause
      }
      hold(bytes.subarray(start))
      return start === 0 ? undefined : bytes.subarray(0, start)
    },
    rest() {
      if (fault !== undefined) throw fault
      return heldBytes === 0 ? undefined : Buffer.concat(held)
    },
  }
}

function checkedLength(bytes: Buffer, start: number, maxEventBytes: number): number {
  const length = bytes.readUInt32BE(start)
  if (crc32(bytes.subarray(start, start + 8)) !== bytes.readUInt32BE(start + 8))
    throw invalid('a stream event whose length has a wrong checksum')
  if (length > maxEventBytes) throw new RangeError(`A stream event is larger than ${maxEventBytes} bytes.`)
  if (length < minMessageBytes + bytes.readUInt32BE(start + 4)) throw invalid('a stream event shorter than its headers')
  return length
}

function checkMessage(bytes: Buffer, start: number, length: number): void {
  const end = start + length - checksumBytes
  if (crc32(bytes.subarray(start, end)) !== bytes.readUInt32BE(end))
    throw invalid('a stream event with a wrong checksum')
}

interface Message {
  readonly headers: readonly Header[]
  readonly payload: Buffer
}

interface Header {
  readonly name: string
  readonly type: number
  /** As it stands on the wire, without the length that stands before it. */
  readonly value: Buffer
}

/** What `framer` gave has whole messages; anything else may come from elsewhere. */
function readMessages(frame: Buffer): Message[] {
  const messages: Message[] = []
  for (let start = 0; start < frame.length; ) {
    const end = start + lengthAt(frame, start)
    const payloadStart = start + preludeBytes + frame.readUInt32BE(start + 4)
    if (payloadStart + checksumBytes > end) throw invalid('a stream event shorter than its headers')
    messages.push({
      headers: readHeaders(frame.subarray(start + preludeBytes, payloadStart)),
      payload: frame.subarray(payloadStart, end - checksumBytes),
    })
    start = end
  }
  return messages
}

function lengthAt(frame: Buffer, start: number): number {
  const length = frame.length - start < minMessageBytes ? 0 : frame.readUInt32BE(start)
  if (length < minMessageBytes || start + length > frame.length) throw invalid('a stream event that was cut short')
  return length
}

/** Bytes of a value by its type; those of text and bytes come with their length. */
const valueBytes: readonly (number | undefined)[] = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16]

function readHeaders(bytes: Buffer): Header[] {
  const headers: Header[] = []
  let at = 0
  const take = (count: number): Buffer => {
    if (at + count > bytes.length) throw invalid('a stream event with broken headers')
    at += count
    return bytes.subarray(at - count, at)
  }
  while (at < bytes.length) {
    const name = take(take(1).readUInt8()).toString('utf8')
    const type = take(1).readUInt8()
    if (type >= valueBytes.length) throw invalid('a stream event with broken headers')
    headers.push({ name, type, value: take(valueBytes[type] ?? take(2).readUInt16BE()) })
  }
  return headers
}

function writeMessage({ headers, payload }: Message): Buffer {
  const pieces: Buffer[] = []
  for (const { name, type, value } of headers) {
    const label = Buffer.from(name)
    pieces.push(Buffer.from([label.length]), label, Buffer.from([type]))
    if (valueBytes[type] === undefined) pieces.push(Buffer.from([value.length >> 8, value.length & 0xff]))
    pieces.push(value)
  }
  const headerBytes = pieces.reduce((sum, piece) => sum + piece.length, 0)
  const message = Buffer.allocUnsafe(minMessageBytes + headerBytes + payload.length)
  message.writeUInt32BE(message.length, 0)
  message.writeUInt32BE(headerBytes, 4)
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8)
  let at = preludeBytes
  for (const piece of [...pieces, payload]) at += piece.copy(message, at)
  message.writeUInt32BE(crc32(message.subarray(0, at)), at)
  return message
}

function textOf(headers: readonly Header[], name: string): string | undefined {
  return headers.find((header) => header.name === name && header.type === textType)?.value.toString('utf8')
}

/** An error that the service does not model has its words in headers; it is read as an event named `error`. */
function readEvent({ headers, payload }: Message): WireEvent {
  const event = textOf(headers, ':event-type') ?? textOf(headers, ':exception-type')
  if (event !== undefined) return { event, data: payload.toString('utf8') }
  const code = textOf(headers, ':error-code')
  if (code === undefined) return { data: payload.toString('utf8') }
  return { event: 'error', data: JSON.stringify({ code, message: textOf(headers, ':error-message') ?? '' }) }
}

/** AWS names exceptions so; a name is a header, which holds no more. */
const exceptionName = /^.{0,200}Exception$/
const text = (name: string, value: string): Header => ({ name, type: textType, value: Buffer.from(value) })

function writeEvent({ event = '', data }: WireEvent): Buffer {
  const kind = exceptionName.test(event) ? 'exception' : 'event'
  return writeMessage({
    headers: [text(`:${kind}-type`, event), text(':content-type', 'application/json'), text(':message-type', kind)],
    payload: Buffer.from(data),
  })
}

function invalid(what: string): GatewayError {
  return new GatewayError('upstream_invalid_reply', `The provider sent ${what}.`)
}

const writer: EventWriter = { write: writeEvent, end: () => '' }

export const awsEventStream: Framing = {
  contentType: 'application/vnd.amazon.eventstream',
  writer: () => writer,
  framer,
  parse: (frame) => readMessages(frame).map(readEvent),
  startOfEvent(frame, index) {
    let start = 0
    for (;;) {
      const end = start + lengthAt(frame, start)
      if (end > index || end >= frame.length) return start
      start = end
    }
  },
  /** A message without its end has no checksum, so it is none. */
  completed: (rest) => rest,
  beginsAsStream(start) {
    if (start.length < preludeBytes) return undefined
    return crc32(start.subarray(0, 8)) === start.readUInt32BE(8)
  },
  edited(frame, edit) {
    let isEdited = false
    const edited = (bytes: Buffer): Buffer => {
      const result = edit(bytes)
      if (result !== bytes) isEdited = true
      return result
    }
    const messages = readMessages(frame).map(({ headers, payload }) => ({
      headers: headers.map((header) =>
        header.type === textType ? { ...header, value: edited(header.value).subarray(0, 0xffff) } : header,
      ),
      payload: edited(payload),
    }))
    return isEdited ? Buffer.concat(messages.map(writeMessage)) : frame
  },
  faultWord: Buffer.from('exception'),
}
