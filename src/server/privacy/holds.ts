import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { GatewayError } from '../../core/errors.ts'
import type { LegalHold } from '../../core/record/retention.ts'
import { parseJson } from '../../core/wire/json.ts'
import type { ControlStore } from '../control-records/control-store.ts'

/** Legal holds, in the control store. All of it may throw `store_unavailable`. */
export interface Holds {
  list(): readonly LegalHold[]
  /** Not kept before `keep` is called with it. Throws `conflict` where there are too many. */
  make(asked: Omit<LegalHold, 'id' | 'placedAt'>): LegalHold
  keep(hold: LegalHold): Promise<void>
  /** Throws `not_found`. */
  find(id: string): LegalHold
  remove(id: string): Promise<void>
}

/** Each is compared with each call that is to be taken away. */
const MAX_HOLDS = 200
const settingName = 'legal-holds'

const Kept = z.array(
  z.object({
    id: z.string(),
    workspace: z.string(),
    user: z.string().optional(),
    key: z.string().optional(),
    trace: z.string().optional(),
    reason: z.string(),
    placedAt: z.number(),
  }),
)

export function unknownHold(): GatewayError {
  return new GatewayError('not_found', 'There is no legal hold with this id.')
}

export function createHolds(store: Pick<ControlStore, 'name' | 'setting' | 'setSetting'>): Holds {
  const read = (text: string | undefined): readonly LegalHold[] => {
    if (text === undefined) return []
    const kept = Kept.safeParse(parseJson(text))
    // Without them, what may not be taken away would be.
    if (!kept.success) throw new GatewayError('store_unavailable', `The legal holds of ${store.name} cannot be read.`)
    return kept.data as readonly LegalHold[]
  }
  const list = (): readonly LegalHold[] => read(store.setting(settingName))
  /** To nothing else than what was read: a hold that another gateway has placed must not be lost. */
  const write = async (change: (holds: readonly LegalHold[]) => readonly LegalHold[]): Promise<void> => {
    const before = store.setting(settingName)
    await store.setSetting(settingName, JSON.stringify(change(read(before))), before)
  }
  return {
    list,
    make(asked) {
      if (list().length >= MAX_HOLDS)
        throw new GatewayError('conflict', `There are ${MAX_HOLDS} holds; release those that are over.`)
      return { ...asked, id: randomUUID(), placedAt: Date.now() }
    },
    keep: (hold) => write((holds) => [...holds, hold]),
    find(id) {
      const found = list().find((hold) => hold.id === id)
      if (found === undefined) throw unknownHold()
      return found
    },
    remove: (id) => write((holds) => holds.filter((hold) => hold.id !== id)),
  }
}
