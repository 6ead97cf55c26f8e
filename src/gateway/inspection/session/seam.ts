import type { CallFact } from '../../../core/calls/call.ts'
import type { GatewayError } from '../../../core/errors.ts'
import type { InspectionPoint } from '../../../core/inspection/detection.ts'
import type { CompiledDetector } from '../../../core/inspection/guardrail.ts'
import type { ReplyGuard } from '../guard-reply.ts'
import { cannotRedactAnswer } from '../guarded-value.ts'
import { decisionsOf, type InspectedTexts } from '../inspector.ts'
import { refusalOf } from '../refusal.ts'
import type { Channel } from '../stream-channels.ts'
import { placeOf } from '../wire-texts.ts'

/** Where a text begins right behind another one: clients that join all that they get see both as one. */
export interface Seam {
  readonly before: string
  /** What came behind it. */
  text: string
}

/** So much is looked at on both sides. */
const MAX_SIDE = 512

export function seamAfter(before: Channel | undefined, point: InspectionPoint): Seam | undefined {
  if (before?.point !== point || point === 'tool-call' || before.tail === '') return undefined
  return { before: before.tail.slice(-MAX_SIDE), text: '' }
}

interface SeamGuard {
  readonly id: string
  readonly guard: ReplyGuard
  readonly point: InspectionPoint
  readonly isWhole: boolean
  emit(fact: CallFact): void
}

export type JudgedSeam = 'waits' | 'clean' | GatewayError

/** Whether something begins in the one text and ends in the other. Neither can be written anew by then. */
export function judgedSeam(seam: Seam, options: SeamGuard): JudgedSeam | Promise<JudgedSeam> {
  const { id, guard, point, isWhole, emit } = options
  const { inspector, policy, detectors, facts } = guard
  const active = guard.active.filter(({ state, action, points, detectorKey }) => {
    const { maxSpan = Number.POSITIVE_INFINITY } = detectors.get(detectorKey) ?? {}
    // One that judges texts as a whole would judge two as one.
    const isLooking = points.includes(point) && Number.isFinite(maxSpan)
    return isLooking && state === 'enforce' && action !== 'allow'
  })
  if (active.length === 0) return 'clean'
  const edge = seam.before.length
  const text = seam.before + seam.text.slice(0, MAX_SIDE)
  const looking = active.flatMap(({ detectorKey }) => detectors.get(detectorKey) ?? [])
  if (!isWhole && seam.text.length < MAX_SIDE && looking.some((one) => openFrom(one, text) <= edge)) return 'waits'

  function conclude({ texts }: InspectedTexts): JudgedSeam {
    const judgements = texts
      .flatMap((one) => one.judgements)
      .map((one) => ({ ...one, findings: one.findings.filter(({ span }) => span.start < edge && span.end > edge) }))
      .filter(({ findings, fault }) => findings.length > 0 || fault !== undefined)
    if (judgements.length === 0) return 'clean'
    const judged = [{ text: { text: '', point, place: placeOf('delta') }, judgements }]
    emit({ type: 'guardrails-judged', decisions: decisionsOf(judged, id, guard.policyVersion) })
    const effect = policy.effectOf(judgements)
    return refusalOf(effect, id) ?? (effect.kind === 'redact' ? cannotRedactAnswer(id) : 'clean')
  }

  const inspected = inspector.inspect([{ text, point, place: placeOf('delta') }], active, { id, facts })
  return inspected instanceof Promise ? inspected.then(conclude) : conclude(inspected)
}

function openFrom({ openFrom, maxSpan }: CompiledDetector, text: string): number {
  return openFrom?.(text) ?? text.length - maxSpan
}
