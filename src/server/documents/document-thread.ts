/** Entry of a thread that reads documents of others: it is ended when one takes too long, or too much. */
import { parentPort } from 'node:worker_threads'
import { type DocumentPicture, documentPictures } from '../../gateway/documents/document-pictures.ts'
import { type DocumentText, documentTexts } from '../../gateway/documents/document-texts.ts'
import { UnreadDocument } from '../../gateway/documents/read-limits.ts'

export interface ToDocumentThread {
  readonly id: number
  readonly wants: 'texts' | 'pictures'
  readonly bytes: Uint8Array
}

export type FromDocumentThread =
  | { readonly id: number; readonly found: readonly (DocumentText | DocumentPicture)[] }
  | { readonly id: number; readonly fault: string }

const wanted = {
  texts: documentTexts,
  pictures: async (bytes: Buffer): Promise<readonly DocumentPicture[]> => documentPictures(bytes),
}

const port = parentPort
if (port === null) throw new Error('This file is the entry of a worker thread.')

port.on('message', ({ id, wants, bytes }: ToDocumentThread) => {
  wanted[wants](Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).then(
    (found) => port.postMessage({ id, found } satisfies FromDocumentThread),
    (fault: unknown) =>
      port.postMessage({
        id,
        // Any other fault may quote the document.
        fault: fault instanceof UnreadDocument ? fault.message : 'It cannot be read.',
      } satisfies FromDocumentThread),
  )
})
