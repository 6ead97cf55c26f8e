import type {
  CallOutcome,
  CallShape,
  ConsumptionIncident,
  ConsumptionSettings,
  ConsumptionStore,
  KeyHold,
  Lift,
  Verdict,
} from '../../core/spending/consumption.ts'
import type { EndedHold, HoldsStore, SumsStore } from '../../core/spending/consumption-sums.ts'
import { createConsumptionGuard } from '../../policy/consumption/guard.ts'
import type { Profile } from '../../policy/consumption/profile.ts'
import { createHeldKeys } from '../../registry/held-keys.ts'
import type { Consumption } from './consumption.ts'
import { loadBaselines, saveBaselines } from './kept-baselines.ts'
import type { ConsumptionAnswer, ConsumptionQuestions } from './remote-consumption.ts'
import { createHoldSharing } from './shared-holds.ts'
import { createSharedSums, type SharedSums } from './shared-sums.ts'

type Quiet = Pick<ConsumptionSettings, 'quietMs' | 'learnMs'>

/** What has ended, and until when its rule leaves the key alone; a person's own suspension has none. */
export interface Released extends KeyHold {
  readonly quietUntil?: number
}

export interface AuthorityOptions {
  now(): number
  newId(): string
  /** Absent: nothing outlives the process. */
  readonly store?: ConsumptionStore
  /** Absent: what other gateways see of a key is not known. */
  readonly sums?: SumsStore
  /** Absent: holds are in force here alone. */
  readonly sharedHolds?: HoldsStore
  /** A key was held or let go: whoever serves calls must know. */
  heldChanged?(holds: readonly KeyHold[]): void
  /** Once in a while of a rule and a key. */
  raised?(incident: ConsumptionIncident): void
  log?(message: string): void
}

export interface ConsumptionAuthority extends Consumption {
  /** Answers at once, and once more for calls that wait for word of other gateways. */
  answer(
    questions: ConsumptionQuestions,
    settings: ConsumptionSettings | undefined,
    reply: (answers: readonly ConsumptionAnswer[]) => void,
  ): void
  holds(): readonly KeyHold[]
  hold(hold: Omit<KeyHold, 'id' | 'at'>): KeyHold
  /** Lets the key go; the rule that held it leaves it alone for a while, `forMs` where that is said. */
  release(key: string, settings: Quiet | undefined, forMs?: number): Released | undefined
  /** A rule leaves the key alone for a while, as after an approval. */
  lift(of: Omit<Lift, 'until'>, settings: Quiet | undefined, forMs?: number): Lift
  /** Those that last, the first to end first. */
  lifts(): readonly Lift[]
  /** The latest, newest first. */
  incidents(): readonly ConsumptionIncident[]
  /** What is known of a key. */
  profile(key: string): Profile | undefined
  /** By rule, action and state. */
  counts(): ReadonlyMap<string, number>
  readonly shared: Pick<SharedSums, 'isAway' | 'counts'> | undefined
  save(): void
  close(): Promise<void>
}

const MAX_INCIDENTS = 1000
const SAVE_EVERY_MS = 1000
const nothing: Verdict = { countedNanoUsd: 0, decisions: [] }
/** After a manual resume without a configuration. */
const defaultQuiet = { quietMs: 3_600_000, learnMs: 0 }

