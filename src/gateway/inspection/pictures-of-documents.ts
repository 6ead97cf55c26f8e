import { GatewayError } from '../../core/errors.ts'
import { documentKind } from '../../core/inspection/document-kind.ts'
import type { JsonValue } from '../../core/wire/json.ts'
import type { DocumentPicture } from '../documents/document-pictures.ts'
import { UnreadDocument } from '../documents/read-limits.ts'
import { fileParts } from './document-parts.ts'

export interface PictureReading {
  /** Rejects with `UnreadDocument`. */
  readPictures(bytes: Buffer, timeoutMs: number, owner: string): Promise<readonly DocumentPicture[]>
  /** What becomes of documents that nobody here can read. */
  readonly unreadable: 'allow' | 'deny'
  readonly timeoutMs: number
}

/** Files that stand in a body and may hold pictures. */
export function documentsIn(body: JsonValue): readonly Buffer[] {
  return fileParts(body).flatMap(({ kind, bytes }) => (kind === 'pdf' || kind === 'archive' ? [bytes] : []))
}

export function isDocument(bytes: Buffer): boolean {
  const kind = documentKind(bytes)
  return kind === 'pdf' || kind === 'archive'
}

const MAX_FILES = 64

/** Throws `image_over_limit` where nobody can count them. */
export async function picturesOf(
  documents: readonly Buffer[],
  { readPictures, unreadable, timeoutMs }: PictureReading,
  key: string,
): Promise<readonly DocumentPicture[]> {
  const until = performance.now() + timeoutMs
  const pictures: DocumentPicture[] = []
  for (const [index, bytes] of documents.entries()) {
    try {
      if (index >= MAX_FILES) throw new UnreadDocument('There are more of them than are read.')
      pictures.push(...(await readPictures(bytes, Math.max(1, until - performance.now()), key)))
    } catch (fault) {
      if (!(fault instanceof UnreadDocument)) throw fault
      if (unreadable === 'deny') throw uncounted(fault)
    }
  }
  return pictures
}

function uncounted({ message }: UnreadDocument): GatewayError {
  return new GatewayError(
    'image_over_limit',
    `The images in a file of the request cannot be counted: ${message} The limits of inspection.images hold for them; the setting inspection.unreadable lets it pass.`,
  )
}
