import type { ModelCall, ModelReply } from '../../../core/calls/call.ts'
import { GatewayError } from '../../../core/errors.ts'
import type { ConversationStore } from '../../../core/model/conversation.ts'
import type { KeptReplies, KeptTurn, ReplyStore } from '../../../core/model/kept-replies.ts'
import type { ReplyContext, ReplyPart } from '../../../core/model/model-reply.ts'
import { surfaceFor } from '../../../core/model/provider.ts'
import type { JsonObject } from '../../../core/wire/json.ts'
import { saidIn } from '../../conversations/conversation-items.ts'

/** Keeps the reply of one call for those that go on from it. */
export interface ReplyKeeper {
  /** Whether it has to hear all that a reply says, and not only what marks its course. */
  readonly needsAll: boolean
  parts(parts: readonly ReplyPart[]): void
  /** The reply is whole. */
  whole(context: ReplyContext): void
}

/** A longer reply is not kept. */
const MAX_CHARACTERS = 4 << 20

export interface Keeping {
  readonly replies: ReplyStore
  readonly conversations: ConversationStore
  /** Nothing of what is said may be written to disk. */
  readonly isPrivate: boolean
}

export function replyKeeper(
  call: ModelCall,
  { dialect, target }: ModelReply,
  keeping: Keeping,
): ReplyKeeper | undefined {
  if (call.endpoint.kind !== 'dialect') return undefined
  const client = call.endpoint.dialect
  const kept = client.keptReplies
  if (kept === undefined) return undefined
  const asked = call.asked ?? call.wire.json
  const { account, model } = target
  const isSame = dialect === client
  const isHeld = isSame && surfaceFor(account.provider, client, model).traits?.keepsReplies !== false
  const conversation = ownConversation(call, kept, keeping.conversations)
  const keepers: ReplyKeeper[] = []
  if (kept.isKept(asked)) {
    const said = conversation === undefined ? asked : call.wire.json
    if (isHeld) keepers.push(accountKeeper(call, account.id, keeping.replies))
    else
      keepers.push(
        wholeKeeper(call, (reply, own) =>
          keepTurn(call, kept.turn(said, isSame ? { ...reply, ...own } : reply), keeping),
        ),
      )
  }
  if (conversation !== undefined)
    keepers.push(wholeKeeper(call, (reply) => goOn(call, conversation, kept.turn(asked, reply), keeping)))
  return keepers.length === 0 ? undefined : joined(keepers)
}

/** The conversation that the gateway keeps, and no account. */
function ownConversation(
  { asked, principal: { workspace } }: ModelCall,
  kept: KeptReplies,
  conversations: ConversationStore,
): string | undefined {
  // Its request was written anew.
  const id = asked === undefined ? undefined : kept.conversationOf(asked)
  return id !== undefined && conversations.find(id)?.workspace === workspace ? id : undefined
}

function joined(keepers: readonly ReplyKeeper[]): ReplyKeeper {
  return {
    needsAll: keepers.some(({ needsAll }) => needsAll),
    parts(parts) {
      for (const keeper of keepers) keeper.parts(parts)
    },
    whole(context) {
      for (const keeper of keepers) keeper.whole(context)
    },
  }
}

/** Known as soon as it has an id: one that breaks off is at its account all the same, and may go on there. */
function accountKeeper(call: ModelCall, account: string, store: ReplyStore): ReplyKeeper {
  const { workspace } = call.principal
  let isKept = false
  return {
    needsAll: false,
    parts(parts) {
      for (const part of parts) {
        if (isKept || part.type !== 'reply-start' || part.id === undefined) continue
        isKept = true
        // Whose an id is says nothing of what was said, and other processes must know it.
        store.keep({ id: part.id, workspace, createdAt: Date.now(), account }, false)
      }
    },
    whole: () => undefined,
  }
}

/** `own`: the id that the reply came with. */
function wholeKeeper(call: ModelCall, keep: (reply: JsonObject, own: { readonly id?: string }) => void): ReplyKeeper {
  const heard: ReplyPart[] = []
  let characters = 0
  let own: { readonly id?: string } = {}
  return {
    needsAll: true,
    parts(parts) {
      for (const part of parts) {
        if (part.type === 'reply-start' && part.id !== undefined && own.id === undefined) own = { id: part.id }
        characters += sizeOf(part)
        if (characters <= MAX_CHARACTERS) heard.push(part)
      }
    },
    whole(context) {
      if (characters > MAX_CHARACTERS || call.endpoint.kind !== 'dialect') return
      keep(call.endpoint.dialect.encodeReply(heard, context), own)
    },
  }
}

function keepTurn(
  { id: call, asked, wire, endpoint, principal: { workspace } }: ModelCall,
  turn: KeptTurn,
  { replies, isPrivate }: Keeping,
): void {
  const kept = endpoint.kind === 'dialect' ? endpoint.dialect.keptReplies : undefined
  const previous = kept?.continues(asked ?? wire.json)
  const reply = { id: String(turn.reply['id']), workspace, createdAt: Date.now(), turn, call }
  replies.keep({ ...reply, ...(previous === undefined ? {} : { previous }) }, isPrivate)
}

function goOn(
  { id: call }: ModelCall,
  conversation: string,
  { input, reply }: KeptTurn,
  { conversations }: Keeping,
): void {
  const { output } = reply
  try {
    conversations.add(conversation, { call, items: saidIn(input, Array.isArray(output) ? output : []) })
  } catch (fault) {
    // It was told; the reply is there all the same.
    if (!(fault instanceof GatewayError)) throw fault
  }
}

function sizeOf(part: ReplyPart): number {
  if ('text' in part) return part.text.length
  if ('json' in part) return part.json.length
  return 100
}
