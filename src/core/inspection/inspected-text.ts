import type { TextView } from '../text/views/text-view.ts'
import { viewsOf } from '../text/views/views-of.ts'

export type { TextView, TextViewKind } from '../text/views/text-view.ts'

/** One text that detectors look at together. What they share of it is worked out once. */
export interface InspectedText {
  readonly text: string
  /**
   * Ways to read it, the text as it was written first: further ones only where they differ. What stands around something
   * that was made plain is in its view too, so the same thing may be found in two.
   */
  readonly views: readonly TextView[]
  /** Of these, those in which single letters stand in a row, or letters run on for long. Absent: nobody has looked. */
  readonly split?: readonly TextView[]
}

export function inspectedText(text: string): InspectedText {
  const split: TextView[] = []
  return { text, views: viewsOf(text, split), split }
}
