import type {
  CallOutcome,
  CallShape,
  ConsumptionDecision,
  ConsumptionIncident,
  ConsumptionRule,
  ConsumptionRuleId,
  ConsumptionSettings,
  Verdict,
} from '../../core/spending/consumption.ts'
import { elsewhereNow } from './elsewhere.ts'
import { createLoops } from './loops.ts'
import { lastMinute, turn } from './minute-sum.ts'
import { type NetworkKeys, seeKey } from './networks.ts'
import { createPeers, type Peers, peerLimit } from './peers.ts'
import { isLearned, newProfile, type Profile, type UsualMeasure, useModel, usualLimit } from './profile.ts'
import { reasonOf } from './reasons.ts'
import { learn, usualValue } from './usual.ts'

/** Judges calls by what their keys usually do. One for all workers; everything in it is bounded. */
export interface ConsumptionGuard {
  judge(shape: CallShape, settings: ConsumptionSettings): Verdict
  /** The call has ended, and came to this. */
  ended(outcome: CallOutcome, settings: ConsumptionSettings): void
  /** Somebody has looked: the rule leaves the key alone for a while, and learns from it meanwhile. Returns until when. */
  pardon(key: { readonly key: string; readonly workspace: string }, rule: ConsumptionRuleId, settings: Pardon): number
  /** Of a key, and of `key` and a label as JSON. */
  readonly profiles: Map<string, Profile>
  readonly networks: Map<string, NetworkKeys>
  /** When the first call was judged. */
  beganAt: number | undefined
}

export interface Pardon extends Pick<ConsumptionSettings, 'quietMs' | 'learnMs'> {
  /** For exactly so long; 0 ends it. Absent: for `quietMs`, and of a new key until it is known. */
  readonly forMs?: number
}

export interface GuardOptions {
  now(): number
  newId(): string
  /** Of a rule and a key, once in a while. */
  raise(incident: ConsumptionIncident): void
}

const MAX_PROFILES = 20_000
/** A client names its labels itself: one key must not take the place of others. */
const MAX_LABELS = 64
const MAX_NETWORKS_OF_KEY = 256
/** Rules that compare a key with what is usual. */
const comparing: ReadonlySet<ConsumptionRuleId> = new Set([
  'request-rate',
  'cost-rate',
  'call-tokens',
  'new-model',
  'prompt-size',
  'output-length',
])

