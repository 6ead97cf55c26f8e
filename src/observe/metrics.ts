import { callStages } from '../core/calls/call-stages.ts'
import type { Attempt, CacheState, CallRecord, GatewayEvent } from '../core/record/call-record.ts'

/** Sums by metric and labels, in Prometheus' own spelling: `portcullis_calls_total{status="2xx"}`. Snapshots of workers add up. */
export type MetricsSnapshot = Readonly<Record<string, number>>

export interface Metrics {
  observe(event: GatewayEvent): void
  /** What it took to hand the event to the record, after its call. */
  recorded(ms: number): void
  snapshot(): MetricsSnapshot
}

/** Milliseconds: what a gateway adds, and what a call takes. */
const overheadBuckets = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 100]
const stageBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 100, 1000, 10_000]
const durationBuckets = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000]

/** Clients choose model names, and some providers answer to any: what is over the bound is counted as `other`. */
const maxModels = 200
const maxNameLength = 256

/** Counters are found by one look-up for a call and added to as numbers: text is made when somebody asks. */
export function createMetrics(): Metrics {
  const calls = new Map<string, CallCounters>()
  const providers = new Map<string, ProviderHistograms>()
  /** By account and fault. */
  const attempts = new Map<string, AttemptCounter>()
  const cache: Record<CacheState, number> = { hit: 0, semantic: 0, miss: 0, bypass: 0 }
  let savedNanoUsd = 0
  const stages = callStages.map((stage) => ({ stage, times: histogram(stageBuckets) }))
  const recording = histogram(stageBuckets)
  const models = new Set<string>()
  /** A name is a label once a provider has answered to it: what clients make up must not fill a scraper's storage. */
  const modelLabel = ({ model = '', status }: CallRecord): string => {
    if (model === '' || models.has(model)) return model
    if (status >= 400 || model.length > maxNameLength) return 'unknown'
    if (models.size >= maxModels) return 'other'
    models.add(model)
    return model
  }
  const countersOf = (record: CallRecord): CallCounters => {
    const { provider = '', account = '', errorCode = '' } = record
    const model = modelLabel(record)
    const statusClass = Math.floor(record.status / 100)
    const isShadow = record.shadowOf !== undefined
    const key = `${isShadow}\n${provider}\n${account}\n${model}\n${statusClass}\n${errorCode}`
    let counters = calls.get(key)
    if (counters === undefined) {
      counters = {
        isShadow,
        labels: `${providerLabels(provider, account)},model="${labelValue(model)}"`,
        outcome: `status="${statusClass}xx",error="${errorCode}"`,
        calls: 0,
        input: 0,
        output: 0,
        cachedInput: 0,
        usageMissing: 0,
        costNanoUsd: 0,
      }
      calls.set(key, counters)
    }
    return counters
  }
  const histogramsOf = ({ provider = '', account = '' }: CallRecord): ProviderHistograms => {
    const key = `${provider}\n${account}`
    let histograms = providers.get(key)
    if (histograms === undefined) {
      histograms = {
        labels: providerLabels(provider, account),
        duration: histogram(durationBuckets),
        overhead: histogram(overheadBuckets),
        firstToken: histogram(durationBuckets),
      }
      providers.set(key, histograms)
    }
    return histograms
  }
  const countAttempt = ({ provider, account, errorCode = '' }: Attempt): void => {
    const key = `${account}\n${errorCode}`
    const counter = attempts.get(key)
    if (counter !== undefined) counter.count++
    else attempts.set(key, { labels: `${providerLabels(provider, account)},error="${errorCode}"`, count: 1 })
  }
  return {
    observe({ record }) {
      const { usage } = record
      for (const attempt of record.attempts) countAttempt(attempt)
      const counters = countersOf(record)
      counters.calls++
      counters.input += usage?.inputTokens ?? 0
      counters.output += usage?.outputTokens ?? 0
      counters.cachedInput += usage?.cachedInputTokens ?? 0
      if (record.provider !== undefined && usage?.outputTokens === undefined) counters.usageMissing++
      counters.costNanoUsd += record.costNanoUsd ?? 0
      // No client waited for it.
      if (record.shadowOf !== undefined) return
      if (record.cache !== undefined) cache[record.cache]++
      savedNanoUsd += record.savedNanoUsd ?? 0
      const histograms = histogramsOf(record)
      add(histograms.duration, record.durationMs)
      add(histograms.overhead, record.overheadMs)
      if (record.timeToFirstTokenMs !== undefined) add(histograms.firstToken, record.timeToFirstTokenMs)
      const times = record.stages
      if (times === undefined) return
      for (let at = 0; at < stages.length; at++) {
        const [stage, microseconds] = [stages[at], times[at]]
        if (stage !== undefined && microseconds !== undefined && microseconds >= 0)
          add(stage.times, microseconds / 1000)
      }
    },
    recorded(ms) {
      add(recording, ms)
    },
    snapshot() {
      const sums: Record<string, number> = {}
      const sum = (series: string, value: number): void => {
        if (value !== 0) sums[series] = (sums[series] ?? 0) + value
      }
      for (const { labels, outcome, ...counters } of calls.values()) {
        sum(`portcullis_${counters.isShadow ? 'shadow_calls' : 'calls'}_total{${labels},${outcome}}`, counters.calls)
        sum(`portcullis_tokens_total{${labels},kind="input"}`, counters.input)
        sum(`portcullis_tokens_total{${labels},kind="output"}`, counters.output)
        sum(`portcullis_tokens_total{${labels},kind="cached_input"}`, counters.cachedInput)
        sum(`portcullis_usage_missing_total{${labels}}`, counters.usageMissing)
        sum(`portcullis_cost_usd_total{${labels}}`, counters.costNanoUsd / 1e9)
      }
      for (const [state, count] of Object.entries(cache)) sum(`portcullis_cache_total{state="${state}"}`, count)
      sum('portcullis_cache_saved_usd_total', savedNanoUsd / 1e9)
      for (const { labels, count } of attempts.values()) sum(`portcullis_attempts_total{${labels}}`, count)
      for (const { labels, duration, overhead, firstToken } of providers.values()) {
        writeHistogram(sum, 'portcullis_call_duration_ms', labels, duration)
        writeHistogram(sum, 'portcullis_overhead_ms', labels, overhead)
        writeHistogram(sum, 'portcullis_time_to_first_token_ms', labels, firstToken)
      }
      for (const { stage, times } of [...stages, { stage: 'record', times: recording }])
        writeHistogram(sum, 'portcullis_stage_ms', `stage="${stage}"`, times)
      return sums
    },
  }
}

