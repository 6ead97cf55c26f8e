import type { CheckCounts } from '../../gateway/probe/health-checks.ts'
import type { FleetState } from '../../gateway/routing/fleet.ts'
import { labelValue, type MetricsSnapshot } from '../../observe/metrics.ts'

/** Series of targets, whose models clients may choose where an account has several credentials: what is above is counted together. */
const maxTargets = 200
const maxNameLength = 256

/** How the targets of one process are doing, and what was done for calls that failed or were late. */
export function fleetMetrics({ targets, accounts }: FleetState): MetricsSnapshot {
  const sums: Record<string, number> = {}
  // Zero too: a series that goes away says nothing.
  const add = (series: string, value: number): void => {
    sums[series] = (sums[series] ?? 0) + value
  }
  const troubled = targets.filter(({ openings, circuit, paused }) => openings > 0 || circuit !== 'closed' || paused)
  troubled.forEach(({ account, model, circuit, paused, openings }, index) => {
    const labels = `account="${labelValue(account)}",model="${index < maxTargets && model.length <= maxNameLength ? labelValue(model) : 'other'}"`
    add(`portcullis_circuit_open{${labels}}`, circuit === 'closed' ? 0 : 1)
    add(`portcullis_circuit_openings_total{${labels}}`, openings)
    add(`portcullis_target_paused{${labels}}`, paused === undefined ? 0 : 1)
  })
  for (const { account, retriesMade, retriesRefused, hedgesMade } of accounts) {
    const labels = `account="${labelValue(account)}"`
    add(`portcullis_retries_total{${labels}}`, retriesMade)
    add(`portcullis_retries_refused_total{${labels}}`, retriesRefused)
    add(`portcullis_hedges_total{${labels}}`, hedgesMade)
  }
  return sums
}

export function checkMetrics(counts: readonly CheckCounts[]): MetricsSnapshot {
  return Object.fromEntries(
    counts.flatMap(({ account, passed, failed, spared, isFailing }) => {
      const labels = `account="${labelValue(account)}"`
      return [
        [`portcullis_health_check_failing{${labels}}`, isFailing ? 1 : 0],
        [`portcullis_health_checks_total{${labels},result="passed"}`, passed],
        [`portcullis_health_checks_total{${labels},result="failed"}`, failed],
        [`portcullis_health_checks_total{${labels},result="spared"}`, spared],
      ]
    }),
  )
}
