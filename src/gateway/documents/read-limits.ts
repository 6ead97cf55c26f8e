/** What is read of one document, with all that is in it. What holds more is not read at all. */
export const maxDocumentBytes = 64 << 20
export const maxUnpackedBytes = 64 << 20
const maxTextLength = 16 << 20
export const maxEntries = 4096
export const maxPages = 2000
export const maxPictures = 4096
/** A document in a document in a document. */
export const maxNesting = 3

/** A document, or a part of it, that nobody here can read. Its message says why, and nothing of what is in it. */
export class UnreadDocument extends Error {}

/** Why a file of a kind that nobody here knows is not read. */
export const unknownKind =
  'It is no text, no PDF, no RTF and no office file such as .docx; those of old programs (.doc, .xls) are not read.'

/** Counts what one document has been unpacked to. */
export interface ReadBudget {
  unpack(bytes: number): void
  text(length: number): void
}

export function createReadBudget(): ReadBudget {
  let bytes = 0
  let length = 0
  return {
    unpack(more) {
      bytes += more
      if (bytes > maxUnpackedBytes) throw new UnreadDocument('It unpacks to more than is read.')
    },
    text(more) {
      length += more
      if (length > maxTextLength) throw new UnreadDocument('It holds more text than is read.')
    },
  }
}
