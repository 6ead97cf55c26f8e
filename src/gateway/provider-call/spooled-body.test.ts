import { hash } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ScratchFile } from '../../core/calls/scratch.ts'
import { GatewayError } from '../../core/errors.ts'
import type { BodySink, StreamedBody } from '../../core/wire/streamed-body.ts'
import { spooledBody } from './spooled-body.ts'

function bodyOf(pieces: readonly Buffer[], fault?: GatewayError): StreamedBody {
  const waiting = [...pieces]
  let sink: BodySink | undefined
  const flow = (): void => {
    for (let piece = waiting.shift(); piece !== undefined; piece = waiting.shift())
      if (sink?.data(piece) === false) return
    if (fault === undefined) sink?.end()
    else sink?.fail(fault)
    sink = undefined
  }
  return {
    length: undefined,
    isSpent: false,
    open(to) {
      sink = to
      flow()
    },
    resume: flow,
    close: () => undefined,
  }
}

/** Gives no more than a few bytes at a time. */
function memoryFile(): ScratchFile {
  let content = Buffer.alloc(0)
  return {
    get bytes() {
      return content.length
    },
    async append(pieces) {
      content = Buffer.concat([content, ...pieces])
    },
    read: async (position) => content.subarray(position, position + 7),
    close: () => undefined,
  }
}

function read(body: StreamedBody, isSlow: boolean): Promise<Buffer> {
  const got: Buffer[] = []
  return new Promise((resolve, reject) => {
    body.open({
      data(chunk) {
        got.push(chunk)
        if (isSlow) setImmediate(() => body.resume())
        return !isSlow
      },
      end: () => resolve(Buffer.concat(got)),
      fail: reject,
    })
  })
}

it('a body in any pieces is the same as often as it is read, and its hash is that of all of it', async () => {
  const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(pieces, fc.boolean(), async (arrays, isSlow) => {
      const buffers = arrays.map((array) => Buffer.from(array))
      const whole = Buffer.concat(buffers)
      const { body, sha256 } = await spooledBody(bodyOf(buffers), memoryFile())
      expect([body.length, sha256]).toEqual([whole.length, hash('sha256', whole, 'hex')])
      for (const slow of [isSlow, !isSlow]) expect(await read(body, slow)).toEqual(whole)
    }),
  )
})

it('a body that breaks off, and a disk that is full, are told as what they are', async () => {
  const left = new GatewayError('client_closed', 'The client left.')
  await expect(spooledBody(bodyOf([Buffer.from('a')], left), memoryFile())).rejects.toBe(left)
  const full = Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'write' })
  const file: ScratchFile = { ...memoryFile(), append: () => Promise.reject(full) }
  await expect(spooledBody(bodyOf([Buffer.from('a')]), file)).rejects.toMatchObject({
    code: 'store_unavailable',
    message: 'The data directory cannot grow: the disk is full; make room.',
  })
})
