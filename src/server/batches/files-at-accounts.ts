/** Files that provider accounts keep. One account may serve several workspaces; whose a file is, only the gateway knows. */
import { openaiResponses } from '../../catalog/dialects/openai-responses.ts'
import { type BatchStore, noFile, type StoredFile } from '../../core/calls/batch.ts'
import type { ModelReply } from '../../core/calls/call.ts'
import type { ProviderAccount } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import { surfaceFor } from '../../core/model/provider.ts'
import type { FormPart } from '../../core/wire/form-scanner.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../core/wire/json.ts'
import type { ResourceCall, ResourceReply } from '../data-plane/paths/serve-resource.ts'
import { accountName } from '../data-plane/portkey/provider-names.ts'
import type { HeldForm } from '../data-plane/request/held-form.ts'

interface Upload {
  readonly form: HeldForm
  readonly file: FormPart
  readonly purpose: string
}

/** Of files whose lines the gateway runs itself. */
export const batchPurpose = 'batch'

const MAX_NAME_LENGTH = 255
/** Ids go into a path of the provider. */
const idPattern = /^[\w-]{1,200}$/

/** The account that a file shall lie at; `undefined`: here. Throws `invalid_request` when it cannot be told. */
export function holderFor(call: ResourceCall, purpose: string): ProviderAccount | undefined {
  const { runtime, principal } = call
  const named = nameOfAccount(call)
  if (purpose === '') throw new GatewayError('invalid_request', 'The form has no `purpose`.', { param: 'purpose' })
  if (purpose === batchPurpose) {
    if (named === undefined) return undefined
    const account = runtime.accountFor(principal, named)
    if (account.provider.keepsBatches === 'files') return account
    if (account.provider.inlineBatches !== undefined)
      throw new GatewayError(
        'invalid_request',
        `Files of batches for the account "${account.id}" are kept here: leave the account out, and name it when the batch is made.`,
      )
    throw new GatewayError(
      'invalid_request',
      `The provider of the account "${account.id}" takes no batches: leave the account out, and they are worked off here.`,
    )
  }
  const keeping = runtime.accounts.filter((one) => one.provider.keepsFiles === true && one.furtherOf === undefined)
  const [only, ...others] = keeping
  const name = named ?? (others.length === 0 ? only?.id : undefined)
  if (name === undefined) {
    const which = keeping.length === 0 ? 'there is none' : keeping.map(({ id }) => `\`${id}\``).join(', ')
    throw new GatewayError(
      'invalid_request',
      `Only files with the purpose \`batch\` are kept here. One with the purpose ${JSON.stringify(purpose.slice(0, 50))} is kept by a provider account that has files (${which}): name it in \`x-portcullis-provider\`.`,
      { param: 'purpose' },
    )
  }
  const account = runtime.accountFor(principal, name)
  if (account.provider.keepsFiles === true) return account
  throw new GatewayError('invalid_request', `The provider of the account "${account.id}" keeps no files.`)
}

/** Which account the caller names, by our header or query, or by Portkey's header. */
export function nameOfAccount({ headers, query, runtime: { isAccount } }: ResourceCall): string | undefined {
  const ours = headers['x-portcullis-provider'] ?? query.get('provider') ?? undefined
  if (ours !== undefined && ours !== '') return ours
  const theirs = headers['x-portkey-provider'] ?? ''
  return theirs === '' ? undefined : accountName(theirs, 'x-portkey-provider', isAccount)
}

/** The client's form as it came. The file belongs to the workspace before anybody hears of its id. */
export async function keepAtHolder(
  call: ResourceCall,
  account: ProviderAccount,
  { form, file, purpose }: Upload,
  { store, now }: { readonly store: BatchStore; now(): number },
): Promise<ResourceReply> {
  const reply = await call.ask({ ...placeOf(account), path: '/files', sent: form })
  const told = { purpose, name: file.fileName, bytes: file.end - file.start }
  keepFile(call, account, objectOf(reply, account), told, { store, now })
  return { reply }
}

/** Whose the file is that an account has made. */
export function keepFile(
  { principal: { workspace } }: Pick<ResourceCall, 'principal'>,
  account: ProviderAccount,
  object: JsonObject,
  { purpose, name, bytes }: Pick<StoredFile, 'purpose' | 'name' | 'bytes'>,
  { store, now }: { readonly store: BatchStore; now(): number },
): void {
  const createdAt = now()
  const expiresAt = laterTime(object['expires_at'], createdAt)
  store.addFile({
    id: idIn(object, account),
    workspace,
    purpose,
    name: shortName({ fileName: name }),
    bytes,
    createdAt,
    account: account.id,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  })
}

/** Of the account that has it, and of no other that has its name by now. */
export async function askHolder(call: ResourceCall, file: StoredFile, step = ''): Promise<{ reply: ModelReply }> {
  const account = holderOf(call, file.account)
  if (account === undefined) throw noFile(file.id)
  return { reply: await call.ask({ ...placeOf(account), path: `/files/${file.id}${step}` }) }
}

/** `undefined`: there is no such account any more. Throws when the key may not use all of it. */
export function holderOf({ runtime, principal }: ResourceCall, id: string | undefined): ProviderAccount | undefined {
  const holder = runtime.accounts.find((account) => account.id === id)
  return holder === undefined ? undefined : runtime.accountFor(principal, holder.id)
}

export function removeAtHolder(call: ResourceCall, file: StoredFile, store: BatchStore): Promise<ResourceReply> {
  return forgetRemoved(askHolder(call, file), () => store.removeFile(file.workspace, file.id))
}

/** What an account has removed, or has no more, is forgotten here too. */
export async function forgetRemoved<Reply>(asked: Promise<Reply>, forget: () => void): Promise<Reply> {
  try {
    const reply = await asked
    forget()
    return reply
  } catch (fault) {
    if (fault instanceof GatewayError && fault.code === 'upstream_not_found') forget()
    throw fault
  }
}

export function shortName({ fileName }: Pick<FormPart, 'fileName'>): string {
  return [...fileName.toWellFormed()].slice(0, MAX_NAME_LENGTH).join('')
}

/** Where the vendor has what is no model's: Azure, for one, has deployments for the others. */
export function placeOf(account: ProviderAccount) {
  return { account, surface: surfaceFor(account.provider, openaiResponses, '') }
}

export function objectOf({ body }: ModelReply, account: ProviderAccount): JsonObject {
  const object = body.kind === 'unary' ? parseJson(body.bytes.toString('utf8')) : undefined
  if (isJsonObject(object)) return object
  throw noObject(account)
}

/** Ids go into paths. */
export function idIn({ id }: JsonObject, account: ProviderAccount): string {
  if (typeof id === 'string' && isId(id)) return id
  throw noObject(account)
}

export function isId(id: string): boolean {
  return idPattern.test(id)
}

/** Milliseconds of a time in seconds that is to come. Another number (0 for never; one that no store could give back) is none. */
function laterTime(seconds: JsonObject[string], now: number): number | undefined {
  const time = new Date(typeof seconds === 'number' ? seconds * 1000 : Number.NaN).getTime()
  return time > now ? time : undefined
}

function noObject({ id }: ProviderAccount): GatewayError {
  return new GatewayError('upstream_invalid_reply', `The provider account "${id}" sent no object with an id.`)
}
