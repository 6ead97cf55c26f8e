import type { Detect, Finding } from '../../core/inspection/detection.ts'
import { type InspectedText, inspectedText } from '../../core/inspection/inspected-text.ts'

/** What is worked out of a text once, for those who look at the same texts one after the other. */
export interface ReadOnce {
  read(text: string): InspectedText
  /** The same detector, which says of a text what it has said. For one to which it is all the same where a text stands. */
  detect(detect: Detect): Detect
  forget(): void
}

/** In characters: what is read of a text may take a dozen times as much. */
const MAX_KEPT = 256 * 1024

export function readOnce(): ReadOnce {
  let kept = new Map<string, InspectedText>()
  let size = 0
  const foundBy = new Map<Detect, WeakMap<InspectedText, readonly Finding[]>>()
  return {
    read(text) {
      const before = kept.get(text)
      if (before !== undefined) return before
      const now = inspectedText(text)
      if (size + text.length <= MAX_KEPT) {
        kept.set(text, now)
        size += text.length
      }
      return now
    },
    detect(detect) {
      const found = foundBy.get(detect) ?? new WeakMap<InspectedText, readonly Finding[]>()
      foundBy.set(detect, found)
      return (text, context) => {
        // What stood above says more than the text does.
        if (context.left !== undefined) return detect(text, context)
        const before = found.get(text)
        if (before !== undefined) return before
        const now = detect(text, context)
        if (!(now instanceof Promise)) found.set(text, now)
        return now
      }
    },
    forget() {
      if (kept.size > 0) kept = new Map()
      size = 0
    },
  }
}
