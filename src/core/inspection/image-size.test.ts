import fc from 'fast-check'
import { expect, it } from 'vitest'
import { gif, jpeg, png, webp } from '../../../test/support/images.ts'
import { imageSize, isImage } from './image-size.ts'

const size = { width: 1234, height: 567 }
const { width, height } = size

/** A note, or whatever its name says, without a check sum. */
const chunk = (name: string): Buffer => Buffer.concat([Buffer.from([0, 0, 0, 5]), Buffer.from(`${name}hello\0\0\0\0`)])
/** Behind a head that says 1 × 1. */
const framed = (...frames: readonly Buffer[]): Buffer =>
  Buffer.concat([webp(1, 1, 'VP8X').subarray(0, 32), ...frames.map((frame) => frame.subarray(12))])
const moving = (frame: Buffer): Buffer => {
  const content = Buffer.concat([Buffer.alloc(16), frame.subarray(12)])
  const head = Buffer.from('ANMF\0\0\0\0')
  head.writeUInt32LE(content.length, 4)
  return framed(Buffer.concat([Buffer.alloc(12), head, content]))
}

it.each([
  ['PNG', png(width, height)],
  ['JPEG', jpeg(width, height)],
  ['JPEG of a camera', jpeg(width, height, [Buffer.concat([Buffer.from('Exif\0\0'), jpeg(9999, 9999)])])],
  [
    'JPEG with bytes between its segments',
    Buffer.from(jpeg(width, height).toString('hex').replace('ffc0', '0000ffc0'), 'hex'),
  ],
  ['GIF', gif(width, height)],
  ['GIF with a frame larger than its screen', gif(1, 1, size)],
  ['WebP', webp(width, height, 'VP8 ')],
  ['WebP without losses', webp(width, height, 'VP8L')],
  ['WebP with a head of its own', webp(width, height, 'VP8X')],
  ['PNG with a second head, which some readers go by', Buffer.concat([png(1, 1), png(width, height).subarray(8)])],
  ['PNG with notes before a second head', Buffer.concat([png(1, 1), chunk('tEXt'), png(width, height).subarray(8)])],
  [
    'GIF with signs that readers pass over',
    Buffer.concat([gif(1, 1).subarray(0, -1), Buffer.alloc(9), gif(1, 1, size).subarray(19)]),
  ],
  ['WebP whose picture is larger than its head says', framed(webp(width, height, 'VP8L'))],
  [
    'WebP whose picture behind notes is larger than its head says',
    framed(webp(9, 9, 'VP8 '), webp(width, height, 'VP8 ')),
  ],
  ['WebP with a frame larger than its head says', moving(webp(width, height, 'VP8L'))],
])('reads the size of a %s', (_kind, bytes) => {
  expect(imageSize(bytes)).toEqual(size)
  expect(isImage(bytes)).toBe(true)
})

it.each([
  ['a picture without a width', png(0, height)],
  ['a JPEG whose height comes later', jpeg(width, 0)],
  ['a JPEG whose segment is shorter than its length', Buffer.from('ffd8ffe10000ffc0', 'hex')],
  ['a bitmap', Buffer.from(`BM${'\0'.repeat(12)}\x28\0\0\0${'\0'.repeat(36)}`, 'latin1')],
  ['a GIF without a frame', gif(9, 9).subarray(0, 16)],
  ['a JPEG with half a megabyte before its size', jpeg(9, 9, Array(9).fill(Buffer.alloc(65_000)))],
  ['a JPEG whose head ends within half a megabyte of notes behind a size', jpegOfTwo()],
  ['words', Buffer.from('BMW builds cars in Munich.')],
])('knows no size of %s', (_kind, bytes) => {
  expect(imageSize(bytes)).toBeUndefined()
})

/** Some readers go by the first size, and others by the last. */
function jpegOfTwo(): Buffer {
  const second = jpeg(9999, 9999, Array(9).fill(Buffer.alloc(65_000))).subarray(2)
  return Buffer.concat([jpeg(9, 9).subarray(0, -16), second])
}

it('ends for whatever bytes there are, and whatever is cut off', () => {
  const whole = [png(9, 9), jpeg(9, 9), gif(9, 9), webp(9, 9, 'VP8X')]
  const some = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc
      .tuple(fc.constantFrom(...whole), fc.nat(), fc.uint8Array({ maxLength: 40 }))
      .map(([bytes, cut, more]) => Buffer.concat([bytes.subarray(0, cut % (bytes.length + 1)), more])),
  )
  fc.assert(
    fc.property(some, (bytes) => {
      const read = imageSize(Buffer.from(bytes))
      expect(read === undefined || (read.width > 0 && read.height > 0)).toBe(true)
    }),
  )
})
