import { createHash } from 'node:crypto'
import type { LeaseAnswers, LeaseAsk, LeaseStore } from '../../core/spending/budget-lease.ts'
import { createLease, sliceOf } from '../../registry/budget-lease.ts'
import { askOf, hasToTell, hear, unheard } from '../../registry/lease-talk.ts'
import type { Leased, Leasing, Shortage } from '../../registry/leasing.ts'
import { createRounds } from '../process/rounds.ts'

export interface BudgetLeasesOptions {
  readonly store: LeaseStore
  readonly whenAway: 'continue' | 'refuse'
  /** What the record tells of budgets is of all gateways. */
  readonly isRecordShared: boolean
  /** After so long without a word the authority takes this gateway to be gone. */
  readonly leaseMs: number
  /** How often the authority hears of what has changed. */
  readonly beatMs: number
  now(): number
  /** Calls again and again; what it gives back ends that. */
  every(ms: number, look: () => void): () => void
}

export interface BudgetLeases extends Leasing {
  /** By the authority's clock. */
  now(): number
  isAway(): boolean
  /** It is away, or gives nothing yet. */
  isWaiting(): boolean
  /** Asks whether it is there. */
  look(): void
  /** Hears of all counters what the others have, or what can be heard of that in a short while. */
  refresh(): Promise<void>
  /** Resolves when all that was asked is answered. */
  idle(): Promise<void>
  counts(): { readonly draws: number; readonly failures: number }
  /** Gives back everything that is not used. */
  close(): Promise<void>
}

/** For so long, "there is not so much" is believed. */
const IN_VAIN_MS = 20
/** What an authority has lost is told again so often before it is left to the next beat. */
const MAX_ROUNDS = 4
/** Counters of one message: an authority that needs longer than its time would be taken to be away. */
const MAX_AT_ONCE = 1024
const REFRESH_MS = 300
/** Of all counters so many are heard of together. */
const MAX_REFRESHED = 2048
/** The part of a lease's time in which two clocks agree that it is not over. */
const SURE = 0.9

