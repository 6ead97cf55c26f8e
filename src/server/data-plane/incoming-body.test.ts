import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GatewayError } from '../../core/errors.ts'
import { CallLifetime } from '../../core/lifetime.ts'
import type { BodySink } from '../../core/streamed-body.ts'
import type { BodyHandler } from '../http/exchange.ts'
import { type IncomingBody, type IncomingBodyOptions, openBody } from './incoming-body.ts'

const heldBytes = 4096
const pieceBytes = 1000

/** A client that sends when it may, and a provider that takes when it likes. */
async function bench(length: number | undefined, form?: IncomingBodyOptions['form']) {
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
})
