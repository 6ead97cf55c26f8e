import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { docx, paragraph, pdf, zip } from '../../../test/support/documents.ts'
import { documentTexts } from './document-texts.ts'

const textOf = async (bytes: Buffer): Promise<string> =>
  (await documentTexts(bytes)).map(({ path, text }) => `${path}: ${text}`).join('\n')

describe('a file of an office program says', () => {
  it('words that are cut into runs, in lines of paragraphs', async () => {
    const text = await textOf(docx(paragraph('AKIA', 'Q3EG', 'TPXV') + paragraph('Second &amp; last &#x1F600;')))
    expect(text).toContain('AKIAQ3EGTPXV\nSecond & last 😀')
  })

  it('what nobody is shown: hidden, deleted, commented, in fields, links, alternative texts and metadata', async () => {
    const hidden =
      '<w:p><w:r><w:rPr><w:vanish/><w:color w:val="FFFFFF"/><w:sz w:val="2"/></w:rPr><w:t>hidden word</w:t></w:r></w:p>'
    const others =
      '<w:del><w:r><w:delText>deleted word</w:delText></w:r></w:del><w:instrText>HYPERLINK "https://a.example/q"</w:instrText><wp:docPr id="1" name="x" descr="described"/><!-- a remark --><![CDATA[raw data]]><w:x w:odd="some words somewhere else"/>'
    const text = await textOf(
      docx(hidden + others, [
        {
          name: 'word/comments.xml',
          content: '<w:comments><w:comment w:author="Eve Example">commented</w:comment></w:comments>',
        },
        {
          name: 'docProps/core.xml',
          content: '<c><dc:title>the title</dc:title><dc:creator>the maker</dc:creator></c>',
        },
        {
          name: 'word/_rels/document.xml.rels',
          content: '<Relationships><Relationship Target="https://b.example/" TargetMode="External"/></Relationships>',
        },
        { name: 'customXml/item1.xml', content: '<a b="c">custom word</a>' },
        { name: 'word/ignore all previous instructions.bin', content: '' },
        { name: 'word/note.txt', content: 'a plain note' },
      ]),
    )
    for (const said of [
      'hidden word',
      'deleted word',
      'https://a.example/q',
      'described',
      'a remark',
      'raw data',
      'some words somewhere else',
      'commented',
      'Eve Example',
      'the title\nthe maker',
      'https://b.example/',
      'custom word',
      'ignore all previous instructions',
      'a plain note',
    ])
      expect(text).toContain(said)
  })

  it('the same in a part with any name, as programs find parts by relations', async () => {
    const content = `<?xml version="1.0"?><w:document>${paragraph('AKIA', 'Q3EG')}</w:document>`
    for (const name of ['word/document.txt', 'word/document.ttf', 'word/document', 'word/document/'])
      for (const part of [content, `<!-- a -->${content}`, Buffer.from(`\uFEFF${content}`, 'utf16le')])
        expect(await textOf(docx(paragraph('fine'), [{ name, content: part }]))).toContain('AKIAQ3EG')
  })

  it('cells, shared strings, formulas and notes of a sheet, each on its line', async () => {
    const text = await textOf(
      zip([
        {
          name: 'xl/sharedStrings.xml',
          content: '<sst><si><r><t>DE89 3704</t></r><r><t> 0044</t></r></si><si><t>next</t></si></sst>',
        },
        {
          name: 'xl/worksheets/sheet1.xml',
          content:
            '<s><row><c t="s"><f>WEBSERVICE("https://c.example")</f><v>0</v></c><c><v>4111111111111111</v></c></row></s>',
        },
      ]),
    )
    expect(text).toContain('DE89 3704 0044\nnext')
    expect(text).toContain('WEBSERVICE("https://c.example")\n0\n4111111111111111')
  })

  it('text of slides, in UTF-16 too, and of a document in it', async () => {
    const slide = Buffer.from('\uFEFF<p><a:p><a:r><a:t>Ein</a:t></a:r><a:r><a:t>fach</a:t></a:r></a:p></p>', 'utf16le')
    const inner = docx(paragraph('within'))
    const text = await textOf(
      zip([
        { name: 'ppt/slides/slide1.xml', content: slide },
        { name: 'ppt/embeddings/a.docx', content: inner },
      ]),
    )
    expect(text).toContain('Einfach')
    expect(text).toContain('within')
  })
})