/** Judges the consumption of all keys, holds those that a rule says to, and remembers both over restarts. */
export function createConsumptionAuthority(options: AuthorityOptions): ConsumptionAuthority {
  const {
    now,
    newId,
    store,
    sums,
    sharedHolds,
    heldChanged = () => undefined,
    raised = () => undefined,
    log = () => undefined,
  } = options
  const incidents: ConsumptionIncident[] = []
  const counts = new Map<string, number>()
  const guard = createConsumptionGuard({
    now,
    newId,
    raise(incident) {
      incidents.unshift(incident)
      if (incidents.length > MAX_INCIDENTS) incidents.pop()
      raised(incident)
    },
  })
  const shared =
    sums === undefined
      ? undefined
      : createSharedSums({ store: sums, profiles: guard.profiles, now, elapsed: () => performance.now(), every })
  const held = createHeldKeys()
  const holds = new Map((store?.holds() ?? []).map((hold) => [hold.key, hold]))
  held.use([...holds.values()])
  if (store !== undefined) loadBaselines(guard, store)
  const sharing =
    sharedHolds === undefined
      ? undefined
      : createHoldSharing({
          store: sharedHolds,
          holds: () => [...holds.values()],
          adopt,
          drop,
          lift: ({ until, ...of }) => void pardon(of, undefined, Math.max(0, until - now())),
          now,
          every,
        })
  let isBroken = false
  const saving = store === undefined ? undefined : setInterval(save, SAVE_EVERY_MS).unref()

  function save(): void {
    if (store === undefined) return
    attempt(() => saveBaselines(guard, store, now()))
  }

  /** What cannot be kept counts as long as the process lives. */
  function attempt(work: () => void): void {
    try {
      work()
      isBroken = false
    } catch (fault) {
      if (!isBroken) log(`What is known of consumption cannot be kept: ${(fault as Error).message}`)
      isBroken = true
    }
  }

  function changed(): void {
    const all = [...holds.values()]
    held.use(all)
    heldChanged(all)
  }

  function place(hold: KeyHold): void {
    // A suspension is not weakened by a rule that only asks.
    const before = holds.get(hold.key)
    if (before?.kind === 'suspend') return
    if (before !== undefined && hold.kind === 'ask') return
    holds.set(hold.key, hold)
    attempt(() => store?.putHold(hold))
    changed()
  }

  function adopt(hold: KeyHold): void {
    holds.set(hold.key, hold)
    attempt(() => store?.putHold(hold))
    changed()
    log(`Key "${hold.key}" is held at another gateway (${hold.rule}, decision ${hold.id}), and so it is here.`)
  }

  function drop({ id, key, workspace, rule, until }: EndedHold): void {
    holds.delete(key)
    attempt(() => store?.removeHold(key))
    if (rule !== 'manual' && until !== undefined)
      pardon({ key, workspace, rule }, undefined, Math.max(0, until - now()))
    changed()
    log(`Key "${key}" was let go at another gateway (decision ${id}), and so it is here.`)
  }

  function judge(shape: CallShape, settings: ConsumptionSettings): Verdict | Promise<Verdict> {
    return shared === undefined ? judgeNow(shape, settings) : shared.judged(shape, () => judgeNow(shape, settings))
  }

  function ended(outcome: CallOutcome, settings: ConsumptionSettings): void {
    guard.ended(outcome, settings)
    shared?.ended(outcome)
  }

  function judgeNow(shape: CallShape, settings: ConsumptionSettings): Verdict {
    const verdict = guard.judge(shape, settings)
    for (const { rule, action, state } of verdict.decisions) {
      const name = `rule="${rule}",action="${action}",state="${state}"`
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    const { carriedOut } = verdict
    if (carriedOut === undefined || carriedOut.action === 'slow') return verdict
    const { id, action, rule, reason } = carriedOut
    const { key, workspace } = shape
    place({ id, key, workspace, kind: action === 'suspend' ? 'suspend' : 'ask', at: now(), rule, reason })
    return verdict
  }

  function pardon(
    { key, workspace, rule }: Omit<Lift, 'until'>,
    settings: Quiet = defaultQuiet,
    forMs: number | undefined = undefined,
  ): Lift {
    const quiet = { ...settings, ...(forMs === undefined ? {} : { forMs }) }
    return { key, workspace, rule, until: guard.pardon({ key, workspace }, rule, quiet) }
  }

  return {
    held,
    judge,
    ended,
    answer({ asks, ended: outcomes }, settings, reply) {
      if (settings === undefined) return reply(asks.map(({ question }) => ({ question, verdict: nothing })))
      for (const outcome of outcomes) ended(outcome, settings)
      const answers: ConsumptionAnswer[] = []
      for (const { question, shape } of asks) {
        const verdict = judge(shape, settings)
        if (verdict instanceof Promise) void verdict.then((late) => reply([{ question, verdict: late }]))
        else answers.push({ question, verdict })
      }
      if (answers.length > 0) reply(answers)
    },
    holds: () => [...holds.values()],
    hold(wanted) {
      const hold = { ...wanted, id: newId(), at: now() }
      place(hold)
      return holds.get(hold.key) ?? hold
    },
    release(key, settings, forMs) {
      const hold = holds.get(key)
      if (hold === undefined) return undefined
      // In the file first: one that cannot be written would come back with the next start.
      store?.removeHold(key)
      holds.delete(key)
      const { id, workspace, rule } = hold
      const until = rule === 'manual' ? undefined : pardon({ key, workspace, rule }, settings, forMs).until
      sharing?.ended({ id, key, workspace, rule, ...(until === undefined ? {} : { until }) })
      changed()
      return { ...hold, ...(until === undefined ? {} : { quietUntil: until }) }
    },
    lift(of, settings, forMs) {
      const lifted = pardon(of, settings, forMs)
      sharing?.lifted(lifted)
      return lifted
    },
    lifts() {
      const at = now()
      const found: Lift[] = []
      for (const [key, { workspace, pardonedUntil }] of guard.profiles)
        for (const [rule, until] of pardonedUntil)
          if (until > at && workspace !== undefined) found.push({ key, workspace, rule, until })
      return found.sort((a, b) => a.until - b.until)
    },
    incidents: () => incidents,
    profile: (key) => guard.profiles.get(key),
    counts: () => counts,
    shared,
    save,
    async close() {
      clearInterval(saving)
      await sharing?.close()
      await shared?.close()
      save()
      store?.close()
    },
  }
}

function every(ms: number, look: () => void): () => void {
  const timer = setInterval(look, ms).unref()
  return () => clearInterval(timer)
}
