import { documentKind } from '../../core/inspection/document-kind.ts'
import { type ImageSize, imageHeadBytes, imageSize, isImage } from '../../core/inspection/image-size.ts'
import { archiveFiles } from './archive.ts'
import { pdfPictures } from './pdf-pictures.ts'
import {
  createReadBudget,
  maxDocumentBytes,
  maxNesting,
  maxPictures,
  type ReadBudget,
  UnreadDocument,
} from './read-limits.ts'

/** A picture in a document. */
export interface DocumentPicture {
  readonly bytes: number
  /** Absent: it cannot be read. */
  readonly size?: ImageSize
}

/** Pictures of a PDF or a file of an office program, and of those in it. None is unpacked further than its head. Throws `UnreadDocument`. */
export function documentPictures(bytes: Buffer): readonly DocumentPicture[] {
  if (bytes.length > maxDocumentBytes) throw new UnreadDocument('It is larger than is read.')
  return picturesIn(bytes, 1, createReadBudget())
}

function picturesIn(bytes: Buffer, depth: number, budget: ReadBudget): readonly DocumentPicture[] {
  if (depth > maxNesting) throw new UnreadDocument('It holds documents in documents in documents.')
  if (documentKind(bytes) === 'pdf') return pdfPictures(bytes)
  const pictures: DocumentPicture[] = []
  for (const { bytes: unpack } of archiveFiles(bytes, budget)) {
    // By what it is: programs find pictures by relations, and not by names.
    const file = unpack()
    const kind = documentKind(file)
    if (isImage(file)) pictures.push({ bytes: file.length, ...sizeOf(file) })
    else if (kind === 'pdf' || kind === 'archive') pictures.push(...picturesIn(file, depth + 1, budget))
    if (pictures.length > maxPictures) throw new UnreadDocument('It holds more pictures than are counted.')
  }
  return pictures
}

function sizeOf(picture: Buffer): Pick<DocumentPicture, 'size'> {
  const size = imageSize(picture.subarray(0, imageHeadBytes))
  return size === undefined ? {} : { size }
}
