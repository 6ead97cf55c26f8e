import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CallLifetime } from '../../../core/calls/lifetime.ts'
import type { ScratchFile } from '../../../core/calls/scratch.ts'
import { GatewayError } from '../../../core/errors.ts'
import type { BodySink } from '../../../core/wire/streamed-body.ts'
import type { BodyHandler } from '../../http/exchange.ts'
import { type IncomingBody, type IncomingBodyOptions, openBody } from './incoming-body.ts'

const heldBytes = 4096
const pieceBytes = 1000

/** A client that sends when it may, and a provider that takes when it likes. */
async function bench(length: number | undefined, form?: IncomingBodyOptions['form'], scratch?: ScratchFile) {
  let handler: BodyHandler | undefined
  let isPaused = false
  let isDropped = false
  const lifetime = new CallLifetime()
  const opened = openBody({
    exchange: {
      headers: length === undefined ? {} : { 'content-length': String(length) },
      readBody: (given) => {
        handler = given
      },
      pauseBody: () => {
        isPaused = true
      },
      resumeBody: () => {
        isPaused = false
      },
      dropBody: () => {
        isDropped = true
      },
    },
    lifetime,
    clock: { came: () => undefined, hold: () => undefined, goOn: () => undefined },
    maxBytes: 64 << 20,
    heldBytes,
    ...(form === undefined ? {} : { form }),
    ...(scratch === undefined ? {} : { scratch }),
    onBytes: () => undefined,
  })
  return {
    opened,
    lifetime,
    get mayComeMore() {
      return !isPaused && !isDropped
    },
    come: (bytes: Buffer) => handler?.onData(bytes),
    end: () => handler?.onEnd(),
  }
}

/** Takes as many pieces as it was told to. */
function slowSink() {
  const given: Buffer[] = []
  const state = { room: 1, outcome: '' }
  const sink: BodySink = {
    data(chunk) {
      given.push(chunk)
      state.room--
      return state.room > 0
    },
    end: () => {
      state.outcome = 'end'
    },
    fail: (error) => {
      state.outcome = error.code
    },
  }
  return { given, state, sink }
}

/** A file that takes and gives when a turn has passed. */
function fakeFile(): ScratchFile & { isClosed: boolean } {
  let bytes = Buffer.alloc(0)
  return {
    isClosed: false,
    get bytes() {
      return bytes.length
    },
    async append(pieces) {
      await Promise.resolve()
      bytes = Buffer.concat([bytes, ...pieces])
    },
    async read(position) {
      await Promise.resolve()
      return bytes.subarray(position, position + 700)
    },
    close() {
      this.isClosed = true
    },
  }
}

/** A form whose model stands behind so many bytes. */
function modelBehind(bytes: number): IncomingBodyOptions['form'] {
  let seen = 0
  return {
    push: (chunk) => {
      seen += chunk.length
    },
    end: () => undefined,
    isKnown: () => seen >= bytes,
  }
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 400; turn++) await Promise.resolve()
}

async function streamed(opened: Promise<Buffer | IncomingBody>): Promise<IncomingBody> {
  const body = await opened
  if (Buffer.isBuffer(body)) throw new Error('the body was held whole')
  return body
}

