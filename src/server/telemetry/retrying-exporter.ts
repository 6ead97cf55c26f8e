import { setTimeout as delay } from 'node:timers/promises'

/** What the exporters of spans and of metrics have in common. */
interface Exporter<Items> {
  export(items: Items, done: (result: ExportResult) => void): void
  shutdown(): Promise<void>
}

interface ExportResult {
  readonly code: number
  readonly error?: Error
}

/**
 * Status codes of gRPC after which the same may be sent again: CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE,
 * DATA_LOSS (https://opentelemetry.io/docs/specs/otlp/#failures).
 */
const retryable: ReadonlySet<unknown> = new Set([1, 4, 10, 11, 14, 15])
const FIRST_WAIT_MS = 500
const MAX_WAIT_MS = 5000

/** The exporters over HTTP do this by themselves, the ones over gRPC do not. No try begins after `timeoutMs`. */
export function retrying<Items, Kind extends Exporter<Items>>(
  exporter: Kind & Exporter<Items>,
  timeoutMs: number,
): Kind {
  const send = exporter.export.bind(exporter)
  const shutdown = exporter.shutdown.bind(exporter)
  const isOver = new AbortController()
  const once = (items: Items): Promise<ExportResult> => new Promise((resolve) => send(items, resolve))
  const sendAgain = async (items: Items): Promise<ExportResult> => {
    const until = performance.now() + timeoutMs
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(MAX_WAIT_MS, waitMs * 1.5)) {
      const result = await once(items)
      const code = result.error !== undefined && 'code' in result.error ? result.error.code : undefined
      if (!retryable.has(code) || isOver.signal.aborted || performance.now() + waitMs > until) return result
      await delay(waitMs, undefined, { signal: isOver.signal }).catch(() => undefined)
    }
  }
  exporter.export = (items, done) => {
    void sendAgain(items).then(done, (error: Error) => done({ code: 1, error }))
  }
  exporter.shutdown = () => {
    isOver.abort()
    return shutdown()
  }
  return exporter
}
