const order = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']

/**
 * The effort among `known` that is nearest to the wanted one, the lower of two; never `none` for one who wants some.
 * An effort that nobody knows stays as it is.
 */
export function nearestEffort(wanted: string, all: readonly string[]): string {
  const place = order.indexOf(wanted)
  const known = all.filter((effort) => effort !== 'none' || wanted === 'none')
  if (place < 0 || known.length === 0 || known.includes(wanted)) return wanted
  const distance = (effort: string): number => Math.abs(order.indexOf(effort) - place)
  return known.reduce((best, effort) => (distance(effort) < distance(best) ? effort : best))
}

/** A budget of tokens as the effort whose usual budget is nearest: up to 2,048 low, up to 12,000 medium, above high. */
export function effortOfBudget(tokens: number): string {
  return tokens <= 2048 ? 'low' : tokens <= 12_000 ? 'medium' : 'high'
}
