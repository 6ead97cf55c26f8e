/** Documents as programs write them, and as nobody should. */
import { constants, crc32, deflateRawSync } from 'node:zlib'

export interface ZipFile {
  readonly name: string
  readonly content: string | Buffer
  /** What the archive says in place of what is so. */
  readonly size?: number
  readonly localName?: string
  readonly flags?: number
}

export function zip(files: readonly ZipFile[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { name, content, size, localName = name, flags = 0 } of files) {
    const bytes = Buffer.from(content)
    const packed = deflateRawSync(bytes)
    const head = Buffer.alloc(26)
    head.writeUInt16LE(20, 0)
    head.writeUInt16LE(flags, 2)
    head.writeUInt16LE(8, 4)
    head.writeUInt32LE(crc32(bytes), 10)
    head.writeUInt32LE(packed.length, 14)
    head.writeUInt32LE(size ?? bytes.length, 18)
    const named = (text: string): Buffer => {
      const copy = Buffer.from(head)
      copy.writeUInt16LE(Buffer.byteLength(text), 22)
      return copy
    }
    const place = Buffer.alloc(14)
    place.writeUInt32LE(at, 10)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), named(localName), Buffer.from(localName), packed])
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), named(name), place, Buffer.from(name)]))
    parts.push(local)
    at += local.length
  }
  const index = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(index.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, index, end])
}

const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'

/** `body`: paragraphs and more in WordprocessingML. */
export function docx(body: string, more: readonly ZipFile[] = []): Buffer {
  return zip([
    {
      name: '[Content_Types].xml',
      content: `${xml}<Types><Default Extension="xml" ContentType="application/xml"/></Types>`,
    },
    { name: '_rels/.rels', content: `${xml}<Relationships/>` },
    { name: 'word/document.xml', content: `${xml}<w:document><w:body>${body}</w:body></w:document>` },
    ...more,
  ])
}

export function paragraph(...runs: readonly string[]): string {
  return `<w:p>${runs.map((text) => `<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`).join('')}</w:p>`
}

export interface PdfOptions {
  readonly info?: string
  /** Further entries of the catalogue, and the objects they lead to: the first is number 6. */
  readonly catalog?: string
  readonly page?: string
  readonly objects?: readonly (string | Buffer)[]
  readonly trailer?: string
}

/** One page; `content`: its operators, as a rule `(text) Tj`. */
export function pdf(
  content: string | Buffer,
  { info = '', catalog = '', page = '', objects = [], trailer = '' }: PdfOptions = {},
): Buffer {
  const stream = Buffer.isBuffer(content)
    ? content
    : Buffer.from(
        `<< /Length ${content.length + 42} >>\nstream\nBT /F1 12 Tf 72 700 Td 14 TL 0 0 0 rg ${content.padEnd(content.length)} ET\nendstream`,
      )
  const bodies: readonly (string | Buffer)[] = [
    `<< /Type /Catalog /Pages 2 0 R ${catalog} >>`,
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> ${page} >>`,
    stream,
    `<< ${info} >>`,
    ...objects,
  ]
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')]
  const places: number[] = []
  let at = parts[0]?.length ?? 0
  bodies.forEach((body, index) => {
    places.push(at)
    const part = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), Buffer.from(body), Buffer.from('\nendobj\n')])
    parts.push(part)
    at += part.length
  })
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('')
  const end = `xref\n0 ${bodies.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${bodies.length + 1} /Root 1 0 R /Info 5 0 R ${trailer} >>\nstartxref\n${at}\n%%EOF\n`
  return Buffer.concat([...parts, Buffer.from(end)])
}

/** A stream of a PDF that unpacks to so many MiB of words. */
export function flateBomb(mebibytes: number): Buffer {
  const words = Buffer.alloc(1 << 20, '(a) Tj ')
  const piece = deflateRawSync(words, { finishFlush: constants.Z_FULL_FLUSH })
  const packed = Buffer.concat([
    Buffer.from([0x78, 0x9c]),
    ...Array.from({ length: mebibytes }, () => piece),
    Buffer.from([3, 0, 0, 0, 0, 0]),
  ])
  const head = Buffer.from(`<< /Length ${packed.length} /Filter /FlateDecode >>\nstream\n`)
  return Buffer.concat([head, packed, Buffer.from('\nendstream')])
}
