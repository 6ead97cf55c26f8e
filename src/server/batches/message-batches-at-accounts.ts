/** Message batches that provider accounts work off. One account may serve several workspaces; whose a batch is, only the gateway knows. */
import type { Batch, BatchStore } from '../../core/calls/batch.ts'
import type { ModelReply, RequestWire } from '../../core/calls/call.ts'
import type { ProviderAccount } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import { withFields } from '../../core/wire/field-splice.ts'
import { isJsonObject, type JsonObject } from '../../core/wire/json.ts'
import { readsOneWay } from '../../core/wire/reads-one-way.ts'
import type { OnlyAccount } from '../../gateway/only-account.ts'
import { checkEndpoint } from '../../registry/hold-scope.ts'
import type { AccountQuestion, ResourceCall, ResourceReply } from '../data-plane/paths/serve-resource.ts'
import { refuseThings } from '../data-plane/things/held-things.ts'
import { forgetRemoved, nameOfAccount } from './files-at-accounts.ts'
import { accountOf, type Keeping, keepMade, keepTold } from './held-batch.ts'
import { messageBatchesPath, withOwnResults } from './message-batch-object.ts'
import { withModels } from './message-requests.ts'

/**
 * Makes a batch where all its requests lead, if that account keeps batches and takes the requests as they are; else
 * `undefined`. It belongs to the workspace before anybody hears of its id. Throws where the caller names an account and it
 * cannot be made there.
 */
export async function createAtHolder(
  call: ResourceCall,
  wire: RequestWire,
  requests: readonly JsonObject[],
  keeping: Keeping,
): Promise<ResourceReply | undefined> {
  const found = holderFor(call, wire, requests)
  const named = nameOfAccount(call)
  if (named !== undefined && found?.account.id !== named && found?.account.provider.id !== named) throw notThere(named)
  if (found === undefined) return undefined
  const { account, models } = found
  const bytes = withModels(wire, requests, models)
  const reply = await ask(call, account, '', { body: bytes, contentType: 'application/json' })
  const { id, object } = keepMade(reply, account, call.principal, 'anthropic', keeping)
  return { reply: withOwnAddress(reply, id, object) }
}

/** Reads or cancels one. */
export async function askHolder(
  call: ResourceCall,
  batch: Batch,
  store: BatchStore,
  step = '',
): Promise<ResourceReply> {
  const account = accountOf(call, batch)
  const reply = await ask(call, account, `/${batch.id}${step}`)
  return { reply: withOwnAddress(reply, batch.id, keepTold(reply, account, batch, store)) }
}

/** As the provider sends them. */
export async function resultsAtHolder(call: ResourceCall, batch: Batch): Promise<ResourceReply> {
  return { reply: await ask(call, accountOf(call, batch), `/${batch.id}/results`) }
}

export async function removeAtHolder(call: ResourceCall, batch: Batch, store: BatchStore): Promise<ResourceReply> {
  const asked = ask(call, accountOf(call, batch), `/${batch.id}`)
  return { reply: await forgetRemoved(asked, () => store.removeBatch(batch.workspace, batch.id)) }
}

function holderFor(call: ResourceCall, wire: RequestWire, requests: readonly JsonObject[]): OnlyAccount | undefined {
  const bodies = requests.map(({ params }) => params).filter(isJsonObject)
  if (bodies.length < requests.length) return undefined
  const found = call.runtime.onlyAccount(call.principal, bodies)
  // What comes of it there, no budget of the caller would see.
  if (
    call.runtime.isBudgeted(
      call.principal,
      bodies.map(({ model }) => String(model)),
    )
  )
    return undefined
  // Of a field that stands there twice, the provider may read the other one.
  if (found?.account.provider.keepsBatches !== 'messages' || !readsOneWay(wire)) return undefined
  const { dialect, traits = {} } = found.account.provider
  const isToBeChanged = (body: JsonObject): boolean =>
    dialect.adaptRequest?.(body, traits, { streamUsage: false }) !== undefined
  if (bodies.some(isToBeChanged)) return undefined
  if (!isHeldBy(call, wire, found.account)) return undefined
  // Its calls are made where nobody here sees them.
  checkEndpoint(call.principal.scope ?? {}, '/v1/messages')
  return found
}

/** Whoever names an account would wait, or pay, for what they did not ask for. */
function notThere(name: string): GatewayError {
  const message = `Not all requests of the batch can go to "${name.slice(0, 100)}" as they are: leave the account out, and they are worked off here.`
  return new GatewayError('invalid_request', message, { param: 'requests' })
}

/** Files and the like that the requests name are this account's, and this workspace's. */
function isHeldBy(call: ResourceCall, wire: RequestWire, account: ProviderAccount): boolean {
  try {
    refuseThings(call.held(wire), account)
    return true
  } catch (fault) {
    if (fault instanceof GatewayError) return false
    throw fault
  }
}

function ask(
  call: ResourceCall,
  account: ProviderAccount,
  step: string,
  sent?: AccountQuestion['sent'],
): Promise<ModelReply> {
  const question: AccountQuestion = { account, surface: account.provider, path: messageBatchesPath + step }
  return call.ask(sent === undefined ? question : { ...question, sent, isCall: true })
}

function withOwnAddress(reply: ModelReply, id: string, object: JsonObject): ModelReply {
  const { body } = reply
  const shown = withOwnResults(id, object)
  if (body.kind !== 'unary' || shown === object) return reply
  return { ...reply, body: { ...body, bytes: withFields(body.bytes, object, shown) } }
}
