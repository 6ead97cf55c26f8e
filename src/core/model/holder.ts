import type { NamedThing } from './named-things.ts'

/** Who has a thing that a provider keeps, and at which account; without one it is kept here. */
export interface Holder {
  readonly workspace: string
  readonly account?: string
}

/** All that have one of this id: two accounts may have given the same. None: the gateway has not seen it made. May throw `store_unavailable`. */
export type HoldersOf = (thing: Pick<NamedThing, 'kind' | 'id'>) => readonly Holder[]

/** What an account has made for a workspace. */
export interface MadeThing extends Pick<NamedThing, 'kind' | 'id'>, Required<Holder> {
  /** Unix milliseconds. */
  readonly createdAt: number
}

/** Whose things are, beside files, batches and replies, of which more is known. Bounded: the oldest of a workspace go first. */
export interface ThingStore {
  readonly holders: HoldersOf
  /** Returns at once and never throws. It can be found from then on, unless another workspace had that id first. */
  add(thing: MadeThing): void
  remove(thing: Omit<MadeThing, 'createdAt'>): void
  close(): void
}
