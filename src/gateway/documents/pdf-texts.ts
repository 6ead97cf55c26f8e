import { getDocumentProxy, getResolvedPDFJS } from 'unpdf'
import type { DocumentText } from './document-texts.ts'
import { maxPages, type ReadBudget, UnreadDocument } from './read-limits.ts'

export interface PdfTexts {
  readonly texts: readonly DocumentText[]
  readonly attachments: readonly { readonly name: string; readonly content: Buffer }[]
}

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>

/** All text of a PDF: pages, whatever the colour and size of a letter, notes, fields, links, headings, metadata. */
export async function pdfTexts(bytes: Buffer, budget: ReadBudget): Promise<PdfTexts> {
  const pdf = await opened(bytes)
  try {
    if (pdf.numPages > maxPages) throw new UnreadDocument('It has more pages than are read.')
    const texts: DocumentText[] = []
    const add = (path: string, text: string): void => {
      budget.text(text.length)
      if (text.trim() !== '') texts.push({ path, text })
    }
    const { OPS: operators } = await getResolvedPDFJS()
    const attachments: { name: string; content: Buffer }[] = []
    for (let number = 1; number <= pdf.numPages; number++) {
      const page = await pdf.getPage(number)
      const { items } = await page.getTextContent({ includeMarkedContent: false })
      const shown = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('')
      // What stands beside the page, or is clipped, is left out there.
      const drawn = drawnText(await page.getOperatorList(), operators)
      add(`/page ${number}`, shown)
      if (lettersOf(drawn) !== lettersOf(shown)) add(`/page ${number}/drawn`, drawn)
      const annotations: readonly unknown[] = await page.getAnnotations()
      add(`/page ${number}/annotations`, stringsIn(annotations).join('\n'))
      for (const annotation of annotations) attachments.push(...attachedTo(annotation))
      page.cleanup()
    }
    if (texts.every(({ path }) => path.endsWith('/annotations')))
      throw new UnreadDocument('No text can be read on its pages.')
    const { info, metadata } = await pdf.getMetadata()
    add('/metadata', stringsIn(info).join('\n'))
    add('/metadata', stringsIn(metadata === null || metadata === undefined ? [] : metadata.getRaw()).join('\n'))
    add('/outline', stringsIn(await pdf.getOutline()).join('\n'))
    add('/fields', stringsIn(await pdf.getFieldObjects()).join('\n'))
    add('/scripts', stringsIn(await pdf.getJSActions()).join('\n'))
    for (const [key, { filename }] of (await pdf.getAttachments()) ?? []) {
      const content = await pdf.getAttachmentContent(key)
      if (content !== null) attachments.push({ name: filename, content: Buffer.from(content) })
    }
    return { texts, attachments }
  } catch (fault) {
    throw fault instanceof UnreadDocument ? fault : new UnreadDocument('The PDF is broken.', { cause: fault })
  } finally {
    await pdf.loadingTask.destroy()
  }
}

async function opened(bytes: Buffer): Promise<Pdf> {
  try {
    return await getDocumentProxy(new Uint8Array(bytes), {
      // It fetches nothing, runs nothing, draws nothing, and says nothing of what it reads.
      useSystemFonts: false,
      disableFontFace: true,
      enableXfa: false,
      stopAtErrors: true,
      maxImageSize: 1,
      verbosity: 0,
    })
  } catch (fault) {
    const isLocked = fault instanceof Error && fault.name === 'PasswordException'
    throw new UnreadDocument(isLocked ? 'It is encrypted.' : 'The PDF is broken.', { cause: fault })
  }
}

const MAX_DEPTH = 16

/** All strings in what the library tells: there is no list of fields in which nobody writes. */
function stringsIn(value: unknown, depth = 0): readonly string[] {
  if (typeof value === 'string') return value.trim() === '' ? [] : [value]
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH || ArrayBuffer.isView(value)) return []
  return [...(value instanceof Map ? value.values() : Object.values(value))].flatMap((inner) =>
    stringsIn(inner, depth + 1),
  )
}

/** A file behind a mark on a page. */
function attachedTo(annotation: unknown): PdfTexts['attachments'] {
  const file =
    typeof annotation === 'object' && annotation !== null && 'file' in annotation ? annotation.file : undefined
  if (typeof file !== 'object' || file === null || !('content' in file)) return []
  const name = 'filename' in file && typeof file.filename === 'string' ? file.filename : ''
  return file.content instanceof Uint8Array ? [{ name, content: Buffer.from(file.content) }] : []
}

/** All letters that a page draws, wherever and however, in the order in which it does. */
function drawnText({ fnArray, argsArray }: Operators, operators: Readonly<Record<string, number>>): string {
  const { showText, nextLine, moveText, setTextMatrix, endText } = operators
  const moves = new Set([nextLine, moveText, setTextMatrix, endText])
  let text = ''
  for (const [index, operator] of fnArray.entries()) {
    if (moves.has(operator) && text !== '' && !text.endsWith('\n')) text += '\n'
    if (operator !== showText) continue
    for (const glyph of lettersIn(argsArray[index])) {
      if (typeof glyph === 'number') text += glyph < WORD_GAP ? ' ' : ''
      else if (typeof glyph === 'object' && glyph !== null && 'unicode' in glyph) text += String(glyph.unicode)
    }
  }
  return text
}

interface Operators {
  readonly fnArray: readonly number[]
  readonly argsArray: readonly unknown[]
}

/** In thousandths of the size of a letter. */
const WORD_GAP = -200

function lettersIn(args: unknown): readonly unknown[] {
  const first: unknown = Array.isArray(args) ? args[0] : undefined
  return Array.isArray(first) ? first : []
}

function lettersOf(text: string): string {
  return text.replace(/\s+/g, '')
}
