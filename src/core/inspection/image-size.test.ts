import fc from 'fast-check'
import { expect, it } from 'vitest'
import { gif, jpeg, png, webp } from '../../../test/support/images.ts'
import { imageSize, isImage } from './image-size.ts'

const size = { width: 1234, height: 567 }
const { width, height } = size

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
  ['words', Buffer.from('BMW builds cars in Munich.')],
])('knows no size of %s', (_kind, bytes) => {
  expect(imageSize(bytes)).toBeUndefined()
})

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
