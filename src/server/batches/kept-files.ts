import type { BatchStore, StoredFile } from '../../core/calls/batch.ts'
import { GatewayError } from '../../core/errors.ts'
import type { FileContent, FileFolder } from './file-folder.ts'

export interface KeptFilesOptions {
  readonly store: BatchStore
  readonly folder: FileFolder
  /** For all files of a workspace together. */
  maxBytes(): number
  now(): number
  newFileId(): string
}

/** Files of workspaces, here and at accounts, as many and as large as a workspace may have. */
export interface KeptFiles {
  /** What is on its way counts as if it were there; the result counts it out. `bytes`: of those that come here. Throws `quota_exceeded`. */
  reserve(workspace: string, bytes: number): () => void
  keep(workspace: string, file: NewFile): Promise<StoredFile>
  /** False when there is no such file. */
  remove(workspace: string, id: string): Promise<boolean>
}

export interface NewFile {
  readonly purpose: string
  readonly name: string
  readonly content: FileContent
  /** Absent: 30 days. */
  readonly lifetimeMs?: number
}

const MAX_FILES = 1000
/** Longer than any call. */
const COMING_MS = 3600 * 1000
/** As OpenAI does with files of batches: https://platform.openai.com/docs/api-reference/files/create. */
export const FILE_KEPT_MS = 30 * 24 * 3600 * 1000

export function keptFiles({ store, folder, maxBytes, now, newFileId }: KeptFilesOptions): KeptFiles {
  return {
    reserve(workspace, bytes) {
      const id = newFileId()
      const most = { count: MAX_FILES, bytes: maxBytes() }
      const lacks = store.reserve({ id, workspace, bytes, until: now() + COMING_MS }, most, now())
      if (lacks === 'count')
        throw new GatewayError('quota_exceeded', `This workspace has ${MAX_FILES} files already; delete some.`)
      if (lacks === 'bytes')
        throw new GatewayError(
          'quota_exceeded',
          `The files of this workspace may take ${most.bytes} bytes; delete some.`,
        )
      return () => {
        try {
          store.unreserve(id)
        } catch {
          // It ends by itself, and what became of the file is told already.
        }
      }
    },
    async keep(workspace, { purpose, name, content, lifetimeMs = FILE_KEPT_MS }) {
      const createdAt = now()
      const id = newFileId()
      const expiresAt = createdAt + lifetimeMs
      // The bytes first: a file that is known is there.
      const bytes = await folder.write(id, content)
      const stored = { id, workspace, purpose, name, bytes, createdAt, expiresAt }
      try {
        store.addFile(stored)
      } catch (fault) {
        await folder.remove(id)
        throw fault
      }
      return stored
    },
    async remove(workspace, id) {
      if (store.file(workspace, id) === undefined) return false
      // The bytes first: where the disk is full, their room is what the store needs.
      await folder.remove(id)
      return store.removeFile(workspace, id)
    },
  }
}