export function createConsumptionGuard({ now, newId, raise }: GuardOptions): ConsumptionGuard {
  const profiles = new Map<string, Profile>()
  const networks = new Map<string, NetworkKeys>()
  const peersAt = createPeers(profiles)
  const loops = createLoops(profiles)

  function profileOf(name: string, at: number): Profile {
    let profile = profiles.get(name)
    if (profile === undefined) {
      if (profiles.size >= MAX_PROFILES) forgetSome()
      profile = newProfile(at)
      profiles.set(name, profile)
    }
    // The clock was ahead when it was first seen.
    if (profile.since > at) profile.since = at
    return profile
  }

  /** Half of the names of the key that has most of them, so that made-up ones drive out each other; else the first key. */
  function forgetSome(): void {
    const counts = new Map<string, number>()
    let most: string | undefined
    for (const { ofKey } of profiles.values()) {
      if (ofKey === undefined) continue
      const count = (counts.get(ofKey) ?? 0) + 1
      counts.set(ofKey, count)
      if (most === undefined || count > (counts.get(most) ?? 0)) most = ofKey
    }
    let left = most === undefined ? 1 : Math.ceil((counts.get(most) ?? 0) / 2)
    for (const [name, profile] of profiles) {
      if (profile.ofKey !== most) continue
      loops.forget(profile)
      profiles.delete(name)
      if (--left === 0) return
    }
  }

  function labelled(key: string, label: string | undefined, ofKey: Profile, at: number): Profile | undefined {
    if (label === undefined) return undefined
    const name = labelName(key, label)
    if (!profiles.has(name)) {
      if (ofKey.labels >= MAX_LABELS) return undefined
      ofKey.labels++
    }
    const profile = profileOf(name, at)
    profile.ofKey = key
    return profile
  }

  /** One key must not take the place of networks that others are known in. */
  function mayAppear(ofKey: Profile, network: string): boolean {
    if (networks.has(network)) return true
    if (ofKey.networks >= MAX_NETWORKS_OF_KEY) return false
    ofKey.networks++
    return true
  }

  const guard: ConsumptionGuard = {
    profiles,
    networks,
    beganAt: undefined,
    judge(shape, settings) {
      const at = now()
      guard.beganAt ??= at
      const { rules } = settings
      const ofKey = profileOf(shape.key, at)
      ofKey.workspace = shape.workspace
      const isNew = !isLearned(ofKey, at, settings)
      const peers = isNew ? peersAt(shape.workspace, at, settings) : undefined
      const ofLabel = labelled(shape.key, shape.label, ofKey, at)
      const found: ConsumptionDecision[] = []
      const isFree = freely(ofKey, at, settings)
      const counted = countedOf(ofKey, shape)
      const isFirst = shape.isFurtherTry === undefined
      const alarm = (id: ConsumptionRuleId, rule: ConsumptionRule, of: Profile, seen: number, limit: number): void => {
        if ((ofKey.pardonedUntil.get(id) ?? 0) > at) return
        const decision = decide(newId(), id, rule, of === ofLabel ? 'label' : 'key', seen, limit)
        found.push(decision)
        announce(of, decision, shape, at, settings)
      }
      const beyond = (id: ConsumptionRuleId, of: Profile, measure: UsualMeasure, seen: number): void => {
        const rule = rules[id]
        if (rule === undefined) return
        const limit = boundOf(rule, of, measure, at, settings, of === ofKey ? peers : undefined)
        if (measure === 'rate' || measure === 'cost') of.elsewhere.bounds[measure] = limit
        if (seen > limit) alarm(id, rule, of, seen, limit)
      }
      for (const profile of ofLabel === undefined ? [ofKey] : [ofKey, ofLabel]) {
        closeMinute(profile, at, isFree(profile))
        const before = found.length
        const sum = (measure: 'rate' | 'cost') => lastMinute(profile[measure], at) + elsewhereNow(profile, measure, at)
        if (isFirst) beyond('request-rate', profile, 'rate', sum('rate') + 1)
        beyond('cost-rate', profile, 'cost', sum('cost') + counted)
        if (found.length > before) profile.wasAlarm = true
        beyond('prompt-size', profile, 'input', shape.inputTokens)
        beyond('output-length', profile, 'output', shape.outputTokens)
      }
      if (rules['new-model'] !== undefined && shape.model !== undefined) {
        const { model, price = Number.POSITIVE_INFINITY } = shape
        const dearest = isNew ? (peers?.dearest ?? 0) : ofKey.dearest
        const limit = dearest * settings.priceFactor
        if (!ofKey.models.has(model) && dearest > 0 && price > limit)
          alarm('new-model', rules['new-model'], ofKey, shape.price ?? 0, limit)
      }
      if (rules['call-tokens'] !== undefined && ofKey.overspent !== undefined) {
        const { seen, limit } = ofKey.overspent
        ofKey.overspent = undefined
        alarm('call-tokens', rules['call-tokens'], ofKey, seen, limit)
      }
      if (rules.loop !== undefined && isFirst) {
        const times = loops.turn(ofKey, shape, at, settings.gapMs)
        if (times >= settings.repeats) alarm('loop', rules.loop, ofKey, times, settings.repeats)
      }
      if (rules.repetition !== undefined && shape.distinct !== undefined && shape.distinct < settings.minDistinct)
        alarm('repetition', rules.repetition, ofKey, shape.distinct, settings.minDistinct)
      const farming = rules['key-farming']
      if (farming !== undefined && isFirst && shape.network !== undefined && mayAppear(ofKey, shape.network)) {
        const owners = seeKey(networks, { ...shape, network: shape.network }, at, settings) ?? 0
        // At first every key is new to its network.
        const isKnown = at - guard.beganAt >= settings.learnMs
        if (isKnown && owners >= settings.farmingKeys)
          // Known keys that move together are a program that has a new address.
          alarm('key-farming', isNew ? farming : { ...farming, action: 'alert' }, ofKey, owners, settings.farmingKeys)
      }
      const carriedOut = gravest(found)
      const isSlowed = carriedOut?.action === 'slow'
      const waitMs = isSlowed ? waitOf(found, settings) : 0
      const isPutOff = waitMs > settings.slowMs
      const isRefused = carriedOut !== undefined && (!isSlowed || isPutOff)
      for (const profile of ofLabel === undefined ? [ofKey] : [ofKey, ofLabel]) {
        profile.isChanged = true
        if (!isRefused) profile.cost.current += counted
        // What is put off comes again: as many pass as the bound says, however often somebody asks.
        if (!isFirst || isPutOff) continue
        profile.calls++
        // What is refused for good goes on to count as calls, or the next of a flood would pass.
        profile.rate.current++
        const learning = { at, isAlarm: found.length > 0, isFree: isFree(profile) }
        if (shape.isInSession === true) continue
        // What nobody has read says nothing.
        if (shape.inputTokens > 0) learn(profile.usual.input, shape.inputTokens, learning)
        if (shape.outputTokens > 0) learn(profile.usual.output, shape.outputTokens, learning)
      }
      if (!isRefused && shape.model !== undefined) useModel(ofKey, shape.model, shape.price, at)
      return {
        countedNanoUsd: isRefused ? 0 : counted,
        decisions: found,
        ...(carriedOut === undefined ? {} : { carriedOut }),
        ...(isSlowed ? { waitMs } : {}),
      }
    },
    ended(outcome, settings) {
      const at = now()
      const ofKey = profiles.get(outcome.key)
      if (ofKey === undefined) return
      const ofLabel = outcome.label === undefined ? undefined : profiles.get(labelName(outcome.key, outcome.label))
      const rule = settings.rules['call-tokens']
      const peers = isLearned(ofKey, at, settings) ? undefined : peersAt(outcome.workspace, at, settings)
      const limit = rule === undefined ? undefined : boundOf(rule, ofKey, 'tokens', at, settings, peers)
      const isAlarm = limit !== undefined && outcome.tokens > limit
      const isFree = freely(ofKey, at, settings)
      for (const profile of ofLabel === undefined ? [ofKey] : [ofKey, ofLabel]) {
        closeMinute(profile, at, isFree(profile))
        profile.cost.current = Math.max(0, profile.cost.current + outcome.costNanoUsd - outcome.countedNanoUsd)
        if (outcome.tokens > 0) learn(profile.usual.tokens, outcome.tokens, { at, isAlarm, isFree: isFree(profile) })
        profile.isChanged = true
      }
      // What it has cost is gone; it is the next call that the rule can do something about.
      if (isAlarm) ofKey.overspent = { seen: outcome.tokens, limit }
    },
    pardon({ key, workspace }, rule, { quietMs, learnMs, forMs }) {
      const at = now()
      const profile = profileOf(key, at)
      profile.workspace = workspace
      // What a new key is for, somebody has said now: it is not asked again before it is known.
      const learnedAt = comparing.has(rule) ? profile.since + learnMs : at
      const until = forMs === undefined ? Math.max(at + quietMs, learnedAt) : at + forMs
      if (until > at) profile.pardonedUntil.set(rule, until)
      else profile.pardonedUntil.delete(rule)
      // What is found after that is told anew.
      profile.quietUntil.delete(rule)
      profile.isChanged = true
      return until
    },
  }
  return guard

  function announce(
    profile: Profile,
    decision: ConsumptionDecision,
    { id: call, key, workspace }: Pick<CallShape, 'id' | 'key' | 'workspace'>,
    at: number,
    { quietMs }: ConsumptionSettings,
  ): void {
    if ((profile.quietUntil.get(decision.rule) ?? 0) > at) return
    profile.quietUntil.set(decision.rule, at + quietMs)
    raise({ ...decision, key, at, workspace, call })
  }
}

