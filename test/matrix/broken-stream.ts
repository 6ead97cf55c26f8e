import type { Exchange, MockReply } from '../support/mock-provider.ts'

/** Sends the events of a stream before the one that holds `text`, and then cuts it or goes on with what is no event. */
export function brokenStream(whole: MockReply, text: string, how: 'cut' | 'garble'): MockReply {
  return async (exchange) => {
    const { head, body } = await captured(whole, exchange)
    const events = eventsOf(body)
    const end = events.findIndex((event) => event.includes(text))
    if (end < 0) throw new Error('no event holds the text')
    const { response, cut } = exchange
    response.writeHead(...head)
    const begun = Buffer.concat(events.slice(0, end))
    if (how === 'garble') {
      response.end(Buffer.concat([begun, garbled(events[end] ?? begun)]))
      return
    }
    await new Promise<void>((resolve) => response.write(begun, () => resolve()))
    cut('close')
  }
}

type Head = [status: number, headers: Record<string, string>]

async function captured(reply: MockReply, exchange: Exchange): Promise<{ head: Head; body: Buffer }> {
  const chunks: Buffer[] = []
  let head: Head | undefined
  const keep = (chunk?: Buffer | string): void => {
    if (chunk !== undefined) chunks.push(Buffer.from(chunk))
  }
  const response = {
    writeHead: (...written: Head) => {
      head = written
    },
    write: keep,
    end: keep,
  } as unknown as Exchange['response']
  await reply({ ...exchange, response })
  if (head === undefined) throw new Error('the reply has no head')
  const { 'content-length': _, ...headers } = head[1]
  return { head: [head[0], headers], body: Buffer.concat(chunks) }
}

/** Server-sent events, lines of JSON, or messages of AWS that begin with their length. */
function eventsOf(body: Buffer): Buffer[] {
  if (body[0] === 0) {
    const events: Buffer[] = []
    for (let start = 0; start < body.length; start += body.readUInt32BE(start))
      events.push(body.subarray(start, start + body.readUInt32BE(start)))
    return events
  }
  const isLines = body[0] === 0x7b
  return body
    .toString()
    .split(isLines ? /(?<=\n)/ : /(?<=\n\r?\n)/)
    .map((event) => Buffer.from(event))
}

const garbage = { line: '{"half": "a li\n', event: 'data: {"half": "an ev\n\n' }

export function withoutGarbage(body: Buffer): Buffer {
  const text = body.toString('latin1')
  return Buffer.from(text.replace(garbage.event, '').replace(garbage.line, ''), 'latin1')
}

function garbled(event: Buffer): Buffer {
  if (event[0] !== 0) return Buffer.from(event[0] === 0x7b ? garbage.line : garbage.event)
  const damaged = Buffer.from(event)
  // Its checksum does not fit any more.
  const at = damaged.length - 6
  damaged[at] = (damaged[at] ?? 0) ^ 0xff
  return damaged
}