/** Draws slices of budgets from an authority, one message at a time: what is wanted meanwhile goes into the next. */
export function createBudgetLeases({
  store,
  whenAway,
  isRecordShared,
  leaseMs,
  beatMs,
  now: here,
  every,
}: BudgetLeasesOptions): BudgetLeases {
  const all = new Set<Leased>()
  const active = new Set<Leased>()
  const due = new Set<Leased>()
  let calls: Waiting[] = []
  let isClosed = false
  let hasAnswered = false
  let givesFrom = 0
  let askableFrom = 0
  let offsetMs = 0
  let epoch = ''
  let gateways = 1
  const counts = { draws: 0, failures: 0 }
  const now = (): number => here() + offsetMs
  const isAway = (): boolean => !hasAnswered || !store.isThere()

  // What cannot be told now is told at the next beat.
  const exchanges = createRounds(round, () => calls.length > 0 || (due.size > 0 && !isAway()))

  async function round(): Promise<void> {
    const waiting = calls
    calls = []
    let again = first(waiting)
    let isAnswered = false
    for (let rounds = 0; rounds < MAX_ROUNDS && (rounds === 0 || again.size > 0); rounds++) {
      for (const { short } of waiting)
        for (const { leased, more } of short) if (again.has(leased)) leased.counter.lease.wanted += more
      const left = await tell([...again])
      isAnswered = left !== undefined && here() >= givesFrom
      if (left === undefined) break
      again = left
    }
    for (const { short, resolve } of waiting) {
      // They are told what became of it, and ask anew.
      for (const { leased } of short) leased.counter.lease.wanted = 0
      resolve(isAnswered ? 'answered' : 'away')
    }
  }

  /** Those that calls wait for, and of the others as many as can be told in time. */
  function first(waiting: readonly Waiting[]): Set<Leased> {
    const chosen = new Set(waiting.flatMap(({ short }) => short.map(({ leased }) => leased)))
    for (const one of due) {
      if (chosen.size >= MAX_AT_ONCE) break
      chosen.add(one)
    }
    for (const one of chosen) due.delete(one)
    return chosen
  }

  /** Those that have to be told once more; `undefined`: the authority is away. */
  async function tell(leased: readonly Leased[]): Promise<Set<Leased> | undefined> {
    counts.draws++
    // What is told is given back as far as it is not needed: not to an authority that does not hear it.
    if (isAway() && leased.length > 0 && (await heard([])) === undefined) return undefined
    const at = now()
    const asks = leased.map(({ counter, budget }) => askOf(counter, budget, at, { gateways, mayKeep: true }))
    const said = await heard(asks)
    if (said === undefined) {
      for (const [index, { counter }] of leased.entries()) unheardOf(counter, asks[index])
      return undefined
    }
    const isNew = epoch !== '' && said.epoch !== epoch
    epoch = said.epoch
    if (isNew) {
      forgotten()
      for (const one of leased) due.delete(one)
      return new Set(leased)
    }
    const heardAt = now()
    const again = new Set<Leased>()
    for (const [index, one] of leased.entries()) {
      const [asked, answer] = [asks[index], said.answers[index]]
      if (asked === undefined || answer === undefined) continue
      if (hear(one.counter, one.budget, asked, answer, heardAt) === 'again') {
        again.add(one)
        continue
      }
      one.counter.lease.until = at + SURE * leaseMs
      if (!hasToTell(one.counter, one.budget, heardAt)) active.delete(one)
    }
    return again
  }

  async function heard(asks: readonly LeaseAsk[]): Promise<LeaseAnswers | undefined> {
    const from = here()
    try {
      const said = await store.ask(asks)
      hasAnswered = true
      gateways = said.gateways
      givesFrom = said.givesInMs === 0 ? 0 : here() + said.givesInMs
      const to = here()
      const offset = said.now - (from + to) / 2
      // The answer may have waited here: it is no better than the way was long.
      if (Math.abs(offset - offsetMs) > (to - from) / 2) offsetMs = offset
      return said
    } catch {
      counts.failures++
      hasAnswered = false
      askableFrom = here() + beatMs
      return undefined
    }
  }

  /** It has lost what it knew: all that is known here is told, also of what nobody uses now. */
  function forgotten(): void {
    for (const one of all) {
      const { lease } = one.counter
      if (lease.cap === 0 && !Number.isFinite(lease.toldAt)) continue
      lease.isForgotten = true
      // Until it has heard of it.
      active.add(one)
      due.add(one)
    }
  }

  const stop = every(beatMs, () => {
    for (const one of active) {
      const { lease, reserved } = one.counter
      lease.takenBefore = lease.taken
      lease.taken = one.budget.window === undefined ? reserved : 0
      due.add(one)
    }
    // Also with nothing to tell: it may have lost what it knew.
    exchanges.soon()
  })

  return {
    now,
    isAway,
    isWaiting: () => isAway() || here() < givesFrom,
    look: exchanges.soon,
    isRecordShared,
    open: (counterName) => createLease(createHash('sha256').update(counterName).digest('base64url').slice(0, 27)),
    follow: (leased) => void all.add(leased),
    forget(leased) {
      all.delete(leased)
      due.delete(leased)
      active.delete(leased)
    },
    taken(leased, amount) {
      const { counter, budget } = leased
      const { lease, reserved } = counter
      active.add(leased)
      lease.taken = budget.window === undefined ? Math.max(lease.taken, reserved) : lease.taken + amount
      const free = lease.cap - counter.used - reserved
      if (budget.window === undefined || free >= sliceOf(lease, lease.others.room + free, gateways) / 2) return
      due.add(leased)
      exchanges.soon()
    },
    settled: (leased) => void active.add(leased),
    draw(short) {
      const { promise, resolve } = Promise.withResolvers<'answered' | 'away'>()
      // Not each call waits for one that does not answer: the beats do.
      const isFutile = isAway() && here() < askableFrom
      if (isClosed || isFutile || !store.isThere()) return Promise.resolve('away')
      calls.push({ short, resolve })
      for (const { leased } of short) {
        due.add(leased)
        active.add(leased)
      }
      exchanges.soon()
      return promise
    },
    isInVain({ leased: { counter }, more }) {
      const { lease, used, reserved } = counter
      if (here() < givesFrom || here() + offsetMs - lease.toldAt >= IN_VAIN_MS) return false
      return more > lease.cap - used - reserved + lease.others.room
    },
    isRefusing: () => whenAway === 'refuse' && isAway(),
    async refresh() {
      if (isAway()) return
      const { promise, resolve } = Promise.withResolvers<unknown>()
      const isOver = setTimeout(resolve, REFRESH_MS)
      // Those that callers have named come last: there may be any number of them.
      const sorted = [...all].sort((one, other) => one.group.length - other.group.length)
      for (const one of sorted.slice(0, MAX_REFRESHED)) due.add(one)
      let rounds = Math.ceil(due.size / MAX_AT_ONCE)
      const next = (): void => {
        if (rounds-- === 0) resolve(undefined)
        else {
          calls.push({ short: [], resolve: next })
          exchanges.soon()
        }
      }
      next()
      await promise
      clearTimeout(isOver)
    },
    async idle() {
      await new Promise((resolve) => setImmediate(resolve))
      await exchanges.idle()
    },
    counts: () => ({ ...counts }),
    async close() {
      isClosed = true
      stop()
      await exchanges.close()
      const left = [...active]
      const at = now()
      const asks = left.map(({ counter, budget }) => askOf(counter, budget, at, { gateways, mayKeep: false }))
      // What is not given back counts as used: nobody else can spend it twice.
      if (!isAway()) await store.leave(asks).catch(() => undefined)
      for (const { resolve } of calls) resolve('away')
      await store.close()
    },
  }
}

interface Waiting {
  readonly short: readonly Shortage[]
  resolve(outcome: 'answered' | 'away'): void
}

function unheardOf(counter: Leased['counter'], asked: LeaseAsk | undefined): void {
  if (asked !== undefined) unheard(counter, asked)
}