/** Infinity where nothing is known and nothing said. */
function boundOf(
  { max = Number.POSITIVE_INFINITY }: ConsumptionRule,
  profile: Profile,
  measure: UsualMeasure,
  at: number,
  settings: ConsumptionSettings,
  peers: Peers | undefined,
): number {
  if (!isLearned(profile, at, settings)) return Math.min(max, peerLimit(peers, measure) ?? max)
  return Math.min(max, usualLimit(profile, measure) ?? max)
}

/** What a profile of an agent or user is found by. */
export function labelName(key: string, label: string): string {
  return JSON.stringify([key, label])
}

/** Until its end a call counts with an answer as long as those of the key are. */
export function countedOf(
  { usual }: Profile,
  { inputNanoUsd, inputTokens, outputTokens, outputNanoUsdPerToken }: CallShape,
): number {
  const { tokens } = usual
  const expected = tokens.count < 20 ? outputTokens : Math.max(0, usualValue(tokens) - inputTokens)
  return Math.round(inputNanoUsd + Math.min(outputTokens, expected) * outputNanoUsdPerToken)
}

function closeMinute(profile: Profile, at: number, isFree: boolean): void {
  const calls = turn(profile.rate, at)
  const cost = turn(profile.cost, at)
  if (calls === undefined && cost === undefined) return
  const learning = { at, isAlarm: profile.wasAlarm, isFree }
  // What is usual is what all gateways see of it.
  if (calls !== undefined) learn(profile.usual.rate, calls + elsewhereNow(profile, 'rate', at), learning)
  if (cost !== undefined) learn(profile.usual.cost, cost + elsewhereNow(profile, 'cost', at), learning)
  profile.wasAlarm = false
}

