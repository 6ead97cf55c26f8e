import type { Histogram } from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import { MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics'
import type { CallRecord } from '../../core/record/call-record.ts'
import { callMeasures } from '../../observe/telemetry/call-measures.ts'
import { type HistogramName, histograms } from '../../observe/telemetry/names.ts'

export interface CallHistograms {
  record(call: CallRecord): void
  /** Sends what there is, within the time of an export. */
  close(): Promise<void>
}

/** The SDK keeps at most 2000 sets of attributes of a histogram, and puts further ones together. */
export function createCallHistograms(
  exporter: PushMetricExporter,
  resource: Resource,
  { everyMs, timeoutMs }: { readonly everyMs: number; readonly timeoutMs: number },
): CallHistograms {
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: everyMs,
    exportTimeoutMillis: Math.min(everyMs, timeoutMs),
  })
  const provider = new MeterProvider({ resource, readers: [reader] })
  const meter = provider.getMeter('portcullis')
  const made = new Map<HistogramName, Histogram>()
  for (const name of Object.keys(histograms) as HistogramName[]) {
    const { unit, description, boundaries } = histograms[name]
    made.set(
      name,
      meter.createHistogram(name, { unit, description, advice: { explicitBucketBoundaries: [...boundaries] } }),
    )
  }
  return {
    record(call) {
      for (const { name, value, attributes } of callMeasures(call)) made.get(name)?.record(value, attributes)
    },
    close: () => provider.shutdown().catch(() => undefined),
  }
}
