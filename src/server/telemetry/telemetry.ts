import { readFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import type { SignalTarget, TelemetrySettings, TlsFiles } from '../../core/record/telemetry.ts'
import { readReference } from '../../core/secrets/secret-reference.ts'
import type { MetricsSnapshot } from '../../observe/metrics.ts'
import { startThread, type Thread } from '../process/thread.ts'
import { type CallFeed, feedGauge } from './finished-calls.ts'
import type { FromTelemetryThread, ToTelemetryThread } from './telemetry-thread.ts'

export interface TelemetryOptions {
  readonly feed: CallFeed
  /** As the configuration in use has it. */
  settings(): TelemetrySettings | undefined
  /** What a reference to a secret stands for. */
  secret(reference: string): string | Promise<string>
  log(message: string): void
}

export interface Telemetry {
  /** The configuration may be another one. */
  follow(): void
  metrics(): MetricsSnapshot
  /** Sends what waits, for a bounded time. */
  close(): Promise<void>
}

const CLOSE_MS = 2000
/** A secret or a certificate may have been changed where it is kept, or may not be there yet. */
const LOOK_EVERY_MS = 60_000
const MAX_RESTART_MS = 60_000

/** Sends what happened in calls to a collector, by a thread of its own. Without settings there is none. */
export function createTelemetry({ feed, settings, secret, log }: TelemetryOptions): Telemetry {
  const gauge = feedGauge(feed)
  let thread: Thread<ToTelemetryThread> | undefined
  let inUse: TelemetrySettings | undefined
  let fault: string | undefined
  let turn: Promise<void> = Promise.resolve()

  const tellFault = (next: string | undefined): void => {
    if (next !== undefined && next !== fault) log(next)
    fault = next
  }
  const start = (): Thread<ToTelemetryThread> =>
    startThread<ToTelemetryThread, FromTelemetryThread>({
      name: 'telemetry-thread',
      beside: import.meta.url,
      data: { feed },
      maxRestartMs: MAX_RESTART_MS,
      onMessage(message) {
        if (message.type === 'state') tellFault(message.fault)
        else if (inUse !== undefined) thread?.tell({ type: 'settings', settings: inUse })
      },
      onCrash: gauge.lost,
    })
  const apply = async (): Promise<void> => {
    const wanted = settings()
    let next: TelemetrySettings | undefined
    try {
      next = wanted === undefined ? undefined : await resolved(wanted, secret)
    } catch (error) {
      tellFault(`Nothing goes to the collector of \`telemetry\`: ${(error as Error).message}`)
    }
    if (isDeepStrictEqual(next, inUse)) return
    inUse = next
    if (next === undefined) {
      gauge.setMode('off')
      const before = thread
      thread = undefined
      before?.tell({ type: 'close', patienceMs: CLOSE_MS })
      await before?.closed(2 * CLOSE_MS)
      gauge.lost()
      return
    }
    if (thread === undefined) thread = start()
    else thread.tell({ type: 'settings', settings: next })
    gauge.setMode(next.sendsContent ? 'with-content' : 'without-content')
  }
  const follow = (): void => {
    turn = turn.then(apply)
  }
  follow()
  const looking = setInterval(follow, LOOK_EVERY_MS).unref()
  return {
    follow,
    metrics() {
      if (inUse === undefined) return {}
      const { sent, dropped, waiting } = gauge.counts()
      return {
        portcullis_telemetry_calls_sent_total: sent,
        portcullis_telemetry_calls_dropped_total: dropped,
        portcullis_telemetry_calls_waiting: waiting,
      }
    },
    async close() {
      clearInterval(looking)
      await turn
      thread?.tell({ type: 'close', patienceMs: CLOSE_MS })
      await thread?.closed(2 * CLOSE_MS)
    },
  }
}

async function resolved(settings: TelemetrySettings, secret: TelemetryOptions['secret']): Promise<TelemetrySettings> {
  const target = async (given: SignalTarget | undefined): Promise<SignalTarget | undefined> => {
    if (given === undefined) return undefined
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(given.headers))
      headers[name] = readReference(value) === undefined ? value : await secret(value)
    return { ...given, headers, ...(given.tls === undefined ? {} : { tls: await contentsOf(given.tls) }) }
  }
  const { traces: _, metrics: __, ...rest } = settings
  const [traces, metrics] = [await target(settings.traces), await target(settings.metrics)]
  return { ...rest, ...(traces === undefined ? {} : { traces }), ...(metrics === undefined ? {} : { metrics }) }
}

const maxPemBytes = 1 << 20

async function contentsOf(files: TlsFiles): Promise<TlsFiles> {
  const contents = await Promise.all(
    Object.entries(files).map(async ([name, path]) => {
      const text = await readFile(path, 'utf8').catch(() => '')
      if (!text.includes('-----BEGIN ') || text.length > maxPemBytes)
        throw new Error(`${path}, of its TLS settings, cannot be read or is no PEM file.`)
      return [name, text] as const
    }),
  )
  return Object.fromEntries(contents)
}
