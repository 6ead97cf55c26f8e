import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { documentKind, isDocumentKind } from '../core/inspection/document-kind.ts'
import { plainText } from '../core/inspection/plain-text.ts'
import type { DocumentText } from '../gateway/documents/document-texts.ts'
import { UnreadDocument, unknownKind } from '../gateway/documents/read-limits.ts'
import { readableText } from '../gateway/inspection/readable-text.ts'
import { createDocumentReader } from '../server/documents/document-reader.ts'
import { UsageError } from './command.ts'

export interface FileTexts {
  /** Of a text it is one, with an empty path. */
  readonly texts: readonly DocumentText[]
  /** Nothing of it can be written anew. */
  readonly isDocument: boolean
  /** It would be attached to what somebody says: all but a text from the standard input. */
  readonly isFile: boolean
}

const TIMEOUT_MS = 120_000

/** What a file, or for `-` the standard input, says: as guardrails read it. Nothing passes for empty that could not be read. */
export async function fileTexts(file: string): Promise<FileTexts> {
  const bytes = await bytesOf(file)
  const kind = documentKind(bytes)
  if (isDocumentKind(kind)) return { texts: await documentTexts(file, bytes), isDocument: true, isFile: true }
  const text = plainText(bytes)?.text ?? (kind === 'text' ? bytes.toString() : readableText(bytes))
  if (text === undefined) throw unreadable(file, kind === 'media' ? 'Pictures and sound are not read.' : unknownKind)
  return { texts: [{ path: '', text }], isDocument: false, isFile: file !== '-' }
}

async function documentTexts(file: string, bytes: Buffer): Promise<readonly DocumentText[]> {
  const reader = createDocumentReader()
  try {
    return await reader.read(bytes, TIMEOUT_MS, '')
  } catch (fault) {
    throw fault instanceof UnreadDocument ? unreadable(file, fault.message) : fault
  } finally {
    await reader.close()
  }
}

async function bytesOf(file: string): Promise<Buffer> {
  if (file === '-') return await buffer(process.stdin)
  try {
    return await readFile(file)
  } catch (fault) {
    throw unreadable(file, fault instanceof Error ? fault.message : String(fault))
  }
}

function unreadable(file: string, reason: string): UsageError {
  return new UsageError(`${file === '-' ? 'The standard input' : file} cannot be read: ${reason}`)
}
