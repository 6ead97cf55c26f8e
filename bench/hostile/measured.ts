/** What the process of one detector tells the bench. */
export interface Measured {
  readonly name: string
  /** CPU of the thread, for 50 KB and for 200 KB. */
  readonly smallMs: number
  readonly largeMs: number
}

export interface DetectorResult {
  readonly cases: number
  readonly worst: Measured
  /** Those whose time grows faster than the text. */
  readonly steep: readonly Measured[]
  /** What it took beyond what the program itself takes. */
  readonly peakMb: number
}

export type Message = { readonly begun: string } | { readonly result: DetectorResult }

export const LARGE = 200_000
export const SMALL = LARGE / 4
/** Linear is 4; the rest is for caches, and for the collector of a machine that others use too. */
export const STEEPEST = 8
