import type {
  BucketAsk,
  LeaseAnswer,
  LeaseAnswers,
  LeaseAsk,
  LeaseStore,
  WindowAsk,
} from '../../src/core/spending/budget-lease.ts'

interface Share {
  start: number
  used: number
  previous: number
  held: number
  cap: number
  expires: number
  life: string
  number: number
}

export interface MemoryAuthority {
  /** A gateway's way to it. */
  open(gateway: string, life: string): LeaseStore
  flush(): void
}

/** What the script in Redis does, with a clock that the test sets. */
export function createMemoryAuthority(
  now: () => number,
  { leaseMs, graceMs }: { readonly leaseMs: number; readonly graceMs: number },
): MemoryAuthority {
  let windows = new Map<string, Map<string, Share>>()
  let buckets = new Map<string, { missing: number; at: number }>()
  let born: number | undefined
  let epochs = 0
  let number = 0
  const seen = new Map<string, number>()

  function turned(share: Share, ask: WindowAsk): Share {
    const lives = share.expires > now()
    if (ask.kind === 'concurrent') return lives ? share : { ...share, cap: 0, held: 0 }
    if (share.start >= ask.start) return share
    const held = ask.kind === 'sliding' && lives ? share.held : 0
    const previous = share.start >= ask.before ? Math.max(0, share.cap - held) : 0
    return { ...share, start: ask.start, used: 0, held, cap: held, previous }
  }

  function newer(known: Share | undefined, told: Share): Share {
    if (known === undefined) return told
    if (known.life === told.life) return told.number > known.number ? told : known
    return told.used > known.used ? told : known
  }

  function window(ask: WindowAsk, gateway: string, life: string, waits: boolean): LeaseAnswer {
    const at = now()
    const { kind, amount } = ask
    let { used, previous, keep, need, wish } = ask
    if (kind !== 'concurrent' && (at >= ask.end || at < ask.start - 1000)) return { outcome: 'moved' }
    const kept = windows.get(ask.key) ?? new Map<string, Share>()
    const own = kept.get(gateway) === undefined ? undefined : turned(kept.get(gateway) as Share, ask)
    if (own === undefined && ask.isKnown && !ask.isRetold) return { outcome: 'forgotten' }
    windows.set(ask.key, kept)
    for (const { gateway: other, share } of ask.others)
      if (other !== gateway) {
        const known = kept.get(other)
        const told = turned(JSON.parse(share), ask)
        kept.set(other, newer(known === undefined ? undefined : turned(known, ask), told))
      }
    if (own !== undefined && (own.life !== life || !ask.isKnown)) {
      const lost = own.life === life ? own.used : own.cap
      const more = kind === 'concurrent' ? 0 : Math.max(0, lost - used)
      used += more
      keep += more
      need += more
      wish += more
      if (own.life !== life) previous = Math.max(previous, own.previous)
    }
    const others = [...kept]
      .filter(([name]) => name !== gateway)
      .map(([name, one]) => [name, turned(one, ask)] as const)
    const sum = (field: 'used' | 'previous' | 'held' | 'cap'): number =>
      others.reduce((total, [, one]) => total + one[field], 0)
    const gone = Math.min(1, Math.max(0, (at - ask.start) / (ask.end - ask.start)))
    const fading = kind === 'sliding' ? (sum('previous') + previous) * (1 - gone) : 0
    const room = Math.max(0, Math.floor(amount - sum('cap') - fading - keep))
    let given = 0
    if (!waits) {
      given = Math.min(Math.max(keep, need) - keep, room)
      const most = Math.floor((room - given) / (2 * gateways()))
      given += Math.max(0, Math.min(Math.max(keep, wish) - Math.max(keep, need), most))
    }
    const cap = keep + given
    const share = { start: ask.start, used, previous, held: Math.min(ask.held, cap - used), cap }
    if (cap === 0 && previous === 0 && !waits) kept.delete(gateway)
    else kept.set(gateway, { ...share, expires: at + leaseMs, life, number: ++number })
    const shares = others.map(([name, one]) => ({ gateway: name, share: JSON.stringify(one) }))
    const told = { used: sum('used'), previous: sum('previous'), held: sum('held'), room: room - given, shares }
    return { outcome: 'leased', cap, used, others: told }
  }

  function bucket(ask: BucketAsk, waits: boolean): LeaseAnswer {
    const at = now()
    const known = buckets.get(ask.key)
    if (known === undefined && ask.isKnown && !ask.isRetold) return { outcome: 'forgotten' }
    const before = Math.max(0, (known?.missing ?? 0) - ((at - (known?.at ?? at)) / ask.periodMs) * ask.amount)
    const missing = Math.max(0, Math.max(before, ask.missing) + ask.debt - ask.giveBack)
    const room = Math.max(0, Math.floor(ask.amount - missing))
    let given = waits ? 0 : Math.min(ask.need, room)
    if (!waits) given += Math.max(0, Math.min(ask.wish - ask.need, Math.floor((room - given) / (2 * gateways()))))
    buckets.set(ask.key, { missing: missing + given, at })
    const others = { used: Math.ceil(missing + given), previous: 0, held: 0, room: room - given, shares: [] }
    return { outcome: 'leased', cap: given, used: 0, others }
  }

  const gateways = (): number => Math.max(1, [...seen.values()].filter((at) => now() - at < leaseMs).length)

  function answered(asks: readonly LeaseAsk[], gateway: string, life: string): LeaseAnswers {
    if (born === undefined) {
      born = now()
      epochs++
    }
    seen.set(gateway, now())
    const givesInMs = Math.max(0, graceMs - (now() - born))
    return {
      now: now(),
      epoch: String(epochs),
      givesInMs,
      gateways: gateways(),
      answers: asks.map((ask) =>
        ask.kind === 'token-bucket' ? bucket(ask, givesInMs > 0) : window(ask, gateway, life, givesInMs > 0),
      ),
    }
  }

  return {
    open: (gateway, life) => ({
      isThere: () => true,
      async ask(asks) {
        return answered(asks, gateway, life)
      },
      async leave(asks) {
        answered(asks, gateway, life)
        seen.delete(gateway)
      },
      close: async () => undefined,
    }),
    flush() {
      windows = new Map()
      buckets = new Map()
      born = undefined
      seen.clear()
    },
  }
}
