import { monitorEventLoopDelay } from 'node:perf_hooks'
import { addSnapshots, type MetricsSnapshot, renderMetrics } from '../../observe/metrics.ts'
import { processMetrics } from './process-metrics.ts'

export interface GatewayMetrics {
  /** Prometheus text of all parts, and of the process itself. */
  render(): Promise<string>
  close(): void
}

/** What `/metrics` shows. Each part says how it stands when it is asked. */
export function createGatewayMetrics(
  parts: readonly (() => MetricsSnapshot | Promise<MetricsSnapshot>)[],
): GatewayMetrics {
  const lag = monitorEventLoopDelay({ resolution: 10 })
  lag.enable()
  return {
    async render() {
      const snapshots: MetricsSnapshot[] = []
      // In their order: workers that are asked tell more than they are asked for.
      for (const part of parts) snapshots.push(await part())
      const own = { nodejs_eventloop_lag_p99_ms: lag.percentile(99) / 1e6, ...processMetrics() }
      lag.reset()
      return renderMetrics(addSnapshots([...snapshots, own]))
    },
    close: () => void lag.disable(),
  }
}
