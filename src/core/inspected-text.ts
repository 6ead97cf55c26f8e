import type { Span } from './detection.ts'

/** A way to read a text: as it is written, or with what it hides made plain. */
export interface TextView {
  /** `original` is the text as it was written. */
  readonly kind: string
  readonly text: string
  /** Where a piece of the view stands in the original. */
  spanOf(start: number, end: number): Span
}

/** One text that detectors look at together. What they share of it is worked out once. */
export interface InspectedText {
  readonly text: string
  /** The original first. Worked out on first use. */
  readonly views: readonly TextView[]
}

export function inspectedText(text: string): InspectedText {
  return { text, views: [{ kind: 'original', text, spanOf: (start, end) => ({ start, end }) }] }
}
