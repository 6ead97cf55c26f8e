/** Conversations that provider accounts keep. One account may serve several workspaces; whose a conversation is, only the gateway knows. */
import { openaiResponses } from '../../catalog/dialects/openai-responses.ts'
import type { ProviderAccount } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import type { ThingStore } from '../../core/model/holder.ts'
import { idIn, isId, objectOf, placeOf } from '../batches/files-at-accounts.ts'
import type { ResourceCall, ResourceReply } from '../data-plane/paths/serve-resource.ts'
import { noThing, refuseThings } from '../data-plane/things/held-things.ts'

type Things = Pick<ThingStore, 'add' | 'remove'>

/** It belongs to the workspace before anybody hears of its id. */
export async function makeAtAccount(
  call: ResourceCall,
  name: string,
  { things, now }: { readonly things: Things; now(): number },
): Promise<ResourceReply> {
  const account = call.runtime.accountFor(call.principal, name)
  const { surface } = placeOf(account)
  if (surface.dialect !== openaiResponses || surface.traits?.keepsReplies === false) {
    const message = `The provider of the account "${account.id}" keeps no conversations: leave the account out, and they are kept here.`
    throw new GatewayError('invalid_request', message)
  }
  const sent = await bodyFor(call, account)
  const reply = await call.ask({ ...placeOf(account), path: '/conversations', sent })
  const id = idIn(objectOf(reply, account), account)
  things.add({ kind: 'conversation', id, account: account.id, workspace: call.principal.workspace, createdAt: now() })
  return { reply }
}

/** The same question to the account that has it, and to no other that has its name by now. */
export async function askConversation(call: ResourceCall, holder: string): Promise<ResourceReply> {
  const account = call.runtime.accounts.find(({ id }) => id === holder)
  const steps = /\/conversations(\/[\w-]+(?:\/items(?:\/[\w-]+)?)?)$/.exec(call.path)?.[1]
  if (account === undefined || steps === undefined || !isId(call.id)) throw noConversation(call.id)
  const passed = new URLSearchParams([...call.query].filter(([name]) => passedOn.has(name))).toString()
  const sent = call.method === 'POST' ? { sent: await bodyFor(call, account) } : {}
  const query = passed === '' ? '' : `?${passed}`
  try {
    return { reply: await call.ask({ ...placeOf(account), path: `/conversations${steps}`, query, ...sent }) }
  } catch (fault) {
    // To a key that may not use the account there is none.
    if (fault instanceof GatewayError && fault.code === 'provider_not_allowed') throw noConversation(call.id)
    throw fault
  }
}

export async function removeAtAccount(
  call: ResourceCall,
  account: string,
  { things }: { readonly things: Things },
): Promise<ResourceReply> {
  const reply = await askConversation(call, account)
  things.remove({ kind: 'conversation', id: call.id, account, workspace: call.principal.workspace })
  return reply
}

export function noConversation(id: string): GatewayError {
  return noThing({ kind: 'conversation', id, field: 'conversation' })
}

const passedOn: ReadonlySet<string> = new Set(['after', 'include', 'include[]', 'limit', 'order'])

/** The client's own bytes, if they name nothing that is not the caller's. */
async function bodyFor(call: ResourceCall, account: ProviderAccount) {
  const wire = await call.json()
  refuseThings(call.held(wire), account)
  return { body: wire.bytes, contentType: 'application/json' }
}
