import type { ModelCall, ModelReply } from '../../core/call.ts'
import type { KeptReplies, ReplyStore } from '../../core/kept-replies.ts'
import type { ReplyContext, ReplyPart } from '../../core/model-reply.ts'
import { surfaceFor } from '../../core/provider.ts'

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

/** `isPrivate`: nothing of it may be written to disk. */
export function replyKeeper(
  call: ModelCall,
  { dialect, target }: ModelReply,
  store: ReplyStore,
  isPrivate: boolean,
): ReplyKeeper | undefined {
  if (call.endpoint.kind !== 'dialect') return undefined
  const client = call.endpoint.dialect
  const kept = client.keptReplies
  if (kept?.isKept(call.asked ?? call.wire.json) !== true) return undefined
  const { account, model } = target
  const isSame = dialect === client
  const isHeld = isSame && surfaceFor(account.provider, client, model).traits?.keepsReplies !== false
  return isHeld ? accountKeeper(call, account.id, store) : turnKeeper(call, kept, isSame, store, isPrivate)
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

function turnKeeper(
  call: ModelCall,
  kept: KeptReplies,
  hasOwnId: boolean,
  store: ReplyStore,
  isPrivate: boolean,
): ReplyKeeper {
  const { workspace } = call.principal
  const heard: ReplyPart[] = []
  let characters = 0
  let own: string | undefined
  return {
    needsAll: true,
    parts(parts) {
      for (const part of parts) {
        if (part.type === 'reply-start') own ??= part.id
        characters += sizeOf(part)
        if (characters <= MAX_CHARACTERS) heard.push(part)
      }
    },
    whole(context) {
      if (characters > MAX_CHARACTERS || call.endpoint.kind !== 'dialect') return
      const asked = call.asked ?? call.wire.json
      const encoded = call.endpoint.dialect.encodeReply(heard, context)
      const reply = hasOwnId && own !== undefined ? { ...encoded, id: own } : encoded
      const previous = kept.continues(asked)
      store.keep(
        {
          id: String(reply['id']),
          workspace,
          createdAt: Date.now(),
          turn: kept.turn(asked, reply),
          ...(previous === undefined ? {} : { previous }),
        },
        isPrivate,
      )
    },
  }
}

function sizeOf(part: ReplyPart): number {
  if ('text' in part) return part.text.length
  if ('json' in part) return part.json.length
  return 100
}
