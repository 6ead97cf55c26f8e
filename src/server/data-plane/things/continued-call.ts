import type { Endpoint, RequestWire, RoutedCall } from '../../../core/calls/call.ts'
import type { Limits } from '../../../core/calls/registry.ts'
import { GatewayError } from '../../../core/errors.ts'
import type { ConversationStore } from '../../../core/model/conversation.ts'
import type { KeptReplies, KeptReply, KeptTurn, ReplyStore } from '../../../core/model/kept-replies.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import { noThing } from './held-things.ts'

/** What a request says when the earlier replies that it goes on from stand in it. */
export interface ContinuedCall {
  readonly wire: RequestWire
  /** The client's body, where `wire` is another. */
  readonly asked?: JsonObject
  readonly heldBy?: RoutedCall['heldBy']
  readonly unseen?: RoutedCall['unseen']
  readonly reasoning?: RoutedCall['reasoning']
}

export interface Kept {
  readonly replies: ReplyStore
  readonly conversations: Pick<ConversationStore, 'find' | 'whole'>
}

/** The longest conversation that is put together. */
const MAX_TURNS = 2000
/** Each look stops all other calls for a moment. */
const MAX_LOOKS = 2 * MAX_TURNS
/** Times the largest body: of a reply that is kept, settings that are not carried over are read as well. */
const MAX_READ = 4

/**
 * Finds what a request goes on from: a reply that a provider account keeps goes back to that account, one that is kept
 * here is put into the body. An unknown id is for the provider to know, if the target speaks the dialect.
 */
export function continuedCall(
  endpoint: Endpoint,
  wire: RequestWire,
  workspace: string,
  { replies: store, conversations }: Kept,
  limits: Limits,
): ContinuedCall {
  const kept = endpoint.kind === 'dialect' ? endpoint.dialect.keptReplies : undefined
  if (kept === undefined) return { wire }
  const look = boundedLook(store, limits)
  const find = (id: string): KeptReply | undefined => {
    const reply = look(id)
    return reply?.workspace === workspace ? reply : undefined
  }
  const asked = kept.resolved(wire.json, (id) => find(id)?.turn)
  const previous = kept.continues(asked)
  const conversation = kept.conversationOf(asked)
  if (conversation !== undefined) {
    if (previous !== undefined) throw bothNamed()
    const known = conversations.find(conversation)
    if (known !== undefined) {
      if (known.workspace !== workspace)
        throw noThing({ kind: 'conversation', id: conversation, field: 'conversation' })
      const said = conversations.whole(conversation, MAX_READ * limits.maxBodyBytes)
      if (said === undefined) throw tooLarge(limits)
      return { wire: wireOf(kept.inConversation(asked, said), limits), asked }
    }
  }
  if (previous === undefined) return asked === wire.json ? { wire } : { wire: wireOf(asked, limits), asked }
  const reply = look(previous)
  if (reply === undefined) return asked === wire.json ? { wire } : { wire: wireOf(asked, limits), asked }
  if (reply.workspace !== workspace) throw kept.unknown(previous)
  if (reply.turn === undefined) {
    const { account = '' } = reply
    return { wire, heldBy: { account, otherwise: kept.unknown(previous) } }
  }
  return { wire: wireOf(kept.resumed(asked, turnsUpTo(reply, kept, find)), limits), asked }
}

function bothNamed(): GatewayError {
  const message = 'Name `conversation` or `previous_response_id`, not both.'
  return new GatewayError('invalid_request', message, { param: 'previous_response_id' })
}

/** What is found is known before it is all in memory: a few ids stand for any number of bytes. */
function boundedLook(store: ReplyStore, limits: Limits): ReplyStore['find'] {
  let looks = 0
  let characters = 0
  return (id) => {
    if (++looks > MAX_LOOKS) {
      const message = `The input goes on from more than ${MAX_LOOKS} replies.`
      throw new GatewayError('invalid_request', message, { param: 'input' })
    }
    const reply = store.find(id)
    characters += reply?.charactersRead ?? 0
    if (characters > MAX_READ * limits.maxBodyBytes) throw tooLarge(limits)
    return reply
  }
}

function turnsUpTo(last: KeptReply, kept: KeptReplies, find: (id: string) => KeptReply | undefined): KeptTurn[] {
  const turns: KeptTurn[] = []
  for (let reply: KeptReply | undefined = last; ; ) {
    if (reply?.turn === undefined || turns.length >= MAX_TURNS) throw kept.unknown(last.id)
    turns.unshift(reply.turn)
    if (reply.previous === undefined) return turns
    reply = find(reply.previous)
  }
}

function wireOf(json: JsonObject, { maxBodyBytes }: Limits): RequestWire {
  const bytes = Buffer.from(JSON.stringify(json))
  if (bytes.length <= maxBodyBytes) return { bytes, json }
  throw tooLarge({ maxBodyBytes })
}

function tooLarge({ maxBodyBytes }: Pick<Limits, 'maxBodyBytes'>): GatewayError {
  return new GatewayError('body_too_large', `The body and what it goes on from are larger than ${maxBodyBytes} bytes.`)
}
