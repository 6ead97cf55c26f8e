/** What is kept of batches that provider accounts work off. One account may serve several workspaces; whose a batch is, only the gateway knows. */
import { type Batch, type BatchDialect, type BatchStore, noBatch } from '../../core/calls/batch.ts'
import type { ModelReply } from '../../core/calls/call.ts'
import type { Principal, ProviderAccount } from '../../core/calls/registry.ts'
import type { JsonObject, JsonValue } from '../../core/wire/json.ts'
import { stringified } from '../../core/wire/json-depth.ts'
import type { ResourceCall } from '../data-plane/paths/serve-resource.ts'
import { idIn, objectOf } from './files-at-accounts.ts'

export interface Keeping {
  readonly store: BatchStore
  now(): number
}

/** It belongs to the workspace before anybody hears of its id. Throws `upstream_invalid_reply`. */
export function keepMade(
  reply: ModelReply,
  account: ProviderAccount,
  { workspace, key }: Principal,
  dialect: BatchDialect,
  { store, now }: Keeping,
): { readonly id: string; readonly object: JsonObject } {
  const object = objectOf(reply, account)
  const id = idIn(object, account)
  const kept = listedObject(object)
  store.addHeldBatch({ id, dialect, workspace, key, account: account.id, createdAt: now(), object: kept })
  return { id, object }
}

/** Its requests were held to the key that made it; who shares its workspace may read what came of them. */
export function accountOf({ runtime }: Pick<ResourceCall, 'runtime'>, { held, id }: Batch): ProviderAccount {
  const account = runtime.accounts.find((one) => one.id === held?.account)
  if (account === undefined) throw noBatch(id)
  return account
}

/** What the account says of it now. */
export function keepTold(reply: ModelReply, account: ProviderAccount, batch: Batch, store: BatchStore): JsonObject {
  const object = objectOf(reply, account)
  store.keepObject(batch, listedObject(object))
  return object
}

/** A page of the list has a hundred of them. */
const MAX_KEPT_LENGTH = 32 * 1024
const MAX_KEPT_FIELD_LENGTH = 1024
const listedFields: ReadonlySet<string> = new Set(
  [
    'id object endpoint model status completion_window input_file_id output_file_id error_file_id request_counts metadata',
    'type processing_status results_url ended_at archived_at cancel_initiated_at',
    'created_at in_progress_at expires_at finalizing_at completed_at failed_at expired_at cancelling_at cancelled_at usage',
  ].flatMap((names) => names.split(' ')),
)

/** For the list: all that the account said, or of an object that is too long for one (with an error for each line) what is short. */
function listedObject(object: JsonObject): JsonObject {
  const isShort = (value: JsonValue | undefined, max: number): boolean => (stringified(value)?.length ?? max + 1) <= max
  if (isShort(object, MAX_KEPT_LENGTH)) return object
  const isListed = ([name, value]: readonly [string, JsonValue | undefined]): boolean =>
    listedFields.has(name) && isShort(value, MAX_KEPT_FIELD_LENGTH)
  return Object.fromEntries(Object.entries(object).filter(isListed))
}
