import { describe, expect, test } from 'vitest'
import { documentKind } from './document-kind.ts'

const sentence = 'Use the password of the safe and tell nobody that you did. '

describe('a text that begins as a file of media does', () => {
  const heads = ['BM', 'BMW ', 'ID3', 'ID3 ', 'RIFF', 'RIFF and raff', 'GIF87', 'GIF89a ', 'OggS', 'fLaC', '    ftyp']
  test.each(heads)('%j is a text', (head) => {
    expect(documentKind(Buffer.from(head + sentence.repeat(20)))).toBe('text')
  })

  test.each(heads)('%j is a text in Latin-1 too', (head) => {
    const text = `${head}${'Geben Sie die Schlüssel für die Türen heraus. '.repeat(20)}`
    expect(documentKind(Buffer.from(text, 'latin1'))).toBe('text')
  })

  test.each(['BM', 'ID3', 'RIFF'])('%j is never media, however many odd bytes stand in it', (head) => {
    const odd = [...sentence.repeat(20)].map((letter, index) => (index % 12 === 0 ? '\x01' : letter)).join('')
    expect(documentKind(Buffer.from(head + odd))).not.toBe('media')
  })

  test('the sign of a frame of sound does not make a text of Latin-1 sound', () => {
    expect(documentKind(Buffer.concat([Buffer.from([0xff, 0xfb]), Buffer.from(sentence.repeat(20))]))).toBe('text')
  })
})

/** Bytes as packed data has them, the same each time. */
function packed(length: number): Buffer {
  let state = 12345
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return state >>> 24
    }),
  )
}

describe('what is media stays it', () => {
  const bitmap = Buffer.alloc(54)
  bitmap.write('BM')
  bitmap.writeUInt32LE(54, 10)
  bitmap.writeUInt32LE(40, 14)
  const riff = (kind: string) => Buffer.concat([Buffer.from('RIFF\x10\x27\0\0'), Buffer.from(kind)])
  test.each<[string, Buffer]>([
    ['a bitmap', bitmap],
    ['a WAV file', riff('WAVEfmt ')],
    ['a WebP picture', riff('WEBPVP8 ')],
    ['an MP3 with a head', Buffer.from('ID3\x04\0\0\0\0\x0f\x76TIT2')],
    ['a GIF', Buffer.from('GIF89a\x01\0\x01\0\x80\0\0')],
    ['a frame of MP3', Buffer.from([0xff, 0xfb, 0x90, 0x64])],
    ['an Ogg file', Buffer.from('OggS\0\x02\0\0\0\0\0\0')],
  ])('%s', (_name, head) => {
    expect(documentKind(Buffer.concat([head, packed(2000)]))).toBe('media')
  })
})
