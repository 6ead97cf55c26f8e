import { type BatchStore, noFile, type Page, type StoredFile } from '../../core/calls/batch.ts'
import { GatewayError } from '../../core/errors.ts'
import type { FormPart } from '../../core/wire/form-scanner.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import type { ResourceCall, ResourceMethods, ResourceReply } from '../data-plane/paths/serve-resource.ts'
import type { HeldForm } from '../data-plane/request/held-form.ts'
import { refuseLines } from './batch-file-things.ts'
import type { FileContent, FileFolder } from './file-folder.ts'
import { askHolder, batchPurpose, holderFor, keepAtHolder, removeAtHolder, shortName } from './files-at-accounts.ts'
import { FILE_KEPT_MS, type KeptFiles } from './kept-files.ts'

export interface FileResourcesOptions {
  readonly store: BatchStore
  readonly folder: FileFolder
  readonly files: KeptFiles
  now(): number
}

const MAX_PAGE = 1000
/** https://platform.openai.com/docs/api-reference/files/create: an hour to thirty days. */
const lifetimeSeconds = { min: 3600, max: 2_592_000 }
const expiryFields = { anchor: 'expires_after[anchor]', seconds: 'expires_after[seconds]' }

/** Files as OpenAI has them, kept here: https://platform.openai.com/docs/api-reference/files */
export function fileResources(
  options: FileResourcesOptions,
): readonly (readonly [path: string, methods: ResourceMethods])[] {
  const { store, folder, files } = options
  return [
    [
      '/v1/files',
      {
        POST: (call) => upload(call, options),
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
        GET(call) {
          const file = found(store, call)
          return file.account === undefined ? { json: fileObject(file) } : askHolder(call, file)
        },
        async DELETE(call) {
          const file = found(store, call)
          const { workspace, id } = file
          if (file.account !== undefined) return await removeAtHolder(call, file, store)
          if (!(await files.remove(workspace, id))) throw noFile(id)
          return { json: { id, object: 'file', deleted: true } }
        },
      },
    ],
    [
      '/v1/files/{id}/content',
      {
        async GET(call) {
          const file = found(store, call)
          if (file.account !== undefined) return await askHolder(call, file, '/content')
          const stream = await folder.stream(file.id).catch(() => Promise.reject(noFile(file.id)))
          return { stream, contentType: 'application/octet-stream' }
        },
      },
    ],
  ]
}

async function upload(call: ResourceCall, options: FileResourcesOptions): Promise<ResourceReply> {
  const form = await call.form(['purpose', ...Object.values(expiryFields)])
  const { fields, file } = form
  if (file === undefined) throw new GatewayError('invalid_request', 'The form has no `file`.', { param: 'file' })
  const { purpose = '' } = fields
  const holder = holderFor(call, purpose)
  const { workspace } = call.principal
  const leave = options.files.reserve(workspace, holder === undefined ? file.end - file.start : 0)
  const content = contentOf(form.body, file)
  try {
    if (holder !== undefined) {
      if (call.runtime.isShared && purpose === batchPurpose) await refuseLines(content, call, holder)
      return await keepAtHolder(call, holder, { form, file, purpose }, options)
    }
    const kept = { purpose: batchPurpose, name: shortName(file), content, lifetimeMs: lifetimeMs(fields) }
    return { json: fileObject(await options.files.keep(workspace, kept)) }
  } finally {
    leave()
  }
}

function contentOf(body: HeldForm['body'], { start, end }: FormPart): FileContent {
  return Buffer.isBuffer(body) ? body.subarray(start, end) : { body, start, end }
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

function found(store: BatchStore, { principal: { workspace }, id }: ResourceCall): StoredFile {
  const file = store.file(workspace, id)
  if (file === undefined) throw noFile(id)
  return file
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
