/** As people and programs are told it: three decimals tell apart what a detector can. Guardrails compare what it said. */
export function shownScore(score: number): number {
  // Above 0 it stays above 0.
  return score > 0 ? Math.max(0.001, Math.round(score * 1000) / 1000) : score
}