/** Until a key is known, and after somebody has said that what it does is well, its limits follow at once. */
function freely(ofKey: Profile, at: number, settings: ConsumptionSettings): (profile: Profile) => boolean {
  let isPardoned = false
  for (const until of ofKey.pardonedUntil.values()) if (until > at) isPardoned = true
  return (profile) => isPardoned || !isLearned(profile, at, settings)
}

function decide(
  id: string,
  rule: ConsumptionRuleId,
  { state, action }: ConsumptionRule,
  about: ConsumptionDecision['about'],
  seen: number,
  limit: number,
): ConsumptionDecision {
  return { type: 'consumption', id, rule, state, action, about, seen, limit, reason: reasonOf(rule, seen, limit) }
}

/** A rate is slowed to its bound: each call beyond it waits for as long as the bound takes to make room for it. */
function waitOf(decisions: readonly ConsumptionDecision[], { slowMs }: ConsumptionSettings): number {
  let most = 0
  for (const { state, action, rule, seen, limit } of decisions) {
    if (state !== 'enforce' || action !== 'slow') continue
    const isRate = rule === 'request-rate' || rule === 'cost-rate'
    most = Math.max(most, isRate ? Math.ceil(((seen - limit) / limit) * 60_000) : slowMs)
  }
  // After a minute there is as much room as there can be.
  return Math.min(most, 60_000)
}

const gravity = { alert: 0, slow: 1, ask: 2, suspend: 3 } as const

function gravest(decisions: readonly ConsumptionDecision[]): ConsumptionDecision | undefined {
  let most: ConsumptionDecision | undefined
  for (const decision of decisions) {
    if (decision.state !== 'enforce' || decision.action === 'alert') continue
    if (most === undefined || gravity[decision.action] > gravity[most.action]) most = decision
  }
  return most
}
