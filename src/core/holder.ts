import type { NamedThing } from './named-things.ts'

/** Who has a thing that a provider keeps, and at which account; without one it is kept here. */
export interface Holder {
  readonly workspace: string
  readonly account?: string
}

/** All that have one of this id: two accounts may have given the same. None: the gateway has not seen it made. May throw `store_unavailable`. */
export type HoldersOf = (thing: Pick<NamedThing, 'kind' | 'id'>) => readonly Holder[]
