/**
 * Files of a ZIP archive, by its directory, as office programs read them. No name is ever used as a path.
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
import { crc32, inflateRawSync } from 'node:zlib'
import { zipEnd } from '../../core/inspection/document-kind.ts'
import { maxEntries, maxUnpackedBytes, type ReadBudget, UnreadDocument } from './read-limits.ts'

export interface ArchiveFile {
  readonly name: string
  /** Unpacks it. */
  bytes(): Buffer
}

const DIRECTORY_ENTRY = 0x02014b50
const LOCAL_ENTRY = 0x04034b50
/** Zip64 writes its sizes elsewhere. */
const ELSEWHERE = 0xffffffff
const STORED = 0
const DEFLATED = 8

export function archiveFiles(archive: Buffer, budget: ReadBudget): readonly ArchiveFile[] {
  const end = zipEnd(archive)
  if (end < 0 || end + 22 > archive.length) throw broken()
  const count = archive.readUInt16LE(end + 10)
  const start = archive.readUInt32LE(end + 16)
  if (count === 0xffff || start === ELSEWHERE || count > maxEntries)
    throw new UnreadDocument('The archive has more files than are read.')
  // What stands before the archive moves all of it.
  const shift = end - archive.readUInt32LE(end + 12) - start
  if (shift < 0) throw broken()
  const files: ArchiveFile[] = []
  const names = new Set<string>()
  let at = start + shift
  for (let index = 0; index < count; index++) {
    if (at + 46 > end || archive.readUInt32LE(at) !== DIRECTORY_ENTRY) throw broken()
    const nameEnd = at + 46 + archive.readUInt16LE(at + 28)
    const next = nameEnd + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32)
    if (next > end) throw broken()
    const name = archive.toString('utf8', at + 46, nameEnd)
    // Of two files with one name, programs read either.
    if (names.has(name.toLowerCase())) throw new UnreadDocument('The archive has two files of one name.')
    names.add(name.toLowerCase())
    const entry = at
    files.push({ name, bytes: () => unpacked(archive, entry, shift, budget) })
    at = next
  }
  // A file that the directory does not name, some program may find all the same.
  if (at !== end) throw broken()
  return files
}

function unpacked(archive: Buffer, entry: number, shift: number, budget: ReadBudget): Buffer {
  const flags = archive.readUInt16LE(entry + 8)
  const method = archive.readUInt16LE(entry + 10)
  const packed = archive.readUInt32LE(entry + 20)
  const size = archive.readUInt32LE(entry + 24)
  const local = archive.readUInt32LE(entry + 42) + shift
  if ((flags & 0x2041) !== 0) throw new UnreadDocument('It is encrypted.')
  if (packed === ELSEWHERE || size === ELSEWHERE) throw new UnreadDocument('It is larger than is read.')
  if (local + 30 > archive.length || archive.readUInt32LE(local) !== LOCAL_ENTRY) throw broken()
  const nameLength = archive.readUInt16LE(entry + 28)
  const localName = archive.subarray(local + 30, local + 30 + archive.readUInt16LE(local + 26))
  // What programs that read from the front find must be the same.
  if (!localName.equals(archive.subarray(entry + 46, entry + 46 + nameLength))) throw broken()
  const start = local + 30 + localName.length + archive.readUInt16LE(local + 28)
  const bytes = archive.subarray(start, start + packed)
  if (bytes.length < packed) throw broken()
  budget.unpack(size)
  const whole = method === STORED ? bytes : method === DEFLATED ? inflated(bytes, size) : undefined
  if (whole === undefined) throw new UnreadDocument('It is packed in a way that is not read.')
  if (whole.length !== size || crc32(whole) !== archive.readUInt32LE(entry + 16)) throw broken()
  return whole
}

/** Never to more than it says that it is. */
function inflated(bytes: Buffer, size: number): Buffer {
  try {
    return inflateRawSync(bytes, { maxOutputLength: Math.min(maxUnpackedBytes, Math.max(1, size)) })
  } catch {
    throw broken()
  }
}

function broken(): UnreadDocument {
  return new UnreadDocument('The archive is broken.')
}
