import type { BatchStore, Page, StoredFile } from '../../core/batch.ts'
import { GatewayError } from '../../core/errors.ts'
import { formFile, formValues } from '../../core/form-data.ts'
import type { JsonObject } from '../../core/json.ts'
import type { Resource, ResourceCall } from '../data-plane/serve-resource.ts'
import { FILE_KEPT_MS } from './batch-runner.ts'
import type { FileFolder } from './file-folder.ts'

export interface FileResourcesOptions {
  readonly store: BatchStore
  readonly folder: FileFolder
  now(): number
  newFileId(): string
}

const MAX_FILES = 1000
const MAX_NAME_LENGTH = 255
const MAX_PAGE = 1000
/** https://platform.openai.com/docs/api-reference/files/create: an hour to thirty days. */
const lifetimeSeconds = { min: 3600, max: 2_592_000 }
const expiryFields = { anchor: 'expires_after[anchor]', seconds: 'expires_after[seconds]' }

/** Files as OpenAI has them, kept here: https://platform.openai.com/docs/api-reference/files */
export function fileResources(options: FileResourcesOptions): readonly (readonly [path: string, resource: Resource])[] {
  const { store, folder } = options
  return [
    [
      '/v1/files',
      {
        POST: async (call) => ({ json: fileObject(await upload(call, options)) }),
        GET({ principal: { workspace }, query }) {
          const page = readPage(query, MAX_PAGE, MAX_PAGE)
          const found = store.files(workspace, { ...page, limit: page.limit + 1 }, query.get('purpose') ?? undefined)
          return { json: listObject(found, page.limit, fileObject) }
        },
      },
    ],
    [
      '/v1/files/{id}',
      {
        GET: ({ principal: { workspace }, id }) => ({ json: fileObject(found(store, workspace, id)) }),
        async DELETE({ principal: { workspace }, id }) {
          if (!store.removeFile(workspace, id)) throw noFile(id)
          await folder.remove(id)
          return { json: { id, object: 'file', deleted: true } }
        },
      },
    ],
    [
      '/v1/files/{id}/content',
      {
        async GET({ principal: { workspace }, id }) {
          const file = found(store, workspace, id)
          const stream = await folder.stream(file.id).catch(() => Promise.reject(noFile(id)))
          return { stream, contentType: 'application/octet-stream' }
        },
      },
    ],
  ]
}

async function upload(
  { principal: { workspace }, form }: ResourceCall,
  options: FileResourcesOptions,
): Promise<StoredFile> {
  const { store, folder, now, newFileId } = options
  const { bytes, contentType } = await form()
  const fields = formValues(bytes, contentType, ['purpose', ...Object.values(expiryFields)])
  const file = formFile(bytes, contentType, 'file')
  if (file === undefined) throw new GatewayError('invalid_request', 'The form has no `file`.', { param: 'file' })
  const { purpose } = fields
  if (purpose !== 'batch') {
    throw new GatewayError(
      'invalid_request',
      'Only files with the purpose `batch` are kept here; send others to a provider, at `/p/<account>/files`.',
      { param: 'purpose' },
    )
  }
  if (store.countFiles(workspace) >= MAX_FILES)
    throw new GatewayError('quota_exceeded', `This workspace has ${MAX_FILES} files already.`)
  const createdAt = now()
  const stored = {
    id: newFileId(),
    workspace,
    purpose,
    name: [...file.name.toWellFormed()].slice(0, MAX_NAME_LENGTH).join(''),
    bytes: file.bytes.length,
    createdAt,
    expiresAt: createdAt + lifetimeMs(fields),
  }
  // The bytes first: a file that is known is there.
  await folder.write(stored.id, file.bytes)
  store.addFile(stored)
  return stored
}

function lifetimeMs(fields: Readonly<Record<string, string>>): number {
  const { [expiryFields.seconds]: text, [expiryFields.anchor]: anchor = 'created_at' } = fields
  if (text === undefined) return FILE_KEPT_MS
  const seconds = Number(text)
  const { min, max } = lifetimeSeconds
  if (!Number.isInteger(seconds) || seconds < min || seconds > max || anchor !== 'created_at') {
    throw new GatewayError(
      'invalid_request',
      `\`expires_after\` takes ${min} to ${max} seconds after \`created_at\`.`,
      {
        param: 'expires_after',
      },
    )
  }
  return seconds * 1000
}

function found(store: BatchStore, workspace: string, id: string): StoredFile {
  const file = store.file(workspace, id)
  if (file === undefined) throw noFile(id)
  return file
}

/** The same for a file that there never was and for one of another workspace. */
export function noFile(id: string, param?: string): GatewayError {
  const details = param === undefined ? {} : { param }
  return new GatewayError('not_found', `There is no file "${id.slice(0, 100)}".`, details)
}

function fileObject({ id, purpose, name, bytes, createdAt, expiresAt }: StoredFile): JsonObject {
  return {
    id,
    object: 'file',
    bytes,
    created_at: seconds(createdAt),
    ...(expiresAt === undefined ? {} : { expires_at: seconds(expiresAt) }),
    filename: name,
    purpose,
    status: 'processed',
  }
}

export function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000)
}

/** One more than the limit was looked for: whether there is another page. */
export function listObject<Item extends { readonly id: string }>(
  items: readonly Item[],
  limit: number,
  written: (item: Item) => JsonObject,
): JsonObject {
  const shown = items.slice(0, limit)
  return {
    object: 'list',
    data: shown.map(written),
    first_id: shown[0]?.id ?? null,
    last_id: shown.at(-1)?.id ?? null,
    has_more: items.length > limit,
  }
}

export function readPage(query: URLSearchParams, usual: number, max: number): Page {
  const limit = Number(query.get('limit') ?? usual)
  if (!Number.isInteger(limit) || limit < 1)
    throw new GatewayError('invalid_request', '`limit` must be a whole number from 1 on.', { param: 'limit' })
  const order = query.get('order') ?? 'desc'
  if (order !== 'asc' && order !== 'desc')
    throw new GatewayError('invalid_request', '`order` must be `asc` or `desc`.', { param: 'order' })
  const after = query.get('after')
  return { limit: Math.min(limit, max), order, ...(after === null || after === '' ? {} : { after }) }
}
