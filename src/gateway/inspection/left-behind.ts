import type { CompiledDetector } from '../../core/inspection/guardrail.ts'

/** What a piece of a text that is gone has left of itself for each detector, by key. `left`: what was left before it. */
export function leftBehind(
  piece: string,
  detectors: readonly CompiledDetector[],
  left: ReadonlyMap<string, string> = none,
): ReadonlyMap<string, string> {
  if (piece === '') return left
  const now = new Map<string, string>()
  // Of a line that is cut nobody can say which of its columns comes next.
  if (!piece.endsWith('\n')) return now
  for (const { key, leaves } of detectors) {
    const own = leaves?.(piece, left.get(key))
    if (own !== undefined) now.set(key, own)
  }
  return now
}

const none: ReadonlyMap<string, string> = new Map()
