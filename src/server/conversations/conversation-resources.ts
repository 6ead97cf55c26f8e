import { randomBytes } from 'node:crypto'
import { openaiChat } from '../../catalog/dialects/openai-chat.ts'
import { GatewayError } from '../../core/errors.ts'
import type { Conversation, ConversationItem, ConversationStore } from '../../core/model/conversation.ts'
import type { HoldersOf, ThingStore } from '../../core/model/holder.ts'
import type { JsonObject } from '../../core/wire/json.ts'
import { listObject, readPage, seconds } from '../batches/file-resources.ts'
import { nameOfAccount } from '../batches/files-at-accounts.ts'
import { type PathEntry, type PathTable, pathTable } from '../data-plane/paths/path-table.ts'
import type { Resource, ResourceCall, ResourceMethods, ResourceReply } from '../data-plane/paths/serve-resource.ts'
import { itemsIn, metadataIn } from './conversation-items.ts'
import { askConversation, makeAtAccount, noConversation, removeAtAccount } from './conversations-at-accounts.ts'

export interface ConversationOptions {
  readonly conversations: ConversationStore
  readonly things: Pick<ThingStore, 'add' | 'remove'>
  readonly holdersOf: HoldersOf
  now(): number
}

const USUAL_PAGE = 20
const MAX_PAGE = 100

/** Conversations as OpenAI has them, kept here or at an account: https://platform.openai.com/docs/api-reference/conversations */
export function conversationResources(options: ConversationOptions): PathTable<Resource> {
  const { conversations, now } = options
  const paths: readonly (readonly [path: string, methods: ResourceMethods])[] = [
    ['/v1/conversations', { POST: (call) => make(call, options) }],
    [
      '/v1/conversations/{id}',
      {
        GET: (call) => answer(call, options, (found) => conversationObject(found)),
        POST: (call) =>
          answer(call, options, async ({ id, ...found }) => {
            const metadata = metadataIn((await call.json()).json)
            conversations.describe(id, metadata)
            return conversationObject({ ...found, id, metadata })
          }),
        DELETE: (call) =>
          answer(
            call,
            options,
            ({ id }) => {
              conversations.remove(id)
              return { id, object: 'conversation.deleted', deleted: true }
            },
            (account) => removeAtAccount(call, account, options),
          ),
      },
    ],
    [
      '/v1/conversations/{id}/items',
      {
        GET: (call) =>
          answer(call, options, ({ id }) => {
            const page = readPage(call.query, USUAL_PAGE, MAX_PAGE)
            return listObject(conversations.page(id, { ...page, limit: page.limit + 1 }), page.limit, asItIs)
          }),
        POST: (call) =>
          answer(call, options, async ({ id }) => {
            const wire = await call.json()
            call.held(wire)
            const items = itemsIn(wire.json, true)
            await call.count()
            conversations.add(id, { call: call.callId, items })
            return listObject(items, items.length, asItIs)
          }),
      },
    ],
    [
      '/v1/conversations/{id}/items/{item}',
      {
        GET: (call) => answer(call, options, ({ id }) => itemOf(call, id, conversations)),
        DELETE: (call) =>
          answer(call, options, (found) => {
            const item = itemOf(call, found.id, conversations)
            conversations.removeItem(found.id, item.id)
            return conversationObject(found)
          }),
      },
    ],
  ]
  return pathTable(
    paths.flatMap(([path, methods]): PathEntry<Resource>[] =>
      ['', '/openai'].map((prefix) => [prefix + path, { path, dialect: openaiChat, methods }]),
    ),
  )

  async function make(call: ResourceCall, { conversations: store }: ConversationOptions): Promise<ResourceReply> {
    const account = nameOfAccount(call)
    if (account !== undefined) return await makeAtAccount(call, account, options)
    const wire = await call.json()
    call.held(wire)
    const { workspace } = call.principal
    const metadata = metadataIn(wire.json)
    const items = itemsIn(wire.json, false)
    await call.count()
    const id = `conv_${randomBytes(24).toString('hex')}`
    const conversation = { id, workspace, createdAt: now(), metadata }
    store.make(conversation, { call: call.callId, items }, call.isPrivate)
    return { json: conversationObject(conversation) }
  }
}

/** From here, or from the account that has it; the same fault for one of another workspace and for one that never was. */
async function answer(
  call: ResourceCall,
  options: ConversationOptions,
  own: (conversation: Conversation) => JsonObject | Promise<JsonObject>,
  ofAccount = (account: string): Promise<ResourceReply> => askConversation(call, account),
): Promise<ResourceReply> {
  const { workspace } = call.principal
  const kept = options.conversations.find(call.id)
  if (kept !== undefined && kept.workspace === workspace) return { json: await own(kept) }
  const holders = options.holdersOf({ kind: 'conversation', id: call.id })
  const account = holders.find((holder) => holder.workspace === workspace)?.account
  if (account === undefined) throw noConversation(call.id)
  return await ofAccount(account)
}

function itemOf({ path }: ResourceCall, id: string, conversations: ConversationStore): ConversationItem {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const item = conversations.item(id, name)
  if (item !== undefined) return item
  throw new GatewayError('not_found', `There is no item "${name.slice(0, 200)}" in this conversation.`, {
    param: 'item_id',
  })
}

function conversationObject({ id, createdAt, metadata }: Conversation): JsonObject {
  return { id, object: 'conversation', created_at: seconds(createdAt), metadata }
}

function asItIs(item: ConversationItem): JsonObject {
  return item
}
