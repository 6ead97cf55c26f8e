import { documentKind, isRtf } from '../../core/inspection/document-kind.ts'
import { plainText } from '../../core/inspection/plain-text.ts'
import { archiveFiles } from './archive.ts'
import { pdfTexts } from './pdf-texts.ts'
import {
  createReadBudget,
  maxDocumentBytes,
  maxNesting,
  type ReadBudget,
  UnreadDocument,
  unknownKind,
} from './read-limits.ts'
import { rtfTexts } from './rtf-texts.ts'
import { xmlText } from './xml-text.ts'

/** A text of a document, and where in it. */
export interface DocumentText {
  readonly path: string
  readonly text: string
}

/** What a PDF, a file of an office program or RTF says, all that nobody is shown too. Rejects with `UnreadDocument`. */
export async function documentTexts(bytes: Buffer): Promise<readonly DocumentText[]> {
  if (bytes.length > maxDocumentBytes) throw new UnreadDocument('It is larger than is read.')
  const texts = await textsIn(bytes, '', 1, createReadBudget())
  if (texts.every(({ text }) => text.trim() === '')) throw new UnreadDocument('No text can be read in it.')
  return texts
}

async function textsIn(
  bytes: Buffer,
  path: string,
  depth: number,
  budget: ReadBudget,
): Promise<readonly DocumentText[]> {
  if (depth > maxNesting) throw new UnreadDocument('It holds documents in documents in documents.')
  const kind = documentKind(bytes)
  if (kind === 'rtf') return said(rtfTexts(bytes), path, budget)
  if (isRtf(bytes)) throw new UnreadDocument('Programs read it as one thing or another.')
  if (kind === 'archive') return await archiveTexts(bytes, path, depth, budget)
  if (kind !== 'pdf') throw new UnreadDocument(unknownKind)
  const { texts, attachments } = await pdfTexts(bytes, budget)
  const own = texts.map((text) => ({ ...text, path: `${path}${text.path}` }))
  const inner: DocumentText[] = []
  for (const { name, content } of attachments)
    inner.push(...(await fileTexts(name, content, `${path}/attachments`, depth, budget)))
  return [...own, ...inner]
}

async function archiveTexts(
  bytes: Buffer,
  path: string,
  depth: number,
  budget: ReadBudget,
): Promise<readonly DocumentText[]> {
  const files = archiveFiles(bytes, budget)
  const texts: DocumentText[] = []
  for (const { name, bytes: unpack } of files) {
    if (!isPlainName.test(name.replace(/\/$/, ''))) texts.push({ path, text: name })
    if (/\.(?:xml|rels|vml|xhtml)$/i.test(name)) {
      const text = xmlText(unpack(), isMetadata.test(name))
      budget.text(text.length)
      if (text !== '') texts.push({ path: `${path}/${name}`, text })
    } else texts.push(...(await fileTexts(name, unpack(), path, depth, budget)))
  }
  return texts
}

/** Files that stand in a document beside its own text. Pictures in it are not read; what may be its text in another form has to be. */
async function fileTexts(
  name: string,
  bytes: Buffer,
  path: string,
  depth: number,
  budget: ReadBudget,
): Promise<readonly DocumentText[]> {
  const place = `${path}/${name}`
  // Programs find the parts of a document by relations: one may have any name.
  const isXml = looksLikeXml(bytes)
  const kind = documentKind(bytes)
  switch (isXml && kind !== 'pdf' && kind !== 'archive' ? 'text' : kind) {
    case 'pdf':
    case 'archive':
      if (isXml) throw new UnreadDocument('It holds a file that programs read as one thing or another.')
      return await textsIn(bytes, place, depth + 1, budget)
    case 'rtf':
      return said([...rtfTexts(bytes), bytes.toString()], place, budget)
    case 'text': {
      if (isXml) return said([xmlText(bytes, isMetadata.test(name))], place, budget)
      const { text = bytes.toString(), others = [] } = plainText(bytes) ?? {}
      return said([text, ...others], place, budget)
    }
    case 'media':
      return []
    default: {
      if (bytes.length === 0 || saysNothing.test(name)) return []
      const plain = plainText(bytes)
      if (plain === undefined) throw new UnreadDocument('It holds a file of a kind that is not read.')
      return said([plain.text, ...plain.others], place, budget)
    }
  }
}

function said(texts: readonly string[], path: string, budget: ReadBudget): readonly DocumentText[] {
  for (const text of texts) budget.text(text.length)
  return texts.filter((text) => text !== '').map((text) => ({ path, text }))
}

function looksLikeXml(bytes: Buffer): boolean {
  return /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<\0?[?!\w]/.test(bytes.toString('latin1', 0, 256))
}

/** Fonts, drawings, settings of printers and programs: what no program shows as text. */
const saysNothing =
  /\.(?:wmf|emf|odttf|fntdata|ttf|otf|woff2?)$|(?:^|\/)(?:printerSettings\d*|vbaProject\w*|activeX\d*)\.bin$/i

const isMetadata = /(?:^|\/)(?:docProps|customXml)\/|^meta\.xml$/
/** As office programs name their files; one of somebody's own words is a text. */
const isPlainName = /^(?:[\w[\]-]{1,24}\/){0,6}[\w[\] .-]{0,32}$/
