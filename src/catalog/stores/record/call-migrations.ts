/**
 * The one history of the record's schema: each engine has a text for each of these steps, and what a step does in one it does in
 * the other. Append, never change.
 */
const names = [
  'calls',
  'calls-by-account',
  'traces-and-labels',
  'budget-uses',
  'rollups',
  'facts',
  'feedback',
  'sessions',
  'spans',
  'parent-traces',
  'spans-by-time',
  'erasures',
  'budget-buckets',
] as const

export type CallSteps = Readonly<Record<(typeof names)[number], string>>

export function inOrder(steps: CallSteps): readonly string[] {
  return names.map((name) => steps[name])
}
