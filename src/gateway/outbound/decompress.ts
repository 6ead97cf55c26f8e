import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib'
import { GatewayError } from '../../core/errors.ts'

/** A map: an object would know the encoding `constructor`. */
const decoders = new Map<string, (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
  ['zstd', promisify(zstdDecompress)],
])

/** Unpacks a body that a provider compressed although it was asked not to; `maxBytes` stops a bomb while it unpacks. */
export async function decompress(bytes: Buffer, encoding: string, maxBytes: number, account: string): Promise<Buffer> {
  const decode = decoders.get(encoding)
  if (decode === undefined) {
    throw new GatewayError(
      'upstream_invalid_reply',
      `The provider account "${account}" used the unknown content encoding "${encoding.slice(0, 40)}".`,
    )
  }
  try {
    return await decode(bytes, { maxOutputLength: maxBytes })
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new GatewayError(
        'upstream_reply_too_large',
        `The provider account "${account}" sent more than ${maxBytes} bytes once unpacked.`,
        { cause },
      )
    }
    throw new GatewayError(
      'upstream_invalid_reply',
      `The provider account "${account}" sent a compressed body that cannot be unpacked.`,
      { cause },
    )
  }
}
