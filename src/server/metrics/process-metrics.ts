import type { MetricsSnapshot } from '../../observe/metrics.ts'

export function processMetrics(): MetricsSnapshot {
  const { user, system } = process.cpuUsage()
  return {
    process_resident_memory_bytes: process.memoryUsage.rss(),
    process_cpu_seconds_total: (user + system) / 1e6,
  }
}
