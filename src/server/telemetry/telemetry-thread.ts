/** Entry of the thread that sends spans and metrics: a collector that is slow, away or hostile holds up nothing else. */
import { BroadcastChannel, parentPort, workerData } from 'node:worker_threads'
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics'
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import { dialects } from '../../catalog/dialects.generated.ts'
import { GatewayError } from '../../core/errors.ts'
import type { FinishedCall } from '../../core/record/call-store.ts'
import type { SignalTarget, TelemetrySettings } from '../../core/record/telemetry.ts'
import { contentAttributes } from '../../observe/telemetry/call-content.ts'
import { callSpans, type SpanOptions } from '../../observe/telemetry/call-spans.ts'
import { type CallHistograms, createCallHistograms } from './call-histograms.ts'
import { checkGrpcAddress, metricExporter, traceExporter } from './exporters.ts'
import { type CallFeed, feedGauge } from './finished-calls.ts'
import { sendSpans } from './send-spans.ts'

export interface TelemetryThreadData {
  readonly feed: CallFeed
}

export type ToTelemetryThread =
  /** From now on; secrets are resolved. */
  | { readonly type: 'settings'; readonly settings: TelemetrySettings }
  /** Sends what waits, as far as that takes no longer than this, and ends. */
  | { readonly type: 'close'; readonly patienceMs: number }

export type FromTelemetryThread =
  | { readonly type: 'started' }
  /** Without a fault: the collector takes what it is sent. */
  | { readonly type: 'state'; readonly fault?: string }

const BATCH = 256
const GATHER_MS = 100
const CLOSE_LOOK_MS = 20
/** How long an export may go on after its settings are no longer those in use: others wait behind it. */
const LEFT_MS = 1000

interface Sending {
  readonly settings: TelemetrySettings
  readonly resource: Resource
  readonly spans?: SpanExporter
  readonly histograms?: CallHistograms
}

const port = parentPort
if (port === null) throw new Error('This file is the entry of a worker thread.')
const { feed } = workerData as TelemetryThreadData
// The exporters would add these to whatever address they are given.
for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name]
const gauge = feedGauge(feed)
const queue: FinishedCall[] = []
let sending: Sending | undefined
let isBusy = false
/** Ends the wait for the export that is on its way. */
let giveUp: (() => void) | undefined

const channel = new BroadcastChannel(feed.channel)
channel.onmessage = (event) => {
  const { data: calls } = event as { readonly data: readonly FinishedCall[] }
  if (sending === undefined) return gauge.done(calls, 'dropped')
  for (const { record } of calls) sending.histograms?.record(record)
  if (sending.spans === undefined) return gauge.done(calls, 'unwanted')
  queue.push(...calls)
  if (isBusy) return
  isBusy = true
  setTimeout(() => void sendAll(), GATHER_MS)
}

port.on('message', (message: ToTelemetryThread) => {
  if (message.type === 'settings') void configure(message.settings)
  else void close(message.patienceMs)
})
port.postMessage({ type: 'started' } satisfies FromTelemetryThread)

async function configure(settings: TelemetrySettings): Promise<void> {
  const before = sending
  try {
    for (const target of [settings.traces, settings.metrics]) if (target !== undefined) await checkGrpcAddress(target)
    sending = sendingBy(settings)
  } catch (fault) {
    const why = fault instanceof GatewayError ? fault.message : 'A header or the address cannot be used.'
    tell(`Nothing goes to the collector of \`telemetry\`: ${why}`)
  }
  gauge.setReady(true)
  if (sending === before) return
  const left = giveUp
  setTimeout(() => left?.(), LEFT_MS)
  await before?.histograms?.close()
  await before?.spans?.shutdown().catch(() => undefined)
}

function sendingBy(settings: TelemetrySettings): Sending {
  const { traces, metrics, metricsEveryMs: everyMs } = settings
  const resource = resourceFromAttributes({ ...settings.resource })
  const histograms = ({ timeoutMs }: SignalTarget, exporter: PushMetricExporter): CallHistograms =>
    createCallHistograms(exporter, resource, { everyMs, timeoutMs })
  return {
    settings,
    resource,
    ...(traces === undefined ? {} : { spans: traceExporter(traces) }),
    ...(metrics === undefined ? {} : { histograms: histograms(metrics, metricExporter(metrics)) }),
  }
}

async function sendAll(): Promise<void> {
  while (queue.length > 0) {
    const calls = queue.splice(0, BATCH)
    const { spans: exporter, settings, resource } = sending ?? {}
    if (exporter === undefined || settings === undefined || resource === undefined) {
      gauge.done(calls, 'dropped')
      continue
    }
    const options = optionsOf(settings)
    const spans = calls.flatMap((call) => callSpans(call, options))
    const isTaken = spans.length === 0 || (await sentOrLeft(sendSpans(exporter, resource, spans)))
    gauge.done(calls, isTaken ? 'sent' : 'dropped')
    // What a collector answers may quote a header; that it failed is enough.
    tell(isTaken ? undefined : 'The collector of `telemetry` did not take what it was sent.')
  }
  isBusy = false
}

/** Not a race with a promise that lives as long as the settings: each of the races would stay with it. */
function sentOrLeft(sent: Promise<boolean>): Promise<boolean> {
  return new Promise((resolve) => {
    giveUp = () => resolve(false)
    void sent.then(resolve)
  })
}

function optionsOf({ conventions, sendsContent }: TelemetrySettings): SpanOptions {
  if (!sendsContent) return { conventions }
  return { conventions, contentOf: (call) => contentAttributes(call, dialects, conventions) }
}

function tell(fault: string | undefined): void {
  port?.postMessage({ type: 'state', ...(fault === undefined ? {} : { fault }) } satisfies FromTelemetryThread)
}

async function close(patienceMs: number): Promise<void> {
  const until = performance.now() + patienceMs
  const { promise: isLate, resolve } = Promise.withResolvers<void>()
  setTimeout(resolve, patienceMs)
  const isLeft = (): boolean => gauge.counts().waiting > 0 && performance.now() < until
  while (isLeft()) await new Promise((next) => setTimeout(next, CLOSE_LOOK_MS))
  await Promise.race([isLate, sending?.histograms?.close()])
  process.exit()
}
