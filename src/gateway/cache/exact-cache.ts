import type {
  CachedReply,
  CacheEntry,
  CacheMatch,
  CacheSettings,
  CacheStore,
  CacheTier,
  CacheWish,
} from '../../core/calls/cache.ts'
import type { ModelCall, ModelReply, Stage } from '../../core/calls/call.ts'
import type { ResolvedModel } from '../../core/calls/registry.ts'
import type { GatewayError } from '../../core/errors.ts'
import { keepRules } from './keep-rules.ts'
import { overheard, replayed } from './kept-reply.ts'
import { createKnownKeys } from './known-keys.ts'
import { restoredEntry, storedEntry } from './stored-entry.ts'

export interface ExactCacheOptions {
  readonly store: CacheStore
  /** Calls that are being answered, by key: those that ask the same meanwhile wait for them. Shared like the store. */
  readonly flights: Map<string, Flight>
  /** What is asked behind the store, for calls of a workspace; `undefined`: nothing, or its answers stay in memory. */
  tierOf(workspace: string): CacheTier | undefined
  resolve(model: string): ResolvedModel
  /** Of the calls of a route; `undefined`: they are not cached. */
  settingsOf(route: ResolvedModel): CacheSettings | undefined
  /** Unix milliseconds. */
  now(): number
}

/**
 * How a call that others wait for ended: with what was kept, with an answer that is not to be shared (each goes `alone`), or
 * without one, as its client left (`again`: the next of them asks). Never rejects.
 */
export type Flight = Promise<CacheEntry | 'alone' | 'again'>

/** Answers from what was answered before. What it cannot answer goes on, and what comes back is kept. */
export function exactCache(options: ExactCacheOptions): Stage<ModelCall, ModelReply> {
  const { store, flights, tierOf, resolve, settingsOf, now } = options
  const keyOf = createKnownKeys()
  return async (call, next) => {
    const { wish } = call
    const resolved = wish.mode === 'off' || !isAsked(call) ? undefined : resolve(call.model)
    const settings = resolved === undefined ? undefined : settingsOf(resolved)
    if (resolved === undefined || settings === undefined) return await next(call)
    const key = keyOf(call, resolved, settings.scope)
    if (key === undefined) return await next(call)
    call.emit({ type: 'stage-began', stage: 'cache' })
    if (wish.mode === 'on') {
      const kept = fresh(store.find(key, now()), wish, now()) ?? fresh(await landed(flights, key, call), wish, now())
      if (kept !== undefined) return answered(call, resolved, kept, now())
    }
    const land = startFlight(flights, key)
    call.lifetime.onEnd(() => land('again'))
    const tier = tierOf(call.principal.workspace)
    if (tier !== undefined && wish.mode === 'on') {
      const stored = await tier.find(call.principal.workspace, key)
      if (call.lifetime.reason !== undefined) throw call.lifetime.reason
      const entry = stored === undefined ? undefined : restoredEntry(stored, call, resolved, settings, now())
      if (entry !== undefined && fresh(entry, wish, now()) !== undefined) {
        store.keep(key, entry)
        land(entry)
        return answered(call, resolved, entry, now())
      }
    }
    call.emit({ type: 'cache-missed' })
    const keep = (reply: CachedReply | undefined): void => {
      const entry = reply === undefined ? undefined : entryOf(reply, call, settings, now())
      if (entry !== undefined) {
        store.keep(key, entry)
        const stored = tier === undefined ? undefined : storedEntry(entry)
        if (stored !== undefined) tier?.keep(key, stored)
      }
      land(entry ?? 'alone')
    }
    try {
      call.emit({ type: 'stage-began', stage: 'route' })
      const reply = await next(call)
      if (reply.isKeptElsewhere !== true) return overheard(reply, keepRules(call, reply, settings), keep)
      land('alone')
      return reply
    } catch (fault) {
      land('alone')
      throw fault
    }
  }
}

/** The first of several calls with one key is waited for. The result ends it; only the first end counts. */
function startFlight(flights: Map<string, Flight>, key: string): (end: Awaited<Flight>) => void {
  if (flights.has(key)) return () => undefined
  const { promise, resolve } = Promise.withResolvers<Awaited<Flight>>()
  flights.set(key, promise)
  return (end) => {
    if (flights.get(key) === promise) flights.delete(key)
    resolve(end)
  }
}

/** A session that an account holds, and forms with files, are each their own. */
function isAsked({ endpoint, heldBy }: ModelCall): boolean {
  if (heldBy !== undefined) return false
  return (
    endpoint.kind === 'dialect' || (endpoint.kind === 'pass-through' && endpoint.body === 'json' && endpoint.isText)
  )
}

export function fresh(entry: CacheEntry | undefined, { maxAgeMs }: CacheWish, nowMs: number): CacheEntry | undefined {
  return entry === undefined || (maxAgeMs !== undefined && nowMs - entry.storedAt > maxAgeMs) ? undefined : entry
}

/** Waits for somebody else's answer, as long as the own call goes on. */
async function landed(
  flights: ReadonlyMap<string, Flight>,
  key: string,
  { lifetime }: ModelCall,
): Promise<CacheEntry | undefined> {
  for (let flight = flights.get(key); flight !== undefined; flight = flights.get(key)) {
    const end = await whileAlive(flight, lifetime)
    if (end === 'alone') return undefined
    if (end !== 'again') return end
  }
  return undefined
}

function whileAlive<Result>(pending: Promise<Result>, lifetime: ModelCall['lifetime']): Promise<Result> {
  return new Promise((resolve, reject: (reason: GatewayError) => void) => {
    const removeEndListener = lifetime.onEnd(reject)
    void pending.then((result) => {
      removeEndListener()
      resolve(result)
    })
  })
}

export function answered(
  call: ModelCall,
  { route }: ResolvedModel,
  { reply, storedAt }: CacheEntry,
  nowMs: number,
  match?: CacheMatch,
): ModelReply {
  const { target, dialect } = reply
  call.emit({ type: 'route-resolved', route })
  call.emit({
    type: 'cache-hit',
    target,
    ...(dialect === undefined ? {} : { dialect }),
    ageMs: nowMs - storedAt,
    ...(match === undefined ? {} : { match }),
  })
  return replayed(reply)
}

export function entryOf(
  reply: CachedReply,
  { wish, principal }: ModelCall,
  settings: CacheSettings,
  nowMs: number,
): CacheEntry {
  const ttlMs = Math.min(wish.ttlMs ?? settings.ttlMs, maxTtlMs)
  const kept = { ...reply, bytes: alone(reply.bytes) }
  return { reply: kept, workspace: principal.workspace, tags: wish.tags, storedAt: nowMs, expiresAt: nowMs + ttlMs }
}

/** A small part of a large buffer keeps all of that in memory. */
function alone(bytes: Buffer): Buffer {
  if (bytes.buffer.byteLength <= bytes.length + 1024) return bytes
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(copy)
  return copy
}

const maxTtlMs = 30 * 86_400_000
