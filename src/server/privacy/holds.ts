import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { GatewayError } from '../../core/errors.ts'
import { parseJson } from '../../core/json.ts'
import type { LegalHold } from '../../core/retention.ts'
import type { ControlStore } from '../control-store.ts'

/** Legal holds, in the control store. All of it may throw `store_unavailable`. */
export interface Holds {
  list(): readonly LegalHold[]
  /** Not kept before `keep` is called with it. Throws `conflict` where there are too many. */
  make(asked: Omit<LegalHold, 'id' | 'placedAt'>): LegalHold
  keep(hold: LegalHold): void
  /** Throws `not_found`. */
  find(id: string): LegalHold
  remove(id: string): void
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

export function createHolds(store: Pick<ControlStore, 'setting' | 'setSetting'>): Holds {
  const list = (): readonly LegalHold[] => {
    const text = store.setting(settingName)
    if (text === undefined) return []
    const read = Kept.safeParse(parseJson(text))
    // Without them, what may not be taken away would be.
    if (!read.success) throw new GatewayError('store_unavailable', 'The legal holds of control.db cannot be read.')
    return read.data as readonly LegalHold[]
  }
  const write = (holds: readonly LegalHold[]): void => store.setSetting(settingName, JSON.stringify(holds))
  return {
    list,
    make(asked) {
      if (list().length >= MAX_HOLDS)
        throw new GatewayError('conflict', `There are ${MAX_HOLDS} holds; release those that are over.`)
      return { ...asked, id: randomUUID(), placedAt: Date.now() }
    },
    keep: (hold) => write([...list(), hold]),
    find(id) {
      const found = list().find((hold) => hold.id === id)
      if (found === undefined) throw unknownHold()
      return found
    },
    remove: (id) => write(list().filter((hold) => hold.id !== id)),
  }
}
