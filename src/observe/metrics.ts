import type { CallRecord, GatewayEvent } from '../core/call-record.ts'

/** Sums by metric and labels, in Prometheus' own spelling: `portcullis_calls_total{status="2xx"}`. Snapshots of workers add up. */
export type MetricsSnapshot = Readonly<Record<string, number>>

export interface Metrics {
  observe(event: GatewayEvent): void
  snapshot(): MetricsSnapshot
}

/** Milliseconds: what a gateway adds, and what a call takes. */
const overheadBuckets = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 100]
const durationBuckets = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000]

/** Clients choose model names, so their number needs a bound; the rest is counted as `other`. */
const maxModels = 200

export function createMetrics(): Metrics {
  const sums = new Map<string, number>()
  const models = new Set<string>()
  const add = (name: string, value: number): void => void sums.set(name, (sums.get(name) ?? 0) + value)
  const modelLabel = (record: CallRecord): string => {
    const model = record.model ?? ''
    if (models.has(model)) return model
    if (models.size >= maxModels) return 'other'
    models.add(model)
    return model
  }
  const histogram = (name: string, labels: string, buckets: readonly number[], value: number): void => {
    for (const bucket of buckets) if (value <= bucket) add(`${name}_bucket{${labels},le="${bucket}"}`, 1)
    add(`${name}_bucket{${labels},le="+Inf"}`, 1)
    add(`${name}_sum{${labels}}`, value)
    add(`${name}_count{${labels}}`, 1)
  }
  return {
    observe({ record }) {
      const provider = `provider="${labelValue(record.provider ?? '')}"`
      const labels = `${provider},model="${labelValue(modelLabel(record))}"`
      add(
        `portcullis_calls_total{${labels},status="${Math.floor(record.status / 100)}xx",error="${record.errorCode ?? ''}"}`,
        1,
      )
      histogram('portcullis_call_duration_ms', provider, durationBuckets, record.durationMs)
      histogram('portcullis_overhead_ms', provider, overheadBuckets, record.overheadMs)
      if (record.timeToFirstTokenMs !== undefined)
        histogram('portcullis_time_to_first_token_ms', provider, durationBuckets, record.timeToFirstTokenMs)
      const { usage } = record
      if (usage?.inputTokens !== undefined) add(`portcullis_tokens_total{${labels},kind="input"}`, usage.inputTokens)
      if (usage?.outputTokens !== undefined) add(`portcullis_tokens_total{${labels},kind="output"}`, usage.outputTokens)
      if (usage?.cachedInputTokens !== undefined)
        add(`portcullis_tokens_total{${labels},kind="cached_input"}`, usage.cachedInputTokens)
      if (record.provider !== undefined && usage?.outputTokens === undefined)
        add(`portcullis_usage_missing_total{${labels}}`, 1)
      if (record.costNanoUsd !== undefined) add(`portcullis_cost_usd_total{${labels}}`, record.costNanoUsd / 1e9)
    },
    snapshot: () => Object.fromEntries(sums),
  }
}

export function addSnapshots(snapshots: readonly MetricsSnapshot[]): MetricsSnapshot {
  const total: Record<string, number> = {}
  for (const snapshot of snapshots)
    for (const name in snapshot) total[name] = (total[name] ?? 0) + (snapshot[name] ?? 0)
  return total
}

const help: Readonly<Record<string, readonly [type: string, text: string]>> = {
  portcullis_calls_total: ['counter', 'Calls that have ended.'],
  portcullis_call_duration_ms: ['histogram', 'Whole time of a call.'],
  portcullis_overhead_ms: ['histogram', 'Time that the gateway added to a call.'],
  portcullis_time_to_first_token_ms: ['histogram', 'Time until the first content of a reply.'],
  portcullis_tokens_total: ['counter', 'Tokens, as the providers report them.'],
  portcullis_usage_missing_total: [
    'counter',
    'Calls whose provider reported no output tokens; they are estimated in the record.',
  ],
  portcullis_cost_usd_total: ['counter', 'Cost of the calls whose price and usage are known.'],
  portcullis_calls_in_flight: ['gauge', 'Calls in flight.'],
  portcullis_spool_bytes: ['gauge', 'Bytes that wait on disk for the store.'],
  portcullis_events_dropped_total: ['counter', 'Events that could be kept nowhere.'],
  portcullis_bodies_dropped_total: ['counter', 'Bodies left out of the record to keep its bounds.'],
  portcullis_torn_frames_total: ['counter', 'Events that were cut off by a crash while they were written.'],
  portcullis_record_ready: ['gauge', '1 when the record of calls is being stored.'],
  portcullis_calls_stored: ['gauge', 'Calls in the store.'],
  portcullis_config_stale: ['gauge', '1 when the configuration file is not valid and an earlier one is in use.'],
  process_resident_memory_bytes: ['gauge', 'Resident memory of the primary process.'],
  process_cpu_seconds_total: ['counter', 'CPU time of the primary process.'],
  nodejs_eventloop_lag_p99_ms: ['gauge', '99th percentile of the event loop delay since the last scrape.'],
}

/** Prometheus text format 0.0.4. */
export function renderMetrics(snapshot: MetricsSnapshot): string {
  const families = new Map<string, string[]>()
  for (const [series, value] of Object.entries(snapshot)) {
    const brace = series.indexOf('{')
    const name = brace < 0 ? series : series.slice(0, brace)
    const family = help[name] === undefined ? name.replace(/_(?:bucket|sum|count)$/, '') : name
    const lines = families.get(family) ?? []
    lines.push(`${series} ${value}`)
    families.set(family, lines)
  }
  let text = ''
  for (const [family, lines] of families) {
    const [type, sentence] = help[family] ?? ['untyped', '']
    text += `# HELP ${family} ${sentence}\n# TYPE ${family} ${type}\n${lines.join('\n')}\n`
  }
  return text
}

function labelValue(label: string): string {
  return label.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
