import fc from 'fast-check'
import { expect, it } from 'vitest'
import { writeJoined } from './write-buffer.ts'

it('what a socket has not sent yet stays as it was written, whatever is written after it', () => {
  const message = fc.record({
    isSlow: fc.boolean(),
    head: fc.string({ unit: 'binary-ascii', maxLength: 40 }),
    sizes: fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 4 }),
    tail: fc.string({ unit: 'binary-ascii', maxLength: 8 }),
  })
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 30 }), (messages) => {
      const pending: { readonly bytes: Buffer; readonly expected: string }[] = []
      for (const [index, { isSlow, head, sizes, tail }] of messages.entries()) {
        const parts = sizes.map((size) => Buffer.alloc(size, index + 1))
        const expected = head + parts.map((part) => part.toString('latin1')).join('') + tail
        const socket = {
          writableLength: 0,
          write(bytes: Buffer) {
            expect(bytes.toString('latin1') === expected).toBe(true)
            if (isSlow) {
              this.writableLength = bytes.length
              pending.push({ bytes, expected })
            }
            return true
          },
        }
        writeJoined(socket, head, parts, tail)
      }
      for (const { bytes, expected } of pending) expect(bytes.toString('latin1') === expected).toBe(true)
    }),
  )
})
