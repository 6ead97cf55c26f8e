import type { CallExchange } from '../http/exchange.ts'

/** What came back of a call that no connection carried. */
export interface MemoryReply {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface MemoryExchange {
  readonly exchange: CallExchange
  /** Rejects when the call was cut off before its reply was whole. */
  readonly reply: Promise<MemoryReply>
  /** As when a client leaves. */
  abandon(): void
}

/** A request with its body at hand, and its reply in memory: a call goes the same way as one from outside. */
export function memoryExchange(
  url: string,
  body: Buffer,
  headers: Readonly<Record<string, string>> = {},
): MemoryExchange {
  const { promise, resolve, reject } = Promise.withResolvers<MemoryReply>()
  let head: Omit<MemoryReply, 'body'> | undefined
  const written: Buffer[] = []
  let state: 'open' | 'whole' | 'broken' = 'open'
  let onOver: ((isWhole: boolean) => void) | undefined
  const settle = (isWhole: boolean): void => {
    if (state !== 'open') return
    state = isWhole ? 'whole' : 'broken'
    onOver?.(isWhole)
    if (isWhole && head !== undefined) resolve({ ...head, body: Buffer.concat(written) })
    else reject(new Error('The call was cut off.'))
  }
  const exchange: CallExchange = {
    method: 'POST',
    url,
    headers: { ...headers, 'content-type': 'application/json', 'content-length': String(body.length) },
    remoteAddress: undefined,
    onDrain: undefined,
    get isCommitted() {
      return head !== undefined || state !== 'open'
    },
    set onOver(listener: (isWhole: boolean) => void) {
      if (state === 'open') onOver = listener
      else listener(state === 'whole')
    },
    readBody(handler) {
      handler.onData(body)
      handler.onEnd()
    },
    // All of it is there.
    pauseBody: () => undefined,
    resumeBody: () => undefined,
    dropBody: () => undefined,
    // There is no slow reader to be cut off.
    expire: () => undefined,
    reply(status, fields, bytes) {
      if (exchange.isCommitted) return
      exchange.begin(status, fields)
      exchange.write(bytes)
      exchange.end()
    },
    begin(status, fields) {
      head = { status, headers: namedFields(fields) }
    },
    write(bytes) {
      // A copy: what is given may be written over once it was taken.
      written.push(Buffer.from(bytes))
      return true
    },
    end: () => settle(true),
    destroy: () => settle(false),
  }
  return { exchange, reply: promise, abandon: () => settle(false) }
}

function namedFields(fields: readonly string[]): Record<string, string> {
  const named: Record<string, string> = {}
  for (let index = 0; index < fields.length; index += 2) named[fields[index] ?? ''] = fields[index + 1] ?? ''
  return named
}