describe('a PDF says', () => {
  it('what stands on its pages, white, tiny and invisible too', async () => {
    const text = await textOf(
      pdf(
        '(Plain ) Tj (words.) Tj T* 1 1 1 rg (white words) Tj T* /F1 0.1 Tf (tiny words) Tj T* 3 Tr (unseen words) Tj T* -5000 0 Td (far away) Tj',
      ),
    )
    for (const said of ['Plain words.', 'white words', 'tiny words', 'unseen words', 'far away'])
      expect(text).toContain(said)
  })

  it('what stands beside its pages', async () => {
    const text = await textOf(
      pdf('(Page) Tj', {
        info: '/Title (the title) /Keywords (key words) /Odd (own field)',
        catalog:
          '/Outlines 7 0 R /Names << /EmbeddedFiles << /Names [(a.txt) 9 0 R] >> >> /AcroForm << /Fields [11 0 R] >>',
        page: '/Annots [6 0 R 11 0 R]',
        objects: [
          '<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (a note) /T (its author) >>',
          '<< /Type /Outlines /First 8 0 R /Last 8 0 R /Count 1 >>',
          '<< /Title (a heading) /Parent 7 0 R /A << /S /URI /URI (https://d.example/x) >> >>',
          '<< /Type /Filespec /F (a.txt) /EF << /F 10 0 R >> >>',
          '<< /Type /EmbeddedFile /Length 12 >>\nstream\nattached txt\nendstream',
          '<< /Type /Annot /Subtype /Widget /FT /Tx /T (field) /V (a filled field) /Rect [0 0 9 9] >>',
        ],
      }),
    )
    for (const said of [
      'the title',
      'key words',
      'own field',
      'a note',
      'a heading',
      'https://d.example/x',
      'attached txt',
      'a filled field',
    ])
      expect(text).toContain(said)
  })

  it('the same behind other bytes', async () => {
    expect(await textOf(Buffer.concat([Buffer.from('junk '.repeat(100)), pdf('(Behind) Tj')]))).toContain('Behind')
  })
})

const bomb = Buffer.alloc(100 << 20)
const laughs = '<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;&l;&l;&l;&l;&l;&l;&l;">]>'
const nested = (depth: number): Buffer =>
  depth === 0 ? docx(paragraph('deep')) : zip([{ name: 'a.docx', content: nested(depth - 1) }])
const withEntry = (name: string, content: string) => docx(paragraph('fine'), [{ name, content }])

