import { type GuardrailDecision, type Judgement, pointFor } from '../../core/inspection/guardrail.ts'
import { shownScore } from '../../core/inspection/shown-score.ts'
import { type Place, placeOf, pointerOf, stepsOf, type WireText } from './wire-texts.ts'

export interface JudgedText {
  readonly text: WireText
  readonly judgements: readonly Judgement[]
}

const MAX_LISTED = 50

/** Of a stream the text itself is not kept. */
function isOwnName({ isName, text, place }: WireText): boolean {
  return isName === true && (text === '' || text === place?.step)
}

function withoutNames(place: Place, names: ReadonlySet<unknown>): Place {
  if (names.size === 0) return place
  return placeOf(...stepsOf(place).map((step) => (names.has(step) ? '…' : step)))
}

/** One for each guardrail and point. */
export function decisionsOf(
  judged: readonly JudgedText[],
  id: string,
  policyVersion: string,
): readonly GuardrailDecision[] {
  const all = judged.flatMap(({ text, judgements }) =>
    judgements.map((judgement) => ({ text, point: pointFor(judgement.guardrail, text) ?? text.point, ...judgement })),
  )
  // A name of a field that was found would stand in the paths of what is in it.
  const names = new Set(judged.flatMap(({ text }) => (isOwnName(text) ? [text.place?.step] : [])))
  const grouped = Map.groupBy(all, ({ guardrail, point }) => `${guardrail.id} ${point}`)
  return Array.from(grouped.values(), (group): GuardrailDecision[] => {
    const [first] = group
    if (first === undefined) return []
    const { guardrail, point } = first
    const findings = group.flatMap((one) =>
      one.findings.map((finding) => ({
        ...finding,
        score: shownScore(finding.score),
        detector: guardrail.detector,
        path: pointerOf(withoutNames(one.text.place, names)),
      })),
    )
    const fault = group.find((one) => one.fault !== undefined)?.fault
    const exceptedBy = group.find((one) => one.exceptedBy !== undefined)?.exceptedBy
    const exceptedRules = [...new Set(group.flatMap((one) => one.exceptedRules ?? []))].slice(0, MAX_LISTED)
    return [
      {
        type: 'guardrail',
        id,
        guardrail: guardrail.id,
        detector: guardrail.detector,
        ...(guardrail.findsData === true ? { findsData: true } : {}),
        point,
        state: guardrail.state,
        action: guardrail.action,
        findings: findings.slice(0, MAX_LISTED),
        ...(findings.length > MAX_LISTED ? { moreFindings: findings.length - MAX_LISTED } : {}),
        ...(exceptedBy === undefined ? {} : { exceptedBy, exceptedRules }),
        ...(fault === undefined ? {} : { fault }),
        policyVersion,
      },
    ]
  }).flat()
}