interface CallCounters {
  readonly isShadow: boolean
  readonly labels: string
  readonly outcome: string
  calls: number
  input: number
  output: number
  cachedInput: number
  usageMissing: number
  costNanoUsd: number
}

interface AttemptCounter {
  readonly labels: string
  count: number
}

interface ProviderHistograms {
  readonly labels: string
  readonly duration: Histogram
  readonly overhead: Histogram
  readonly firstToken: Histogram
}

interface Histogram {
  readonly bounds: readonly number[]
  /** How many fell into each bucket alone; the last is for those above all bounds. */
  readonly counts: number[]
  sum: number
}

function histogram(bounds: readonly number[]): Histogram {
  return { bounds, counts: new Array<number>(bounds.length + 1).fill(0), sum: 0 }
}

function add(target: Histogram, value: number): void {
  let bucket = 0
  while (bucket < target.bounds.length && value > (target.bounds[bucket] ?? 0)) bucket++
  target.counts[bucket] = (target.counts[bucket] ?? 0) + 1
  target.sum += value
}

function writeHistogram(
  sum: (series: string, value: number) => void,
  name: string,
  labels: string,
  { bounds, counts, sum: total }: Histogram,
): void {
  let below = 0
  counts.forEach((count, bucket) => {
    below += count
    sum(`${name}_bucket{${labels},le="${bounds[bucket] ?? '+Inf'}"}`, below)
  })
  sum(`${name}_sum{${labels}}`, total)
  sum(`${name}_count{${labels}}`, below)
}

export function addSnapshots(snapshots: readonly MetricsSnapshot[]): MetricsSnapshot {
  const total: Record<string, number> = {}
  for (const snapshot of snapshots)
    for (const name in snapshot) total[name] = (total[name] ?? 0) + (snapshot[name] ?? 0)
  return total
}

/** What stays true when the process that counted has ended. */
export function withoutGauges(snapshot: MetricsSnapshot): MetricsSnapshot {
  return Object.fromEntries(Object.entries(snapshot).filter(([series]) => help[nameOf(series)]?.[0] !== 'gauge'))
}

