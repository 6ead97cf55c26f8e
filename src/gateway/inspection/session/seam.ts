import type { CallFact } from '../../../core/calls/call.ts'
import type { GatewayError } from '../../../core/errors.ts'
import type { Finding, InspectionPoint } from '../../../core/inspection/detection.ts'
import type { Judgement } from '../../../core/inspection/guardrail.ts'
import type { ReplyGuard } from '../guard-reply.ts'
import { decisionsOf } from '../guardrail-decisions.ts'
import type { InspectedTexts } from '../inspector.ts'
import { joinableGuardrails, openFrom } from '../joined/joined-texts.ts'
import { cannotRedactAnswer, refusalOf } from '../refusal.ts'
import { placeOf } from '../wire-texts.ts'

/** Where a text begins right behind another one: clients that join all that they get see both as one. */
export interface Seam {
  readonly before: string
  /** What came behind it. */
  text: string
}

/** So much of that is looked at. */
const MAX_SIDE = 512

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
  const active = joinableGuardrails(guard.active, detectors).filter(({ points }) => points.includes(point))
  if (active.length === 0) return 'clean'
  const edge = seam.before.length
  const text = seam.before + seam.text.slice(0, MAX_SIDE)
  const looking = active.flatMap(({ detectorKey }) => detectors.get(detectorKey) ?? [])
  if (!isWhole && seam.text.length < MAX_SIDE && openFrom(looking, text) <= edge) return 'waits'

  const look = (said: string) =>
    inspector.inspect([{ text: said, point, place: placeOf('delta') }], active, { id, facts })

  function cutIn({ texts }: InspectedTexts): readonly Judgement[] {
    return texts
      .flatMap((one) => one.judgements)
      .map((one) => ({ ...one, findings: one.findings.filter(({ span }) => span.start < edge && span.end > edge) }))
      .filter(({ findings, fault }) => findings.length > 0 || fault !== undefined)
  }

  /** What was found up to the end of the first text alone was taken out there. */
  function conclude(cut: readonly Judgement[], alone: InspectedTexts): JudgedSeam {
    const ended = alone.texts.flatMap((one) => one.judgements)
    const judgements = cut
      .map((one) => ({ ...one, findings: one.findings.filter((finding) => !isEndedBefore(finding, one, ended, edge)) }))
      .filter(({ findings, fault }) => findings.length > 0 || fault !== undefined)
    if (judgements.length === 0) return 'clean'
    const judged = [{ text: { text: '', point, place: placeOf('delta') }, judgements }]
    emit({ type: 'guardrails-judged', decisions: decisionsOf(judged, id, guard.policyVersion) })
    const effect = policy.effectOf(judgements)
    return refusalOf(effect, id) ?? (effect.kind === 'redact' ? cannotRedactAnswer(id) : 'clean')
  }

  function judge(inspected: InspectedTexts): JudgedSeam | Promise<JudgedSeam> {
    const cut = cutIn(inspected)
    if (cut.length === 0) return 'clean'
    const alone = look(seam.before)
    return alone instanceof Promise ? alone.then((one) => conclude(cut, one)) : conclude(cut, alone)
  }

  const inspected = look(text)
  return inspected instanceof Promise ? inspected.then(judge) : judge(inspected)
}

function isEndedBefore(
  { rule, span }: Finding,
  { guardrail }: Judgement,
  alone: readonly Judgement[],
  edge: number,
): boolean {
  return alone.some(
    (one) =>
      one.guardrail.id === guardrail.id &&
      one.findings.some((own) => own.rule === rule && own.span.start <= span.start && own.span.end === edge),
  )
}
