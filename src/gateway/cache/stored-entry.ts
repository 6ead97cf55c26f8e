import type { CacheEntry, CacheSettings } from '../../core/calls/cache.ts'
import type { ModelCall } from '../../core/calls/call.ts'
import type { ResolvedModel } from '../../core/calls/registry.ts'
import { leavesOf } from '../../core/calls/route-plan.ts'
import type { StoredEntry } from '../../core/calls/stored-entry.ts'
import type { Dialect } from '../../core/model/dialect.ts'
import type { ReplyPart } from '../../core/model/model-reply.ts'
import type { Provider } from '../../core/model/provider.ts'
import { wholeParts } from '../provider-call/unary-body.ts'
import { isCacheable } from './is-cacheable.ts'
import { lasting, streamParts } from './kept-reply.ts'

/** An entry for outside; `undefined` where its bytes alone do not say all of it. */
export function storedEntry({ reply, workspace, tags, storedAt, expiresAt }: CacheEntry): StoredEntry | undefined {
  const { target, dialect, status, headers, contentType, bytes, parts } = reply
  if (status !== 200 || !isPlain(contentType, parts === undefined)) return undefined
  return {
    head: {
      workspace,
      tags: [...tags],
      storedAt,
      expiresAt,
      account: target.account.id,
      model: target.model,
      ...(dialect === undefined ? {} : { dialect: dialect.id }),
      status,
      headers,
      contentType,
      isStream: parts === undefined,
    },
    bytes,
  }
}

/**
 * An entry from outside as one of this process; `undefined` where it is none that could have come of this call: another's, of
 * an account that is gone, in a dialect that its provider does not speak, or with bytes that do not say an answer.
 */
export function restoredEntry(
  { head, bytes }: StoredEntry,
  call: ModelCall,
  { plan }: ResolvedModel,
  { includes, maxEntryBytes }: CacheSettings,
  nowMs: number,
): CacheEntry | undefined {
  const { workspace, tags, storedAt, expiresAt, account, model, dialect: id, status, contentType, isStream } = head
  const target = leavesOf(plan).find((leaf) => leaf.account.id === account && leaf.model === model)
  if (target === undefined || workspace !== call.principal.workspace || expiresAt <= nowMs) return undefined
  if (bytes.length > maxEntryBytes || !isPlain(contentType, isStream)) return undefined
  const dialect = id === undefined ? undefined : spokenBy(target.account.provider, id)
  if ((dialect === undefined) !== (call.endpoint.kind !== 'dialect') || (isStream && dialect === undefined))
    return undefined
  const parts = readable(() =>
    isStream && dialect !== undefined ? streamParts(bytes, dialect) : wholeParts(bytes, call.endpoint, dialect),
  )
  if (parts === undefined || (dialect !== undefined && !isCacheable(parts, includes))) return undefined
  const reply = {
    target,
    ...(dialect === undefined ? {} : { dialect }),
    status,
    headers: lasting(head.headers),
    contentType,
    bytes,
    ...(isStream ? {} : { parts }),
  }
  // Another machine's clock may be ahead.
  return { reply, workspace, tags, storedAt: Math.min(storedAt, nowMs), expiresAt }
}

/** The label of a stream is the client's framing's; that of a whole answer goes to the client as it is. */
function isPlain(contentType: string, isStream: boolean): boolean {
  return isStream || /^application\/json(?:; ?charset=utf-8)?$/i.test(contentType)
}

function spokenBy(provider: Provider, id: string): Dialect | undefined {
  return [provider, ...(provider.alsoSpeaks ?? [])].find(({ dialect }) => dialect.id === id)?.dialect
}

function readable(read: () => readonly ReplyPart[] | undefined): readonly ReplyPart[] | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
