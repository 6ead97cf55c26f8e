import type { BatchStore } from '../../core/calls/batch.ts'
import type { ModelReply } from '../../core/calls/call.ts'
import type { ProviderAccount } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import type { HoldersOf, ThingStore } from '../../core/model/holder.ts'
import { isJsonObject, type JsonObject } from '../../core/wire/json.ts'
import type {
  AccountQuestion,
  ResourceCall,
  ResourceMethods,
  ResourceReply,
} from '../data-plane/paths/serve-resource.ts'
import { batchPurpose, holderFor, holderOf, idIn, isId, keepFile, objectOf, placeOf } from './files-at-accounts.ts'

export interface UploadOptions {
  readonly store: BatchStore
  readonly things: Pick<ThingStore, 'add'>
  readonly holdersOf: HoldersOf
  now(): number
}

/** Files that come in parts, at the account that will have them: https://platform.openai.com/docs/api-reference/uploads */
export function uploadResources(
  options: UploadOptions,
): readonly (readonly [path: string, methods: ResourceMethods])[] {
  return [
    ['/v1/uploads', { POST: (call) => begin(call, options) }],
    [
      '/v1/uploads/{id}/parts',
      {
        async POST(call) {
          const account = accountOf(call, options)
          return { reply: await askAbout(call, account, '/parts', await call.form([])) }
        },
      },
    ],
    ['/v1/uploads/{id}/complete', { POST: (call) => complete(call, options) }],
    [
      '/v1/uploads/{id}/cancel',
      { POST: async (call) => ({ reply: await askAbout(call, accountOf(call, options), '/cancel') }) },
    ],
  ]
}

/** It belongs to the workspace before anybody hears of its id. */
async function begin(call: ResourceCall, { things, now }: UploadOptions): Promise<ResourceReply> {
  const { bytes: body, json } = await call.json()
  const { purpose } = json
  if (typeof purpose !== 'string' || purpose === '')
    throw new GatewayError('invalid_request', '`purpose` is missing.', { param: 'purpose' })
  const account = purpose === batchPurpose ? undefined : holderFor(call, purpose)
  if (account === undefined) {
    // Its lines are calls, which are read as a whole.
    const message = 'Send a file of a batch to `/v1/files`, in one piece.'
    throw new GatewayError('invalid_request', message, { param: 'purpose' })
  }
  const reply = await call.ask({ ...placeOf(account), path: '/uploads', sent: { body, contentType: jsonType } })
  const id = idIn(objectOf(reply, account), account)
  things.add({ kind: 'upload', id, account: account.id, workspace: call.principal.workspace, createdAt: now() })
  return { reply }
}

/** What has come of it is a file like any other, and the workspace's before anybody hears of it. */
async function complete(call: ResourceCall, options: UploadOptions): Promise<ResourceReply> {
  const account = accountOf(call, options)
  const { bytes: body } = await call.json()
  const reply = await askAbout(call, account, '/complete', { body, contentType: jsonType })
  const { file } = objectOf(reply, account)
  if (isJsonObject(file)) keepFile(call, account, file, told(file), options)
  return { reply }
}

function told({ purpose, filename, bytes }: JsonObject) {
  return { purpose: String(purpose ?? ''), name: String(filename ?? ''), bytes: typeof bytes === 'number' ? bytes : 0 }
}

const jsonType = 'application/json'

function askAbout(
  call: ResourceCall,
  account: ProviderAccount,
  step: string,
  sent?: AccountQuestion['sent'],
): Promise<ModelReply> {
  const question = { ...placeOf(account), path: `/uploads/${call.id}${step}` }
  return call.ask(sent === undefined ? question : { ...question, sent })
}

/** The same fault for one of another workspace and for one that never was. */
function accountOf(call: ResourceCall, { holdersOf }: UploadOptions): ProviderAccount {
  const { id, principal } = call
  const holders = isId(id) ? holdersOf({ kind: 'upload', id }) : []
  const account = holderOf(call, holders.find(({ workspace }) => workspace === principal.workspace)?.account)
  if (account !== undefined) return account
  const message = `There is no upload "${id.slice(0, 200)}" that this workspace has begun through the gateway.`
  throw new GatewayError('not_found', message, { param: 'upload_id' })
}
