import { expect, it } from 'vitest'
import { docx, pdf, zip } from '../../../test/support/documents.ts'
import { gif, jpeg, png } from '../../../test/support/images.ts'
import { documentPictures } from './document-pictures.ts'
import { UnreadDocument } from './read-limits.ts'

const image = (fields: string, data: Buffer | string = 'xxxx') =>
  Buffer.concat([
    Buffer.from(`<< /Type /XObject ${fields} /Length ${data.length} >>\nstream\n`),
    Buffer.from(data),
    Buffer.from('\nendstream'),
  ])
const pdfWith = (...objects: readonly (string | Buffer)[]) => pdf('(Report) Tj', { objects })
const sizesIn = (bytes: Buffer) =>
  documentPictures(bytes).map(({ size }) => (size === undefined ? 'unknown' : `${size.width} × ${size.height}`))

it.each<[string, Buffer, readonly string[]]>([
  ['none', pdfWith('<< /Type /Annot /Subtype /Link /BS << /W 3 >> >>'), []],
  ['one', pdfWith(image('/Subtype /Image /Width 640 /Height 480')), ['640 × 480']],
  [
    'several',
    pdfWith(image('/Width 6/Subtype/Image/Height 4'), image('/Subtype/Image /Height 5 /Width 7')),
    ['6 × 4', '7 × 5'],
  ],
  ['names in numbers', pdfWith(image('/Sub#74ype /#49mage /W#69dth 640 /Height 480')), ['640 × 480']],
  ['notes between', pdfWith(image('/Subtype % a note\n /Image /Width % 1\n 640 /Height 480')), ['640 × 480']],
  ['a kind that stands elsewhere', pdfWith(image('/Subtype 7 0 R /Width 640 /Height 480'), '/Image'), ['640 × 480']],
  ['a size that stands elsewhere', pdfWith(image('/Subtype /Image /Width 7 0 R /Height 480'), '640'), ['640 × 480']],
  ['a size that is not there', pdfWith(image('/Subtype /Image /Width 99 0 R /Height 480')), ['unknown']],
  ['none of a size', pdfWith(image('/Subtype /Image')), ['unknown']],
  [
    'JPEG that says something larger',
    pdfWith(image('/Subtype /Image /Width 6 /Height 4 /Filter /DCTDecode', jpeg(640, 480))),
    ['640 × 480'],
  ],
  ['JPEG 2000', pdfWith(image('/Subtype /Image /Width 6 /Height 4 /Filter /JPXDecode')), ['unknown']],
  [
    'one that is said within another stream',
    pdfWith(image('/X 1', `${image('/Subtype /Image /Width 6 /Height 4')}`)),
    ['6 × 4'],
  ],
])('a PDF with %s', (_name, bytes, sizes) => {
  expect(sizesIn(bytes)).toEqual(sizes)
})

it.each<[string, Buffer, readonly string[]]>([
  ['a text', docx('', [{ name: 'word/media/image1.png', content: png(640, 480) }]), ['640 × 480']],
  ['a sheet', zip([{ name: 'xl/media/image1.gif', content: gif(6, 4) }]), ['6 × 4']],
  ['slides', zip([{ name: 'ppt/media/image1.jpeg', content: jpeg(6, 4) }]), ['6 × 4']],
  ['a text, under any name', docx('', [{ name: 'word/settings.bin', content: png(6, 4) }]), ['6 × 4']],
  [
    'a document in it',
    docx('', [
      { name: 'word/embeddings/a.docx', content: docx('', [{ name: 'word/media/a.png', content: png(6, 4) }]) },
      { name: 'word/embeddings/a.pdf', content: pdfWith(image('/Subtype /Image /Width 7 /Height 5')) },
    ]),
    ['6 × 4', '7 × 5'],
  ],
])('a picture of %s', (_name, bytes, sizes) => {
  expect(sizesIn(bytes)).toEqual(sizes)
})

it('what cannot be counted is said to be so', () => {
  expect(() => documentPictures(docx('', [{ name: 'word/a.xml', content: '<a/>', flags: 1 }]))).toThrow(/encrypted/)
  const bomb = docx('', [{ name: 'word/media/a.png', content: Buffer.concat([png(6, 4), Buffer.alloc(90 << 20)]) }])
  expect(() => documentPictures(bomb)).toThrow(/unpacks to more/)
  const many = pdfWith(
    image('/Subtype /Image '.repeat(1)),
    ...Array.from({ length: 5000 }, () => image('/Subtype /Image')),
  )
  expect(() => documentPictures(many)).toThrow(/more pictures/)
})

it('time grows with the bytes, whatever they are', () => {
  const timed = (size: number): number => {
    const texts = [
      '/Subtype ',
      '/Width ',
      '/Width 7 0 R /Height ',
      '/Width %',
      '/Width 1 0 R /Height 2 0 R stream ',
      '1 0 obj ',
      '1 ',
      'stream',
      '% ',
      '#',
      'endstream 1 0 obj ',
    ]
    const started = process.cpuUsage()
    for (const text of texts) {
      try {
        documentPictures(Buffer.from(`%PDF-1.7\n${text.repeat(size / text.length)}`))
      } catch (fault) {
        expect(fault).toBeInstanceOf(UnreadDocument)
      }
    }
    const { user, system } = process.cpuUsage(started)
    return user + system
  }
  timed(1 << 14)
  expect(timed(1 << 18)).toBeLessThan(2_000_000)
})
