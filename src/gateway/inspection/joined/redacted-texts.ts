import type { GuardrailPolicy, Judgement } from '../../../core/inspection/guardrail.ts'
import type { InspectedTexts } from '../inspector.ts'
import { edited, type Redactor } from '../redactor.ts'
import { writtenPiece } from '../stream-channels.ts'
import { isJsonText, type Place, type WireText } from '../wire-texts.ts'
import { isJoined, type JoinedText, joinedTexts } from './joined-texts.ts'

/**
 * What has to stand in the place of texts. What is spread over several is taken out of each, and what is said instead stands where
 * it began.
 */
export function redactedTexts(
  texts: InspectedTexts['texts'],
  policy: Pick<GuardrailPolicy, 'redactedIn'>,
  redactor: Pick<Redactor, 'edits'>,
): ReadonlyMap<WireText, string> {
  const judged = new Map(texts.map(({ text, judgements }) => [text, judgements]))
  const written = new Map<WireText, string>()
  const seen = new Set<WireText>()
  // In their order: what is taken out is counted as it was said.
  for (const { text, judgements } of texts) {
    if (isJoined(text)) {
      const taken = policy.redactedIn([...ownOf(text, judged), ...judgements])
      const edits = taken.length === 0 ? [] : redactor.edits(text.text, taken)
      for (const [index, part] of text.parts.entries()) {
        seen.add(part)
        const now = writtenPiece({ text: part.text, start: text.starts[index] ?? 0 }, edits)
        if (now !== part.text) written.set(part, now)
      }
    } else if (!seen.has(text)) {
      const taken = policy.redactedIn(judgements)
      if (taken.length > 0) written.set(text, edited(text.text, redactor.edits(text.text, taken)))
    }
  }
  return written
}

/** What the client gets in place of tokens, those that are spread over several texts too. */
export function restoredTexts(
  texts: readonly WireText[],
  redactor: Pick<Redactor, 'restorations'>,
): readonly { readonly place: Place; readonly text: string }[] {
  const joins = joinedTexts(texts)
  const among = new Set(joins.flatMap(({ parts }) => parts))
  const single = texts.filter((text) => text.isName !== true && !among.has(text))
  return [
    ...joins.flatMap(({ text, place, parts, starts }) => {
      const edits = redactor.restorations(text, isJsonText(place))
      const written = parts.map((part, index) => writtenPiece({ text: part.text, start: starts[index] ?? 0 }, edits))
      return parts.flatMap((part, index) => changed(part, written[index]))
    }),
    ...single.flatMap((text) =>
      changed(text, edited(text.text, redactor.restorations(text.text, isJsonText(text.place)))),
    ),
  ]
}

function changed({ text: before, place }: WireText, text = before): { readonly place: Place; readonly text: string }[] {
  return text === before ? [] : [{ place, text }]
}

/** What was found in each part, by where it is in all of them. */
function ownOf(
  { parts, starts }: JoinedText,
  judged: ReadonlyMap<WireText, readonly Judgement[]>,
): readonly Judgement[] {
  return parts.flatMap((part, index) => {
    const by = starts[index] ?? 0
    return (judged.get(part) ?? []).map((one) => ({
      ...one,
      findings: one.findings.map((finding) => ({
        ...finding,
        span: { start: finding.span.start + by, end: finding.span.end + by },
      })),
    }))
  })
}