describe('a body on its way through', () => {
  it('of many megabytes never takes more memory than it may, however slow its provider is', async () => {
    const total = 32 << 20
    const client = await bench(total)
    const body = await streamed(client.opened)
    const { given, state, sink } = slowSink()
    body.open(sink)
    let sent = 0
    let taken = 0
    let most = 0
    while (state.outcome === '') {
      // The client sends whatever it may, up to what a socket reads at once.
      while (client.mayComeMore && sent < total) {
        const bytes = Buffer.alloc(Math.min(64 << 10, total - sent), sent & 255)
        sent += bytes.length
        client.come(bytes)
        if (sent === total) client.end()
        most = Math.max(most, body.heldBytes)
      }
      taken += given.splice(0).reduce((size, chunk) => size + chunk.length, 0)
      state.room = 1
      body.resume()
      most = Math.max(most, body.heldBytes)
    }
    taken += given.reduce((size, chunk) => size + chunk.length, 0)
    expect([state.outcome, taken]).toEqual(['end', total])
    expect(most).toBeLessThanOrEqual(heldBytes + 2 * (64 << 10) + 1024)
  })

  it('arrives whole and in order, whatever takes it and however it comes', async () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant('come' as const), bytes: fc.uint8Array({ minLength: 1, maxLength: 2000 }) }),
      fc.record({ type: fc.constant('take' as const), room: fc.integer({ min: 1, max: 4 }) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.boolean(), async (steps, isForm) => {
        const form = { push: () => undefined, end: () => undefined, isKnown: () => true }
        const client = await bench(1 << 20, isForm ? form : undefined)
        const sent: Buffer[] = []
        const come = (bytes: Buffer): void => {
          sent.push(bytes)
          client.come(bytes)
        }
        come(Buffer.from('first'))
        const body = await streamed(client.opened)
        const { given, state, sink } = slowSink()
        body.open(sink)
        for (const next of steps) {
          if (next.type === 'come' && client.mayComeMore) come(Buffer.from(next.bytes))
          else if (next.type === 'take' && state.room <= 0) {
            state.room = next.room
            body.resume()
          }
        }
        client.end()
        state.room = 1000
        body.resume()
        expect(Buffer.concat(given)).toEqual(Buffer.concat(sent))
        expect(state.outcome).toBe('end')
      }),
    )
  })

  it('can begin anew until more has gone out than may be held', async () => {
    const client = await bench(1 << 20)
    const body = await streamed(client.opened)
    for (let piece = 0; piece < 3; piece++) client.come(Buffer.alloc(pieceBytes, piece))
    const first = slowSink()
    first.state.room = 100
    body.open(first.sink)
    body.close()
    expect(body.isSpent).toBe(false)
    const second = slowSink()
    second.state.room = 100
    body.open(second.sink)
    expect(Buffer.concat(second.given)).toEqual(Buffer.concat(first.given))
    for (let piece = 3; piece < 6; piece++) client.come(Buffer.alloc(pieceBytes, piece))
    expect(body.isSpent).toBe(true)
    expect(second.given).toHaveLength(6)
  })

  it('keeps the last piece of a form back until it is known to be whole', async () => {
    const broken = new GatewayError('invalid_form', 'The form ends before its last boundary.')
    const form = {
      push: () => undefined,
      end: () => {
        throw broken
      },
      isKnown: () => true,
    }
    const client = await bench(2 * pieceBytes + heldBytes, form)
    client.come(Buffer.alloc(pieceBytes))
    const body = await streamed(client.opened)
    const { given, state, sink } = slowSink()
    state.room = 100
    body.open(sink)
    client.come(Buffer.alloc(pieceBytes + heldBytes))
    expect(given).toHaveLength(1)
    client.end()
    expect([given.length, state.outcome]).toEqual([1, 'invalid_form'])
  })

  it('in pieces of a byte counts for what these cost', async () => {
    const client = await bench(undefined)
    for (let byte = 0; byte < heldBytes / 64; byte++) client.come(Buffer.from([1]))
    expect((await streamed(client.opened)).heldBytes).toBeGreaterThan(heldBytes)
    expect(client.mayComeMore).toBe(false)
  })

  it('ends with its call, and keeps nothing', async () => {
    const client = await bench(1 << 20)
    client.come(Buffer.alloc(pieceBytes))
    const body = await streamed(client.opened)
    const { state, sink } = slowSink()
    body.open(sink)
    client.lifetime.end(new GatewayError('client_closed', 'gone'))
    expect([state.outcome, body.heldBytes]).toEqual(['client_closed', 0])
  })

  it('whose model comes late waits outside memory, and any target can have all of it', async () => {
    const total = 100_000
    const file = fakeFile()
    const client = await bench(total, modelBehind(total), file)
    const sent: Buffer[] = []
    let size = 0
    for (let index = 0; size < total; ) {
      if (!client.mayComeMore) await turns()
      expect(client.mayComeMore).toBe(true)
      const piece = Buffer.alloc(Math.min(pieceBytes, total - size), index++)
      sent.push(piece)
      size += piece.length
      client.come(piece)
      // What is being written counts until it is.
      expect(size - file.bytes).toBeLessThanOrEqual(heldBytes + pieceBytes)
    }
    client.end()
    const body = await streamed(client.opened)
    expect([body.heldBytes <= heldBytes, body.isSpent, file.bytes > total - heldBytes]).toEqual([true, false, true])
    const broken = slowSink()
    body.open(broken.sink)
    body.close()
    for (let round = 0; round < 2; round++) {
      const { given, state, sink } = slowSink()
      state.room = 1000
      body.open(sink)
      await turns()
      expect(state.outcome).toBe('end')
      expect(Buffer.concat(given)).toEqual(Buffer.concat(sent))
      expect(broken.given.length).toBeLessThanOrEqual(1)
    }
    client.lifetime.end(new GatewayError('client_closed', 'gone'))
    expect(file.isClosed).toBe(true)
  })

  it('whose model came late goes on with what follows, and gives its file up when it is spent', async () => {
    const file = fakeFile()
    const client = await bench(undefined, modelBehind(3 * heldBytes), file)
    const sent: Buffer[] = []
    const come = (index: number): void => {
      const piece = Buffer.alloc(pieceBytes, index)
      sent.push(piece)
      client.come(piece)
    }
    for (let index = 0; index * pieceBytes < 3 * heldBytes; index++) {
      come(index)
      await turns()
    }
    const body = await streamed(client.opened)
    const { given, state, sink } = slowSink()
    state.room = 1000
    body.open(sink)
    await turns()
    expect([client.mayComeMore, file.isClosed]).toEqual([true, false])
    for (let index = 0; index < 8; index++) come(100 + index)
    expect([body.isSpent, file.isClosed]).toEqual([true, true])
    client.end()
    expect(state.outcome).toBe('end')
    expect(Buffer.concat(given)).toEqual(Buffer.concat(sent))
  })

  it('that finds no room outside memory is refused', async () => {
    const file: ScratchFile = { ...fakeFile(), append: () => Promise.reject(new Error('ENOSPC')) }
    const client = await bench(undefined, modelBehind(100_000), file)
    for (let piece = 0; piece < 5; piece++) client.come(Buffer.alloc(pieceBytes))
    await expect(client.opened).rejects.toMatchObject({ code: 'overloaded' })
  })
})