const help: Readonly<Record<string, readonly [type: string, text: string]>> = {
  portcullis_calls_total: ['counter', 'Calls that have ended.'],
  portcullis_attempts_total: [
    'counter',
    'Attempts at providers by the fault that ended them: more than calls by retries, fallbacks and hedges.',
  ],
  portcullis_budget_left_ratio: ['gauge', 'What is left of a budget in its window, from 0 to 1.'],
  portcullis_budget_authority_up: ['gauge', '1 where the Redis that budgets are counted in answers.'],
  portcullis_budget_authority_asks_total: ['counter', 'Times that leases of budgets were asked for and told of.'],
  portcullis_budget_authority_failures_total: ['counter', 'Such times without an answer.'],
  portcullis_alert_deliveries_total: ['counter', 'Alerts on their way to receivers, by what became of them.'],
  portcullis_alerts_lost_total: ['counter', 'Alerts that could be kept nowhere, and were told to nobody.'],
  portcullis_secrets_failing: ['gauge', 'References to secrets that cannot be read now, in all worker processes.'],
  portcullis_secret_read_failures_total: ['counter', 'Reads of secrets that failed, in their stores or files.'],
  portcullis_consumption_decisions_total: ['counter', 'What rules of consumption have found, by what they do.'],
  portcullis_consumption_shared_up: ['gauge', '1 where it is known what other gateways see of keys.'],
  portcullis_consumption_shared_asks_total: ['counter', 'Times that other gateways were told of and heard of keys.'],
  portcullis_consumption_shared_failures_total: ['counter', 'Such times without an answer.'],
  portcullis_keys_held: ['gauge', 'Keys that are suspended or wait for approval.'],
  portcullis_circuit_open: ['gauge', 'Worker processes in which the breaker of the target is not closed.'],
  portcullis_circuit_openings_total: ['counter', 'Times that the breaker of the target opened, anew or again.'],
  portcullis_target_paused: ['gauge', 'Worker processes in which routes pass the target by now.'],
  portcullis_retries_total: ['counter', 'Attempts at an account in further rounds of a route.'],
  portcullis_retries_refused_total: [
    'counter',
    'Such attempts that were not made, as the account had had enough of them.',
  ],
  portcullis_hedges_total: ['counter', 'Attempts at an account because the answer of another was late.'],
  portcullis_health_check_failing: ['gauge', '1 when the account fails its health check and routes pass it by.'],
  portcullis_health_checks_total: [
    'counter',
    'Health checks of an account; `spared` where calls had just been answered.',
  ],
  portcullis_shadow_calls_total: [
    'counter',
    'Copies of calls that have ended. Their tokens and their cost count as any.',
  ],
  portcullis_shadows_dropped_total: ['counter', 'Copies of calls that were not made, as there were too many at once.'],
  portcullis_strangers_unrecorded_total: [
    'counter',
    'Calls of nobody that is known, or with keys that are over, which were counted and not kept, as there were too many at once.',
  ],
  portcullis_call_duration_ms: ['histogram', 'Whole time of a call.'],
  portcullis_overhead_ms: ['histogram', 'Time that the gateway added to a call.'],
  portcullis_stage_ms: ['histogram', 'Time of a call in each of its stages, until its answer leaves.'],
  portcullis_time_to_first_token_ms: ['histogram', 'Time until the first content of a reply.'],
  portcullis_tokens_total: ['counter', 'Tokens, as the providers report them.'],
  portcullis_usage_missing_total: [
    'counter',
    'Calls whose provider reported no output tokens; they are estimated in the record.',
  ],
  portcullis_cost_usd_total: ['counter', 'Cost of the calls whose price and usage were known when they ended.'],
  portcullis_cost_estimated_usd_total: [
    'counter',
    'Cost that is found when a call is stored, beside that: its usage is estimated, or its endpoint has no output to count.',
  ],
  portcullis_cache_total: ['counter', 'Calls by what the cache had for them; `bypass` where it was not asked.'],
  portcullis_cache_saved_usd_total: ['counter', 'What answers from the cache would have cost, where that is known.'],
  portcullis_spans_taken_total: ['counter', 'Spans that programs have sent and the record has taken.'],
  portcullis_spans_refused_total: ['counter', 'Spans without ids, too many at once, or without room in the record.'],
  portcullis_telemetry_calls_sent_total: ['counter', 'Calls whose spans a collector has taken.'],
  portcullis_telemetry_calls_dropped_total: [
    'counter',
    'Calls whose spans no collector has taken, or that found no room.',
  ],
  portcullis_telemetry_calls_waiting: ['gauge', 'Calls that wait for a collector.'],
  portcullis_calls_in_flight: ['gauge', 'Calls in flight.'],
  portcullis_spool_bytes: ['gauge', 'Bytes that wait on disk for the store.'],
  portcullis_events_dropped_total: ['counter', 'Events that could be kept nowhere.'],
  portcullis_bodies_dropped_total: ['counter', 'Bodies left out of the record to keep its bounds.'],
  portcullis_torn_frames_total: ['counter', 'Events that were cut off by a crash while they were written.'],
  portcullis_unfinished_calls_total: [
    'counter',
    'Calls that were stored as they came, because their bodies could not be worked on.',
  ],
  portcullis_uninspected_calls_total: ['counter', 'Calls on record that guardrails in shadow could not look at.'],
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
    const name = nameOf(series)
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

function nameOf(series: string): string {
  const brace = series.indexOf('{')
  return brace < 0 ? series : series.slice(0, brace)
}

function providerLabels(provider: string, account: string): string {
  return `provider="${labelValue(provider)}",account="${labelValue(account)}"`
}

export function labelValue(label: string): string {
  return label.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