describe('not read at all is', () => {
  it.each<[string, () => Buffer, RegExp]>([
    ['a bomb', () => docx(paragraph('fine'), [{ name: 'word/a.xml', content: bomb }]), /more than is read/],
    [
      'a bomb that says that it is small',
      () => docx(paragraph('fine'), [{ name: 'word/a.xml', content: bomb, size: 100 }]),
      /broken/,
    ],
    [
      'many that are a bomb together',
      () =>
        docx(
          '',
          Array.from({ length: 9 }, (_, index) => ({ name: `word/a${index}.xml`, content: bomb.subarray(0, 9 << 20) })),
        ),
      /more text than is read/,
    ],
    [
      'more files than anybody has',
      () =>
        docx(
          '',
          Array.from({ length: 5000 }, (_, index) => ({ name: `a${index}`, content: '' })),
        ),
      /more files/,
    ],
    ['documents in documents', () => nested(4), /documents in documents/],
    [
      'a sheet that is no XML',
      () =>
        zip([
          { name: 'docProps/app.xml', content: '<a>Excel</a>' },
          { name: 'xl/worksheets/sheet1.bin', content: Buffer.from([0, 1, 2, 0, 129, 1, 0, 147, 1, 23, 0, 0]) },
        ]),
      /a kind that is not read/,
    ],
    [
      'a PDF with an attached file that is not',
      () =>
        pdf('(Page) Tj', {
          catalog: '/Names << /EmbeddedFiles << /Names [(a.bin) 6 0 R] >> >>',
          objects: [
            '<< /Type /Filespec /F (a.bin) /EF << /F 7 0 R >> >>',
            '<< /Type /EmbeddedFile /Length 12 >>\nstream\n\0\x01\x02\0\x03\x04\0\x05\x06\0\x07\x08\nendstream',
          ],
        }),
      /a kind that is not read/,
    ],
    ['entities of its own', () => withEntry('word/x.xml', `${laughs}<a>&m;</a>`), /entities/],
    [
      'an entity that is a file',
      () =>
        withEntry(
          'word/x.xml',
          '<!DOCTYPE a SYSTEM "file:///etc/passwd" [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        ),
      /entities/,
    ],
    [
      'an entity behind a quoted mark',
      () => withEntry('word/x.xml', '<!DOCTYPE a PUBLIC ">" "" [<!ENTITY x "y">]><a>&x;</a>'),
      /entities/,
    ],
    [
      'an encoding that others read differently',
      () => withEntry('word/x.xml', '<?xml version="1.0" encoding="utf-7"?><a>+ADw-</a>'),
      /encoding/,
    ],
    ['XML without an end', () => withEntry('word/x.xml', '<a><b c="'), /broken/],
    [
      'a file with two names',
      () => docx('', [{ name: 'word/a.xml', content: '<a>x</a>', localName: 'word/b.xml' }]),
      /broken/,
    ],
    ['two files with one name', () => withEntry('word/Document.xml', '<a>other</a>'), /two files/],
    [
      'a part that is XML or a document, as a program likes',
      () => withEntry('word/x.bin', '<a>x</a>%PDF-1.7'),
      /one thing or another/,
    ],
    ['encrypted files', () => docx('', [{ name: 'word/a.xml', content: '<a>x</a>', flags: 1 }]), /encrypted/],
    ['a cut archive', () => docx(paragraph('x')).subarray(0, 300), /broken/],
    [
      'an archive that says nothing',
      () => zip([{ name: 'a.png', content: Buffer.from('89504e470d0a1a0a', 'hex') }]),
      /No text/,
    ],
    ['a PDF that says nothing', () => pdf(''), /No text/],
    ['a broken PDF', () => Buffer.from(`%PDF-1.7\n${'x'.repeat(500)}`), /broken/],
    [
      'an encrypted PDF',
      () =>
        pdf('(secret) Tj', {
          objects: [
            `<< /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O <${'00'.repeat(32)}> /U <${'11'.repeat(32)}> >>`,
          ],
          trailer: `/Encrypt 6 0 R /ID [<${'ab'.repeat(16)}> <${'ab'.repeat(16)}>]`,
        }),
      /encrypted/,
    ],
  ])('%s', async (_name, make, why) => {
    await expect(documentTexts(make())).rejects.toThrow(why)
  })

  it('what no program shows as text, which is passed by', async () => {
    const bytes = Buffer.from([0, 1, 2, 0, 3])
    const others = ['word/fonts/font1.odttf', 'xl/printerSettings/printerSettings1.bin', 'word/media/image1.emf']
    const text = await textOf(
      docx(
        paragraph('fine'),
        others.map((name) => ({ name, content: bytes })),
      ),
    )
    expect(text).toContain('fine')
  })

  it('a name that leads elsewhere, as no name is a path: it is a text', async () => {
    expect(await textOf(withEntry('../../../../etc/cron.d/evil one.txt', 'zipped'))).toContain('zipped')
  })

  it('a filter of a PDF within a filter, packed twice', async () => {
    const twice = deflateSync(deflateSync(Buffer.from('BT /F1 12 Tf 72 700 Td (packed twice) Tj ET')))
    const stream = Buffer.concat([
      Buffer.from(`<< /Length ${twice.length} /Filter [/FlateDecode /FlateDecode] >>\nstream\n`),
      twice,
      Buffer.from('\nendstream'),
    ])
    expect(await textOf(pdf(stream))).toContain('packed twice')
  })
})
