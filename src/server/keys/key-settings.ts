import * as z from 'zod'
import { priorities, type VirtualKey } from '../../core/calls/registry.ts'
import { GatewayError } from '../../core/errors.ts'
import { BudgetEntry, keyBudgets } from '../config/budgets-section.ts'
import { keyModels, keyScope, scopeFields } from '../config/scope-fields.ts'

const budgets = z.array(BudgetEntry).max(100)

/** What may be said of a key when it is made, and changed later. */
export const KeySettings = z.strictObject({
  models: keyModels.optional(),
  priority: z.enum(priorities).optional(),
  budgets: budgets.optional(),
  limits: budgets.optional(),
  /** ISO 8601 with its offset. `null`: never, which is how a change takes it away. */
  expiresAt: z.iso.datetime({ offset: true }).nullish(),
  /** Whoever answers for the key: a person, a team, a ticket. */
  owner: z.string().min(1).max(200).nullish(),
  ...scopeFields,
})
export type KeySettings = z.infer<typeof KeySettings>

/** What a store keeps of a key beside its columns. */
export const StoredSettings = KeySettings.omit({ models: true }).extend({
  /** SHA-256 of the value before, and until when it works; Unix milliseconds. */
  earlier: z.strictObject({ hash: z.string(), until: z.number() }).optional(),
})
export type StoredSettings = z.infer<typeof StoredSettings>

/** The settings as a key has them. Throws `invalid_request` for budgets that cannot be kept. */
export function settingsOfKey(
  id: string,
  { priority, expiresAt, owner, earlier, ...entries }: StoredSettings,
): Pick<VirtualKey, 'priority' | 'budgets' | 'scope' | 'expiresAt' | 'owner' | 'earlier'> {
  const all = (['budgets', 'limits'] as const).flatMap((field) =>
    keyBudgets(id, entries[field] ?? [], (path, message) => {
      const param = [field, ...path].map(String).join('.')
      throw new GatewayError('invalid_request', `\`${param}\`: ${message}`, { param })
    }),
  )
  return {
    ...(priority === undefined ? {} : { priority }),
    ...(all.length === 0 ? {} : { budgets: all }),
    ...keyScope(entries),
    ...(expiresAt == null ? {} : { expiresAt: Date.parse(expiresAt) }),
    ...(owner == null ? {} : { owner }),
    ...(earlier === undefined ? {} : { earlier }),
  }
}

/** A key of a store after a change: what is not given stays. Throws `invalid_request` for budgets that cannot be kept. */
export function changed<
  Key extends { readonly id: string; readonly models: readonly string[]; readonly settings?: StoredSettings },
>(
  known: Key,
  { models, ...changes }: KeySettings,
): { readonly record: Key & { readonly settings: StoredSettings }; readonly shown: Key } {
  const settings = { ...known.settings, ...changes }
  const record = { ...known, models: models ?? known.models, settings }
  // Before anything is stored: what cannot be kept is refused.
  return { record, shown: { ...record, ...settingsOfKey(known.id, settings) } }
}

/** How long at most the value before a rotation works on. */
export const maxOverlapSeconds = 30 * 86_400

/** A key with another value, and the one before for a while. */
export function rotated<Key extends { readonly hash: string; readonly settings?: StoredSettings }>(
  key: Key,
  { hash, overlapSeconds, nowMs }: { readonly hash: string; readonly overlapSeconds: number; readonly nowMs: number },
): Key & { readonly settings: StoredSettings } {
  const { earlier: _, ...settings } = key.settings ?? {}
  const earlier = { hash: key.hash, until: nowMs + overlapSeconds * 1000 }
  return { ...key, hash, settings: overlapSeconds > 0 ? { ...settings, earlier } : settings }
}
