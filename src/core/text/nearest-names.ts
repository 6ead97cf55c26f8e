/** The names nearest to `name` by edit distance, best first; none that differ in more than `maxDistance` or else a third of their letters. For error messages. */
export function nearestNames(name: string, known: Iterable<string>, count: number, maxDistance?: number): string[] {
  const wanted = name.slice(0, 100).toLowerCase()
  const ranked: { readonly name: string; readonly distance: number }[] = []
  for (const candidate of known) {
    const text = candidate.toLowerCase()
    const limit = maxDistance ?? Math.max(2, Math.floor(Math.max(wanted.length, text.length) / 3))
    const contains = wanted.length > 3 && (text.includes(wanted) || text.endsWith(`/${wanted}`))
    const distance = contains ? 1 : editDistance(wanted, text, limit)
    if (distance <= limit) ranked.push({ name: candidate, distance })
  }
  return ranked
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map((entry) => entry.name)
}

/** Levenshtein distance; more than `limit` is given as `limit + 1`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    let best = row
    for (let column = 1; column <= b.length; column++) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1
      const value = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + cost,
      )
      current.push(value)
      best = Math.min(best, value)
    }
    if (best > limit) return limit + 1
    previous = current
  }
  return previous[b.length] ?? limit + 1
}
