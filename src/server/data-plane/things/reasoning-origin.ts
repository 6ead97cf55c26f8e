/** Which target made the encrypted reasoning of a conversation. Only that of the same workspace is known: marks hold its name. */
import { createHash } from 'node:crypto'
import type { Endpoint, ModelReply, RoutedCall } from '../../../core/calls/call.ts'
import type { ProviderAccount, Target } from '../../../core/calls/registry.ts'
import type { Dialect } from '../../../core/model/dialect.ts'
import type { ReplyStore } from '../../../core/model/kept-replies.ts'
import { surfaceFor } from '../../../core/model/provider.ts'
import { isUnreadableFor, writtenByMaker } from '../../../core/model/signature.ts'
import type { JsonObject } from '../../../core/wire/json.ts'

/** Of one request, the newest; each is a look into the store, which stops all other calls for a moment. */
const MAX_LOOKS = 500
/** Of one reply. */
const MAX_KEPT = 100

export interface OriginOptions {
  readonly workspace: string
  readonly store: ReplyStore
  readonly accounts: readonly ProviderAccount[]
}

/** `undefined` where a request brings nothing back that is known here, such as all that have no encrypted reasoning in them. */
export function reasoningOrigin(
  endpoint: Endpoint,
  body: JsonObject,
  { workspace, store, accounts }: OriginOptions,
): RoutedCall['reasoning'] {
  const client = endpoint.kind === 'dialect' ? endpoint.dialect : undefined
  const pieces = client?.encryptedReasoning?.piecesIn(body)
  if (pieces === undefined || pieces.length === 0) return undefined
  const spoken = ({ account, model }: Target): Dialect => surfaceFor(account.provider, client, model).dialect
  const makers = new Map<string, Target>()
  let last: Target | undefined
  for (const piece of new Set(pieces.slice(-MAX_LOOKS).reverse())) {
    const maker = targetNamed(store.makerOf(markOf(piece, workspace)), accounts)
    if (maker === undefined) continue
    makers.set(piece, maker)
    last ??= maker
  }
  if (last === undefined) return undefined
  return {
    account: last.account.id,
    foreignTo(reader) {
      const foreign = new Set<string>()
      for (const [piece, maker] of makers)
        if (isUnreadableFor(piece, maker, reader, spoken(maker) === spoken(reader))) foreign.add(piece)
      return foreign.size === 0 ? undefined : (piece) => foreign.has(piece)
    },
  }
}

/** Remembers who made the pieces of one reply. `isPrivate`: nothing of it may be written to disk. */
export function reasoningKeeper(
  { target }: ModelReply,
  workspace: string,
  store: ReplyStore,
  isPrivate: boolean,
): (piece: string) => void {
  let kept = 0
  return (piece) => {
    if (kept++ >= MAX_KEPT) return
    const by = { target: `${target.account.id}/${target.model}`, workspace }
    store.made(markOf(piece, workspace), by, isPrivate)
  }
}

function markOf(piece: string, workspace: string): string {
  return createHash('sha256')
    .update(`${workspace}\n${writtenByMaker(piece)}`)
    .digest('base64url')
}

/** An account that is there no more may be there by another name: of what it made nothing is known. */
function targetNamed(name: string | undefined, accounts: readonly ProviderAccount[]): Target | undefined {
  if (name === undefined) return undefined
  const slash = name.indexOf('/')
  const account = accounts.find(({ id }) => id === name.slice(0, slash))
  return account === undefined ? undefined : { account, model: name.slice(slash + 1) }
}
