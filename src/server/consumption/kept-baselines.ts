import type { BaselineKind, ConsumptionStore } from '../../core/spending/consumption.ts'
import { isJsonObject, type JsonValue, parseJson } from '../../core/wire/json.ts'
import type { ConsumptionGuard } from '../../policy/consumption/guard.ts'
import type { NetworkKeys } from '../../policy/consumption/networks.ts'
import { profileText, readProfile } from '../../policy/consumption/profile.ts'

type Row = Parameters<ConsumptionStore['save']>[0][number]

/** At one time, so that no call waits long for it; the others come a second later. */
const MAX_SAVED = 500

export function loadBaselines(guard: ConsumptionGuard, store: ConsumptionStore): void {
  for (const { name, state } of store.baselines('key')) {
    const profile = readProfile(parseJson(state))
    if (profile !== undefined) guard.profiles.set(name, profile)
  }
  countLabels(guard.profiles)
  for (const { name, state } of store.baselines('network')) {
    const known = readNetwork(parseJson(state))
    if (known === undefined) continue
    guard.networks.set(name, known)
    const [first] = known.first.keys()
    const profile = first === undefined ? undefined : guard.profiles.get(first)
    if (profile !== undefined) profile.networks++
  }
  for (const { state } of store.baselines('meta')) {
    const began = Number(state)
    if (Number.isFinite(began)) guard.beganAt = began
  }
}

/** Those that have changed since they were saved. */
export function saveBaselines(guard: ConsumptionGuard, store: ConsumptionStore, now: number): void {
  const rows: Row[] = []
  const changed: { isChanged: boolean }[] = []
  const add = (kind: BaselineKind, name: string, thing: { isChanged: boolean }, text: () => string): void => {
    if (!thing.isChanged || rows.length >= MAX_SAVED) return
    rows.push({ kind, name, state: text() })
    changed.push(thing)
  }
  for (const [name, profile] of guard.profiles) add('key', name, profile, () => profileText(profile))
  for (const [name, known] of guard.networks) add('network', name, known, () => JSON.stringify([...known.first]))
  if (rows.length === 0) return
  if (guard.beganAt !== undefined) rows.push({ kind: 'meta', name: 'began', state: String(guard.beganAt) })
  store.save(rows, now)
  for (const thing of changed) thing.isChanged = false
}

/** A start gives no key room for more names than it may have. */
function countLabels(profiles: ConsumptionGuard['profiles']): void {
  for (const [name, profile] of profiles) {
    const [key] = profile.workspace === undefined ? asArray(parseJson(name)) : []
    if (typeof key !== 'string') continue
    profile.ofKey = key
    const ofKey = profiles.get(key)
    if (ofKey !== undefined) ofKey.labels++
  }
}

function asArray(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : []
}

function readNetwork(read: JsonValue | undefined): NetworkKeys | undefined {
  if (!Array.isArray(read)) return undefined
  const first: NetworkKeys['first'] = new Map()
  for (const entry of read) {
    if (!Array.isArray(entry)) continue
    const [key, seen] = entry
    if (typeof key !== 'string' || !isJsonObject(seen)) continue
    const { at, owner } = seen
    if (typeof at === 'number' && typeof owner === 'string') first.set(key, { at, owner })
  }
  return { first, isChanged: false }
}
