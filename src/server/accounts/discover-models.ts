import { isDeepStrictEqual } from 'node:util'
import type { ProviderAccount } from '../../core/calls/registry.ts'
import { credentialFilter } from '../../gateway/credentials/credential-filter.ts'
import { modelIds } from '../../gateway/probe/model-ids.ts'
import { modelListRequest } from '../../gateway/probe/model-list-request.ts'
import type { Upstreams } from './upstreams.ts'

/** What an account said that it serves. Plain data: workers are sent it. */
export interface AccountModels {
  /** Whom it was asked of: an account of the same name may be another one meanwhile. */
  readonly provider: string
  readonly baseUrl: string
  readonly ids: readonly string[]
}

/** By the id of the account. */
export type DiscoveredModels = Readonly<Record<string, AccountModels>>

export interface Discovery {
  /** Asks these accounts, and goes on asking. What is known of those that are as they were stays. `undefined`: nobody is asked. */
  follow(accounts: readonly ProviderAccount[], everyMs: number | undefined): void
  /** Asks all of them now. */
  again(): void
  close(): void
}

export interface DiscoveryOptions {
  readonly get: Upstreams['get']
  /** Hears all that is known, whenever it has changed. */
  found(models: DiscoveredModels): void
}

/** What a server may say: whoever answers there may be hostile. */
const limits = { maxReplyBytes: 4 << 20, timeoutMs: 10_000 }
const maxModels = 1000
/** It becomes a part of headers and of the record. */
const idPattern = /^[\x21-\x7e]{1,256}$/
const atOnce = 4
/** A server beside this one may start a little later. */
const firstRetryMs = 5000

/** Those of whose models the catalogue knows nothing, or not which of them are there. */
export function isDiscoverable(
  { source, models, furtherOf, provider, ...account }: ProviderAccount,
  listModels: (providerId: string) => readonly unknown[],
): boolean {
  if (source === 'built-in' || models !== undefined || furtherOf !== undefined) return false
  // Its list is asked for without the machinery of calls, which alone resolves a reference.
  if (account.secretReference !== undefined) return false
  if (provider.dialect.modelListPath === undefined || provider.exchange?.(account) !== undefined) return false
  return !provider.needsKey || listModels(provider.id).length === 0
}

/** Asks accounts for their models, beside the calls. Where that fails, the last list stays. */
export function createDiscovery({ get, found }: DiscoveryOptions): Discovery {
  const followed = new Map<string, Followed>()
  const known = new Map<string, AccountModels>()
  const lanes: Promise<unknown>[] = Array.from({ length: atOnce }, () => Promise.resolve())
  let turn = 0
  let isClosed = false

  function listed(account: ProviderAccount): Promise<readonly string[] | undefined> {
    const lane = turn++ % atOnce
    const result = (lanes[lane] ?? Promise.resolve()).then(() => modelsOf(account, get))
    lanes[lane] = result
    return result
  }

  function begin(account: ProviderAccount, everyMs: number): Followed {
    let timer: NodeJS.Timeout | undefined
    let retryMs = Math.min(firstRetryMs, everyMs)
    let isOver = false
    const look = async (): Promise<void> => {
      const ids = await listed(account)
      if (isOver) return
      timer = setTimeout(() => void look(), ids === undefined ? retryMs : everyMs).unref()
      retryMs = ids === undefined ? Math.min(retryMs * 2, everyMs) : Math.min(firstRetryMs, everyMs)
      if (ids === undefined || isDeepStrictEqual(ids, known.get(account.id)?.ids)) return
      known.set(account.id, { provider: account.provider.id, baseUrl: account.baseUrl, ids })
      found(Object.fromEntries(known))
    }
    void look()
    return {
      account,
      everyMs,
      end() {
        isOver = true
        clearTimeout(timer)
      },
    }
  }

  return {
    follow(accounts, everyMs) {
      const wanted = new Map(everyMs === undefined ? [] : accounts.map((account) => [account.id, account]))
      for (const [id, { account, everyMs: before, end }] of followed) {
        if (before === everyMs && isDeepStrictEqual(account, wanted.get(id))) continue
        end()
        followed.delete(id)
        known.delete(id)
      }
      if (everyMs === undefined || isClosed) return
      for (const [id, account] of wanted) if (!followed.has(id)) followed.set(id, begin(account, everyMs))
    },
    again() {
      for (const [id, { account, everyMs, end }] of followed) {
        end()
        followed.set(id, begin(account, everyMs))
      }
    },
    close() {
      isClosed = true
      for (const { end } of followed.values()) end()
      followed.clear()
    },
  }
}

interface Followed {
  readonly account: ProviderAccount
  readonly everyMs: number
  end(): void
}

/** `undefined`: there is no list now, whatever the reason. */
async function modelsOf(account: ProviderAccount, get: Upstreams['get']): Promise<readonly string[] | undefined> {
  try {
    const request = modelListRequest(account)
    if (request === undefined) return undefined
    const rules = { account: account.id, allowPrivateNetwork: account.allowPrivateNetwork }
    const { status, body } = await get({ rules, url: request.url, headers: request.headers, ...limits })
    if (status !== 200) return undefined
    // A name is shown to callers, and a server may give its credential for one.
    const ids = modelIds(credentialFilter(account).bytes(body).toString('utf8'))
    return ids && [...new Set(ids)].filter((id) => idPattern.test(id)).slice(0, maxModels)
  } catch {
    return undefined
  }
}
