import { GatewayError } from '../../core/errors.ts'
import type { DetectionContext, Finding } from '../../core/inspection/detection.ts'
import type { CompiledDetector, DetectorReport } from '../../core/inspection/guardrail.ts'
import { type InspectedText, inspectedText } from '../../core/inspection/inspected-text.ts'

/** A text, and who is asked about it. */
export interface RemoteQuestion<Text> {
  readonly text: Text
  readonly content: string
  readonly context: DetectionContext
  readonly detectors: readonly CompiledDetector[]
}

export interface RemoteOptions {
  /** For all of them. */
  readonly timeoutMs: number
  failed(fault: unknown, detector: CompiledDetector): void
  readonly worked: ((detector: CompiledDetector) => void) | undefined
}

/** More at once would be a flood for whoever is asked. */
const MAX_AT_ONCE = 8

/** What others say of texts, all asked at the same time. Never rejects: who does not answer has failed. */
export async function remoteReports<Text>(
  questions: readonly RemoteQuestion<Text>[],
  { timeoutMs, failed, worked }: RemoteOptions,
): Promise<ReadonlyMap<Text, readonly DetectorReport[]>> {
  const reports = new Map<Text, DetectorReport[]>()
  const single = questions.flatMap(({ detectors, ...rest }) => detectors.map((detector) => ({ detector, ...rest })))
  const late = Promise.withResolvers<'late'>()
  const leaving = new AbortController()
  const timer = setTimeout(() => late.resolve('late'), timeoutMs)
  let next = 0

  async function askAll(): Promise<void> {
    for (let one = single[next++]; one !== undefined; one = single[next++]) {
      const { detector, text, content, context } = one
      const signal = context.signal === undefined ? leaving.signal : AbortSignal.any([context.signal, leaving.signal])
      const report = await Promise.race([
        answerOf(detector, content, { ...context, signal }, { failed, worked }),
        late.promise,
      ])
      if (report === 'late') failed(overtime(timeoutMs), detector)
      const said = report === 'late' ? faulty(detector, 'timed-out') : report
      if (said !== undefined) reports.set(text, [...(reports.get(text) ?? []), said])
    }
  }

  try {
    await Promise.all(Array.from({ length: Math.min(MAX_AT_ONCE, single.length) }, askAll))
  } finally {
    clearTimeout(timer)
    leaving.abort()
  }
  return reports
}

async function answerOf(
  detector: CompiledDetector,
  content: string,
  context: DetectionContext,
  { failed, worked }: Pick<RemoteOptions, 'failed' | 'worked'>,
): Promise<DetectorReport | undefined> {
  try {
    if (context.signal?.aborted === true) return faulty(detector, 'timed-out')
    const findings: readonly Finding[] = await detector.detect(asItStands(content), context)
    worked?.(detector)
    return findings.length === 0 ? undefined : { detectorKey: detector.key, findings }
  } catch (fault) {
    failed(fault, detector)
    return faulty(detector, fault instanceof GatewayError && fault.code === 'upstream_timeout' ? 'timed-out' : 'failed')
  }
}

function overtime(timeoutMs: number): GatewayError {
  return new GatewayError('upstream_timeout', `Not all detectors came to an end within ${timeoutMs} ms.`)
}

/** Whoever is asked reads a text as it stands; other ways to read a long one are not worked out for nothing. */
function asItStands(text: string): InspectedText {
  return {
    text,
    get views() {
      return inspectedText(text).views
    },
  }
}

function faulty({ key }: CompiledDetector, fault: 'failed' | 'timed-out'): DetectorReport {
  return { detectorKey: key, findings: [], fault }
}
