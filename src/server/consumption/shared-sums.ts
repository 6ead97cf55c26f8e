import type { CallOutcome, CallShape, Verdict } from '../../core/spending/consumption.ts'
import type { SumsStore } from '../../core/spending/consumption-sums.ts'
import { heardOf, needsWord, ownNow } from '../../policy/consumption/elsewhere.ts'
import { countedOf, labelName } from '../../policy/consumption/guard.ts'
import type { Profile } from '../../policy/consumption/profile.ts'
import { createRounds } from '../process/rounds.ts'

export interface SharedSumsOptions {
  readonly store: SumsStore
  readonly profiles: ReadonlyMap<string, Profile>
  /** The clock that calls are judged by. */
  now(): number
  /** One that nobody sets, in milliseconds. */
  elapsed(): number
  /** Calls again and again; what it gives back ends that. */
  every(ms: number, look: () => void): () => void
}

/** Brings what several gateways see of a key together, beside the calls. */
export interface SharedSums {
  /** Judges at once; a call that may be one too many for all gateways waits until they were heard of. */
  judged(shape: CallShape, judge: () => Verdict): Verdict | Promise<Verdict>
  ended(outcome: CallOutcome): void
  isAway(): boolean
  /** Exchanges, and those without an answer. */
  counts(): { readonly asks: number; readonly failures: number }
  /** Resolves when all that was asked is answered. */
  idle(): Promise<void>
  close(): Promise<void>
}

const BEAT_MS = 500
/** So long a call waits for its turn; then it is judged by what is known. */
const PATIENCE_MS = 250
/** Profiles of one exchange. */
const MAX_AT_ONCE = 1024

const nothing = { rate: 0, cost: 0 }

interface Waiting {
  readonly shape: CallShape
  readonly since: number
  run(): void
}

export function createSharedSums({ store, profiles, now, elapsed, every }: SharedSumsOptions): SharedSums {
  const dueKeys = new Set<string>()
  const dueLabels = new Set<string>()
  const queues = new Map<string, Waiting[]>()
  const counts = { asks: 0, failures: 0 }
  let gateways = 1
  let hasBegun = false
  let hasAnswered = false
  let restingUntil = 0
  let isWanted = false
  let isClosed = false
  const exchanges = createRounds(round, () => queues.size > 0 || isWanted)

  const isFutile = (): boolean => isClosed || !store.isThere() || elapsed() < restingUntil

  function needs(shape: CallShape): boolean {
    const profile = isFutile() ? undefined : profiles.get(shape.key)
    if (profile === undefined) return false
    const next = { rate: shape.isFurtherTry === undefined ? 1 : 0, cost: countedOf(profile, shape) }
    return needsWord(profile, next, now(), gateways)
  }

  function touched({ key, label }: Pick<CallShape, 'key' | 'label'>): void {
    dueKeys.add(key)
    if (label === undefined) return
    const name = labelName(key, label)
    if (profiles.has(name)) dueLabels.add(name)
  }

  function judgedNow(shape: CallShape, judge: () => Verdict): Verdict {
    const verdict = judge()
    touched(shape)
    const profile = isFutile() ? undefined : profiles.get(shape.key)
    // What is more than its part the others hear at once, and the rest at the next beat.
    if (hasBegun && (profile === undefined || !needsWord(profile, nothing, now(), gateways))) return verdict
    hasBegun = true
    isWanted = true
    exchanges.soon()
    return verdict
  }

  async function round(): Promise<void> {
    isWanted = false
    const names = chosen()
    const own = names.flatMap((name) => {
      const profile = profiles.get(name)
      return profile === undefined ? [] : [{ name, profile, ...ownNow(profile, now()) }]
    })
    counts.asks++
    try {
      const answer = await store.exchange(own.map(({ name, rate, cost }) => ({ name, rate, cost })))
      hasAnswered = true
      gateways = answer.gateways
      for (const [index, { profile, rate, cost }] of own.entries()) {
        const others = answer.others[index]
        if (others !== undefined) heardOf(profile, { rate, cost }, others, now())
      }
    } catch {
      counts.failures++
      hasAnswered = false
      // Not each call waits for one that does not answer.
      restingUntil = elapsed() + BEAT_MS
      for (const name of names) if (profiles.get(name)?.workspace !== undefined) dueKeys.add(name)
    }
    const heard = new Set(names)
    for (const key of [...queues.keys()]) serve(key, heard.has(key))
  }

  /** Keys that calls wait for, then the others, and of their agents and users as many as there is room for. */
  function chosen(): string[] {
    const names = new Set<string>()
    for (const from of [queues.keys(), dueKeys, dueLabels])
      for (const name of from) {
        if (names.size >= MAX_AT_ONCE) break
        names.add(name)
      }
    for (const name of names) {
      dueKeys.delete(name)
      dueLabels.delete(name)
    }
    return [...names]
  }

  /** One after the other, each seeing those before it, until it takes another word. One at least goes on. */
  function serve(key: string, isHeard: boolean): void {
    const queue = queues.get(key) ?? []
    let mayGoOn = isHeard
    while (queue.length > 0) {
      const first = queue[0] as Waiting
      if (!mayGoOn && elapsed() - first.since < PATIENCE_MS && needs(first.shape)) return
      mayGoOn = false
      queue.shift()
      first.run()
    }
    queues.delete(key)
  }

  // Also with nothing to tell: the others divide what is left among those that they hear of.
  const stop = every(BEAT_MS, () => {
    if (hasBegun) exchanges.soon()
  })

  return {
    judged(shape, judge) {
      if (!needs(shape)) return judgedNow(shape, judge)
      const { promise, resolve, reject } = Promise.withResolvers<Verdict>()
      const queue = queues.get(shape.key) ?? []
      queues.set(shape.key, queue)
      queue.push({
        shape,
        since: elapsed(),
        run() {
          try {
            resolve(judgedNow(shape, judge))
          } catch (fault) {
            reject(fault)
          }
        },
      })
      exchanges.soon()
      return promise
    },
    ended: touched,
    isAway: () => hasBegun && (!hasAnswered || !store.isThere()),
    counts: () => counts,
    idle: exchanges.idle,
    async close() {
      isClosed = true
      stop()
      const ended = exchanges.close()
      for (const key of [...queues.keys()]) serve(key, true)
      await ended
      await store.close()
    },
  }
}
