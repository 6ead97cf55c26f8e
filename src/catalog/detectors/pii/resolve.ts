import type { Sighting } from './rules.ts'

/** Where findings overlap, the surest stays; among equals the longest. */
export function resolve(sightings: readonly Sighting[]): readonly Sighting[] {
  if (sightings.length < 2) return sightings
  const best = [...sightings].sort(
    (a, b) => b.score - a.score || b.end - b.start - (a.end - a.start) || a.start - b.start,
  )
  const kept: Sighting[] = []
  for (const sighting of best) insert(kept, sighting)
  return kept
}

/** `kept` stays in order of place and without overlaps. */
function insert(kept: Sighting[], sighting: Sighting): void {
  let low = 0
  let high = kept.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((kept[middle]?.start ?? 0) < sighting.start) low = middle + 1
    else high = middle
  }
  const before = kept[low - 1]
  const after = kept[low]
  if ((before !== undefined && before.end > sighting.start) || (after !== undefined && after.start < sighting.end))
    return
  kept.splice(low, 0, sighting)
}
