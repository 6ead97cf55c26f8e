/** Batches that provider accounts work off. One account may serve several workspaces; whose a batch is, only the gateway knows. */
import type { Batch, BatchStore, StoredFile } from '../../core/calls/batch.ts'
import { noBatch, noFile } from '../../core/calls/batch.ts'
import type { RequestWire } from '../../core/calls/call.ts'
import type { ProviderAccount } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import { readsOneWay } from '../../core/wire/reads-one-way.ts'
import { checkEndpoint } from '../../registry/hold-scope.ts'
import type { ResourceCall, ResourceReply } from '../data-plane/paths/serve-resource.ts'
import { refuseThings } from '../data-plane/things/held-things.ts'
import { holderOf, isId, placeOf } from './files-at-accounts.ts'
import { type Keeping, keepMade, keepTold } from './held-batch.ts'

/** Made where its file lies, from the client's body as it came. It belongs to the workspace before anybody hears of its id. */
export async function createAtHolder(
  call: ResourceCall,
  wire: RequestWire,
  file: StoredFile,
  keeping: Keeping,
): Promise<ResourceReply> {
  const account = holderOf(call, file.account)
  if (account === undefined) throw noFile(file.id, 'input_file_id')
  // The provider might read the other of two files, which may be another workspace's.
  if (!readsOneWay(wire)) throw new GatewayError('invalid_request', 'A field stands in the body twice; keep one.')
  checkCalls(call, wire.json['endpoint'])
  refuseThings(call.held(wire), account)
  const reply = await call.ask({
    ...placeOf(account),
    path: '/batches',
    sent: { body: wire.bytes, contentType: 'application/json' },
    isCall: true,
  })
  keepMade(reply, account, call.principal, 'openai', keeping)
  return { reply }
}

/** The calls are made where nobody here sees them: the key must be free to make them itself. Throws `endpoint_not_allowed`. */
function checkCalls({ principal: { scope = {} } }: ResourceCall, endpoint: JsonObject[string]): void {
  if (scope.endpoints === undefined) return
  // Azure's has no version, and a path with dots or escapes may be read in two ways.
  const isPlain = typeof endpoint === 'string' && /^(?:\/[\w-]+)+$/.test(endpoint)
  if (!isPlain) throw new GatewayError('endpoint_not_allowed', 'This key may not be used at this `endpoint`.')
  checkEndpoint(scope, endpoint.startsWith('/v1/') ? endpoint : `/v1${endpoint}`)
}

/** Reads or cancels one. Files that have come of it belong to its workspace from then on. */
export async function askBatchHolder(
  call: ResourceCall,
  batch: Batch,
  { store, now }: Keeping,
  step = '',
): Promise<ResourceReply> {
  const account = holderOf(call, batch.held?.account)
  if (account === undefined) throw noBatch(batch.id)
  const reply = await call.ask({ ...placeOf(account), path: `/batches/${batch.id}${step}` })
  const object = keepTold(reply, account, batch, store)
  for (const name of ['output_file_id', 'error_file_id'] as const) keepFile(object[name], batch, account, store, now())
  return { reply }
}

function keepFile(
  id: JsonObject[string],
  { workspace, id: batchId }: Batch,
  account: ProviderAccount,
  store: BatchStore,
  now: number,
): void {
  // One that is known stays with whom it belongs to.
  if (typeof id !== 'string' || !isId(id) || store.anyFile(id) !== undefined) return
  // How large it is, only its account knows.
  store.addFile({
    id,
    workspace,
    purpose: 'batch_output',
    name: `${batchId}.jsonl`,
    bytes: 0,
    createdAt: now,
    account: account.id,
  })
}
