/** A text that comes in any pieces, in its own encoding. */
import { isUtf8 } from 'node:buffer'
import type { EventWriter, Framing } from '../../core/model/framing.ts'
import type { TextEncoding } from './readable-text.ts'

/** Its events are as much of it as is whole: no letter is cut. Of one stream. */
export function textFraming(encoding: TextEncoding): Framing {
  const { decode, encode, wholeLetters } = encoding === 'utf-8' ? narrow() : wide(encoding)
  const writer: EventWriter = { write: ({ data }) => encode(data), end: () => '' }
  return {
    contentType: 'text/plain',
    writer: () => writer,
    framer() {
      let held: Buffer = Buffer.alloc(0)
      return {
        push(chunk) {
          const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk])
          const end = wholeLetters(bytes)
          held = bytes.subarray(end)
          return end === 0 ? undefined : bytes.subarray(0, end)
        },
        rest: () => (held.length === 0 ? undefined : held),
      }
    },
    parse: (frame) => [{ data: decode(frame) }],
    startOfEvent: () => 0,
    completed: (rest) => rest,
    faultWord: Buffer.from('\0'),
  }
}

interface Letters {
  decode(bytes: Buffer): string
  encode(text: string): Buffer
  /** Where a letter begins that is not whole. */
  wholeLetters(bytes: Buffer): number
}

/** UTF-8, or, where there is none of its letters, Latin-1. */
function narrow(): Letters {
  let isLatin = false
  return {
    decode(bytes) {
      if (isUtf8(bytes)) return bytes.toString()
      const latin = bytes.toString('latin1')
      if (letterOfUtf8.test(latin)) return bytes.toString()
      isLatin = true
      return latin
    },
    encode: (text) => Buffer.from(text, isLatin && !/[^\0-\xff]/.test(text) ? 'latin1' : 'utf8'),
    wholeLetters: wholeCharacters,
  }
}
const letterOfUtf8 = /[\xc2-\xf4][\x80-\xbf]/

function wide(encoding: 'utf-16le' | 'utf-16be'): Letters {
  const isBig = encoding === 'utf-16be'
  return {
    decode: (bytes) => new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes),
    encode(text) {
      const units = Buffer.from(text, 'utf16le')
      return isBig ? units.swap16() : units
    },
    wholeLetters(bytes) {
      const end = bytes.length - (bytes.length % 2)
      const last = bytes[isBig ? end - 2 : end - 1] ?? 0
      // The first half of a letter outside the basic plane (RFC 2781, section 2.1).
      return last >= 0xd8 && last < 0xdc ? end - 2 : end
    },
  }
}

/** RFC 3629, section 3. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) break
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? bytes.length - back : bytes.length
  }
  return bytes.length
}
