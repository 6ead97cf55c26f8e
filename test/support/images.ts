/** Pictures whose heads say a size, with nothing much behind them. */
import { crc32 } from 'node:zlib'

export function png(width: number, height: number): Buffer {
  const head = Buffer.alloc(17)
  head.write('IHDR', 'latin1')
  head.writeUInt32BE(width, 4)
  head.writeUInt32BE(height, 8)
  head.set([8, 2], 12)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(head))
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\r', 'latin1'), head, check])
}

/** `notes`: segments before the size, as cameras write them. */
export function jpeg(width: number, height: number, notes: readonly Buffer[] = []): Buffer {
  const segment = (marker: number, content: Buffer): Buffer => {
    const head = Buffer.from([0xff, marker, 0, 0])
    head.writeUInt16BE(content.length + 2, 2)
    return Buffer.concat([head, content])
  }
  const frame = Buffer.from([8, 0, 0, 0, 0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1])
  frame.writeUInt16BE(height, 1)
  frame.writeUInt16BE(width, 3)
  const start = Buffer.from([0xff, 0xd8])
  const segments = [...notes.map((note) => segment(0xe1, note)), segment(0xdb, Buffer.alloc(65)), segment(0xc0, frame)]
  return Buffer.concat([start, ...segments, segment(0xda, Buffer.alloc(10)), Buffer.from([0xff, 0xd9])])
}

/** `frame`: of its first frame; the screen is as large where nothing else is said. */
export function gif(width: number, height: number, frame = { width, height }): Buffer {
  const screen = Buffer.from('GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff', 'latin1')
  screen.writeUInt16LE(width, 6)
  screen.writeUInt16LE(height, 8)
  const note = Buffer.from('\x21\xfe\x05hello\0', 'latin1')
  const head = Buffer.from([0x2c, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  head.writeUInt16LE(frame.width, 5)
  head.writeUInt16LE(frame.height, 7)
  return Buffer.concat([screen, note, head, Buffer.from([2, 2, 0x4c, 1, 0, 0x3b])])
}

/** `kind`: of one picture with losses or without, or with a head of its own before them. */
export function webp(width: number, height: number, kind: 'VP8 ' | 'VP8L' | 'VP8X'): Buffer {
  const content = Buffer.alloc(12)
  if (kind === 'VP8 ') {
    content.set([0, 0, 0, 0x9d, 0x01, 0x2a])
    content.writeUInt16LE(width, 6)
    content.writeUInt16LE(height, 8)
  } else if (kind === 'VP8L') {
    content[0] = 0x2f
    content.writeUInt32LE((width - 1) | ((height - 1) << 14), 1)
  } else {
    content.writeUIntLE(width - 1, 4, 3)
    content.writeUIntLE(height - 1, 7, 3)
  }
  const head = Buffer.from('RIFF\0\0\0\0WEBP????\0\0\0\0', 'latin1')
  head.write(kind, 12, 'latin1')
  head.writeUInt32LE(24, 4)
  head.writeUInt32LE(12, 16)
  return Buffer.concat([head, content])
}
