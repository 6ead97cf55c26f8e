/** What several gateways tell each other of keys, so that a rate is judged by what all of them see. */
import type { KeyHold, Lift } from './consumption.ts'

/** Of a key, or an agent or user of it, in the last minute. */
export interface MinuteFigures {
  /** Calls. */
  readonly rate: number
  /** Nano-USD, calls in flight among it. */
  readonly cost: number
}

export interface OwnFigures extends MinuteFigures {
  readonly name: string
}

export interface SumsAnswer {
  /** So many were heard of lately, this one among them. */
  readonly gateways: number
  /** Of all others, in the order of what was told. */
  readonly others: readonly MinuteFigures[]
}

export interface SumsStore {
  isThere(): boolean
  /** Tells what this gateway sees, in place of what it told before, and hears of the others. Rejects when there is no answer in time. */
  exchange(own: readonly OwnFigures[]): Promise<SumsAnswer>
  close(): Promise<void>
}

/** Somebody has let a key go; its rule leaves it alone until then. */
export interface EndedHold extends Pick<KeyHold, 'id' | 'key' | 'workspace' | 'rule'> {
  readonly until?: number
}

/** What gateways know together of keys that are held and rules that are lifted. */
export interface SharedHolds {
  readonly holds: readonly KeyHold[]
  readonly ended: readonly EndedHold[]
  readonly lifts: readonly Lift[]
}

export interface HoldsStore {
  /** Tells what is new here. Returns all there is; `undefined`: what was heard last. Rejects when there is no answer in time. */
  exchangeHolds(news: SharedHolds): Promise<SharedHolds | undefined>
}
